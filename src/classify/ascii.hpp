#pragma once

#include <algorithm>
#include <string_view>

namespace holdfast::classify_detail {

/// A letter in lower case; names in protocols are ASCII, whatever the locale.
constexpr char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lowered, lowered);
}

}  // namespace holdfast::classify_detail
