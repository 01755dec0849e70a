#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast {

/// The beginning of a foreign text, fit to be shown in one line of a terminal or a log: control
/// characters and bytes that are no UTF-8 are written as `\n`, `\t` or `\xNN`, and what is longer
/// than `limit` bytes is cut between two characters and ends in "…".
///
/// Bound: the result has at most 4 * limit + 3 bytes. Cost: linear in min(text, limit).
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t limit = 60);

/// How many bytes the UTF-8 character at the beginning of `text` has; 0 where there is none
/// (end of text, a stray byte, an overlong form, a surrogate, beyond U+10FFFF).
/// Source: Unicode 15, table 3-7, "Well-Formed UTF-8 Byte Sequences".
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

}  // namespace holdfast
