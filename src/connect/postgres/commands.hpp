#pragma once

#include <string_view>

namespace holdfast::postgres {

/// Whether a statement commits, or prepares to: COMMIT, END, PREPARE TRANSACTION, COMMIT PREPARED.
[[nodiscard]] bool ends_transaction(std::string_view sql) noexcept;

/// Whether a statement begins a transaction, ends it, or changes what it may do: also ROLLBACK, but
/// not ROLLBACK TO a savepoint.
[[nodiscard]] bool controls_transaction(std::string_view sql) noexcept;

/// Whether one of several statements ends a transaction, one way or the other: what follows it
/// commits itself. Where it is not sure, as below.
[[nodiscard]] bool may_leave_transaction(std::string_view script) noexcept;

/// Whether one of several statements controls a transaction. Where it is not sure, the answer is
/// yes: of the body of BEGIN ATOMIC … END, and of texts where standard_conforming_strings is off.
[[nodiscard]] bool may_control_transaction(std::string_view script) noexcept;

/// Whether it begins with COPY.
[[nodiscard]] bool begins_copy(std::string_view sql) noexcept;

/// Whether there is no command in it: blanks, comments and semicolons at most.
[[nodiscard]] bool has_no_command(std::string_view sql) noexcept;

/// Whether it holds a NUL, at which libpq would take it to end.
[[nodiscard]] constexpr bool has_nul(std::string_view text) noexcept {
  return text.find('\0') != std::string_view::npos;
}

}  // namespace holdfast::postgres
