#pragma once

#include <string_view>

namespace holdfast::postgres {

/// Whether a statement commits, or prepares to: COMMIT, END, PREPARE TRANSACTION, COMMIT PREPARED.
[[nodiscard]] bool ends_transaction(std::string_view sql) noexcept;

/// Whether one of several statements may do so. Texts within them are not told apart from commands:
/// where it is not sure, the answer is yes.
[[nodiscard]] bool may_end_transaction(std::string_view script) noexcept;

/// Whether it begins with COPY.
[[nodiscard]] bool begins_copy(std::string_view sql) noexcept;

/// Whether there is no command in it: blanks, comments and semicolons at most.
[[nodiscard]] bool has_no_command(std::string_view sql) noexcept;

}  // namespace holdfast::postgres
