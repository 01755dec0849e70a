#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::sqlite {

/// A name of a table or column as SQL text: in double quotes, with those inside doubled, so that
/// any name is safe to paste. Nothing where the name holds a NUL: SQLite would end the SQL there.
[[nodiscard]] std::optional<std::string> quoted(std::string_view name);

}  // namespace holdfast::sqlite
