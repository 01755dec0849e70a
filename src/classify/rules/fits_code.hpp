#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast::rules_detail {

/// Whether a code is the one named, or of the class named: x is any character, * at the end any
/// rest.
constexpr bool fits_code(std::string_view named, std::string_view code) {
  bool const is_class = named.ends_with('*');
  if (is_class) named.remove_suffix(1);
  if (is_class ? code.size() < named.size() : code.size() != named.size()) return false;
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (named[i] != 'x' && named[i] != code[i]) return false;
  }
  return true;
}

}  // namespace holdfast::rules_detail
