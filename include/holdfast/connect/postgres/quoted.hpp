#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::postgres {

/// A name of a table, column or the like as SQL text, in double quotes and safe to paste whatever
/// it holds. Nothing where it has a NUL, is empty or no UTF-8. The trap: PostgreSQL keeps the first
/// 63 bytes of a name and drops the rest without an error; `fits` tells.
[[nodiscard]] std::optional<std::string> quoted(std::string_view name);

/// The same of a name with its schema: "public"."molecules".
[[nodiscard]] std::optional<std::string> quoted(std::string_view schema, std::string_view name);

/// Whether the server keeps a name whole: at most 63 bytes.
[[nodiscard]] constexpr bool fits(std::string_view name) noexcept { return name.size() <= 63; }

}  // namespace holdfast::postgres
