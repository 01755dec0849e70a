#pragma once

#include "holdfast/validate/value.hpp"

#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>

namespace holdfast {

/// The value must not be null.
struct required_rule {};

/// The value, if there is one, must be of this kind; `real` admits integers too.
struct kind_rule {
  value_kind kind = value_kind::text;
};

/// A number must lie within these bounds, both included. Says nothing of other kinds.
struct range_rule {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};

/// A text must have so many characters (code points of UTF-8). Says nothing of other kinds.
struct length_rule {
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

/// One demand on a value, as data. New kinds of rules are added here, their judgement in rule.cpp.
using rule = std::variant<required_rule, kind_rule, range_rule, length_rule>;

/// Name of a rule in findings and reports: "required", "type", "range", "length".
[[nodiscard]] std::string_view name_of(rule const& of) noexcept;

/// Whether a value keeps a rule. Cost: O(1); of a length rule linear in the text, but only where
/// its number of bytes leaves a doubt.
[[nodiscard]] bool keeps(rule const& demanded, value const& judged) noexcept;

}  // namespace holdfast
