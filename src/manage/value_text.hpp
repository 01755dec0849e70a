#pragma once

#include "holdfast/base/field.hpp"

#include <concepts>
#include <string>

namespace holdfast {

/// A single value or a list of them, as a file would say it: "250ms", "[1s, 2s]", "true".
template <class Value>
[[nodiscard]] std::string value_text(Value const& value) {
  if constexpr (std::same_as<Value, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::same_as<Value, std::string>) {
    return value.empty() ? "~" : value;
  } else if constexpr (named_enum<Value>) {
    return std::string{enum_name(value)};
  } else if constexpr (detail::is_optional<Value>) {
    return value ? value_text(*value) : "~";
  } else if constexpr (detail::is_list<Value>) {
    std::string text;
    for (auto const& each : value) text.append(text.empty() ? "[" : ", ").append(value_text(each));
    return text.empty() ? "[]" : text + "]";
  } else {
    return detail::field_text(value);
  }
}

}  // namespace holdfast
