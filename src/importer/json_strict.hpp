#pragma once

#include <string_view>

#include <simdjson.h>

namespace holdfast {

/// How deep arrays and objects of a record may be nested.
inline constexpr int deepest_json = 500;

/// `text` without the blanks behind it.
[[nodiscard]] std::string_view trimmed_json(std::string_view text) noexcept;

/// Whether `text` is a number as RFC 8259, 6 writes it.
[[nodiscard]] bool is_json_number(std::string_view text) noexcept;

/// Checks a value to its leaves and goes behind it; what simdjson alone skips unseen.
[[nodiscard]] simdjson::error_code check_json(simdjson::ondemand::value of, int depth);

}  // namespace holdfast
