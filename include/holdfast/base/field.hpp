#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/base/units.hpp"

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace holdfast {

/// The values that a field may take, both ends included. For lists and maps it bounds each element.
template <class Value>
struct value_range {
  Value least;
  Value most;
  bool off_allowed = false;  ///< whether `off` is a value too
};

namespace detail {
template <class>
inline constexpr bool is_optional = false;
template <class Value>
inline constexpr bool is_optional<std::optional<Value>> = true;
template <class>
inline constexpr bool is_list = false;
template <class Value>
inline constexpr bool is_list<std::vector<Value>> = true;
template <class>
inline constexpr bool is_map = false;
template <class Value>
inline constexpr bool is_map<std::map<std::string, Value>> = true;
template <named_enum Key, class Value>
inline constexpr bool is_map<std::map<Key, Value>> = true;

template <class Value>
consteval auto bound_type() {
  if constexpr (is_optional<Value> || is_list<Value>) {
    return bound_type<typename Value::value_type>();
  } else if constexpr (is_map<Value>) {
    return bound_type<typename Value::mapped_type>();
  } else if constexpr (std::is_same_v<Value, duration> || std::is_same_v<Value, byte_count> ||
                       (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>)) {
    return std::type_identity<Value>{};
  } else {
    return std::type_identity<void>{};
  }
}
}  // namespace detail

/// What a range is made of for a field of type Value: its own type, or for optionals, lists and
/// maps that of an element; void where values have no order.
template <class Value>
using bound_of = typename decltype(detail::bound_type<Value>())::type;

namespace detail {
template <class Bound>
struct range_holder {
  std::optional<value_range<Bound>> range;
};
template <>
struct range_holder<void> {};
}  // namespace detail

/// One row of a field table: everything that parsing, checking, help and documentation need to know
/// of one member. The default is not here: it is read from a default-constructed object.
template <class Options, class Value>
struct field_row : detail::range_holder<bound_of<Value>> {
  using options_type = Options;
  using value_type = Value;

  std::string_view name;
  Value Options::*member;
  std::string_view help;
};

/// A row for a member whose values have an order: `field("max_attempts", &retry::max_attempts,
/// {1, 1000}, "…")`.
template <class Options, class Value>
constexpr field_row<Options, Value> field(std::string_view name, Value Options::*member,
                                          std::type_identity_t<value_range<bound_of<Value>>> range,
                                          std::string_view help) {
  return {{range}, name, member, help};
}

/// A row for any other member: texts, flags, enumerations, lists, maps, nested options.
template <class Options, class Value>
constexpr field_row<Options, Value> field(std::string_view name, Value Options::*member,
                                          std::string_view help) {
  return {{}, name, member, help};
}

/// Specialise with `static constexpr auto table = std::tuple{field(…), …};` and, where fields can
/// contradict each other, `static std::vector<field_problem> contradictions(Options const&);`.
template <class Options>
struct fields_of;

template <class Options>
concept has_fields = requires { fields_of<Options>::table; };

/// One field that holds what it may not.
struct field_problem {
  std::string field;    ///< its name
  std::string found;    ///< "50ms is below initial_delay (100ms)"
  std::string allowed;  ///< "initial_delay .. 7d"
};

template <class Options>
concept has_contradictions = requires(Options const& options) {
  { fields_of<Options>::contradictions(options) } -> std::same_as<std::vector<field_problem>>;
};

/// Calls `visit(row)` for every row, in order of declaration.
template <has_fields Options, class Visitor>
constexpr void for_each_field(Visitor&& visit) {
  std::apply([&](auto const&... rows) { (visit(rows), ...); }, fields_of<Options>::table);
}

namespace detail {
inline std::string field_text(duration value) { return to_text(value); }
inline std::string field_text(byte_count value) { return to_text(value); }
template <class Number>
  requires std::is_arithmetic_v<Number>
std::string field_text(Number value) {
  if constexpr (std::is_floating_point_v<Number>) {
    if (value == off) return "off";
  }
  std::string text = std::to_string(value);
  if constexpr (std::is_floating_point_v<Number>) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

template <class Value>
constexpr bool is_off_value(Value value) {
  if constexpr (std::is_same_v<Value, duration>) return is_off(value);
  if constexpr (std::is_floating_point_v<Value>) return value == off;
  return false;
}
}  // namespace detail

/// "1 .. 1000", or "0s .. 7d, or off".
template <class Value>
[[nodiscard]] std::string to_text(value_range<Value> const& range) {
  std::string text = detail::field_text(range.least) + " .. " + detail::field_text(range.most);
  return range.off_allowed ? text + ", or off" : text;
}

/// Whether a value lies within a range; not a number never does.
template <class Value>
[[nodiscard]] constexpr bool within(value_range<Value> const& range, Value value) {
  if (detail::is_off_value(value)) return range.off_allowed;
  return value >= range.least && value <= range.most;
}

namespace detail {
/// Calls `visit` for every single value that a field holds: itself, or its elements.
template <class Value, class Visitor>
void for_each_bounded(Value const& value, Visitor const& visit) {
  if constexpr (is_optional<Value>) {
    if (value) for_each_bounded(*value, visit);
  } else if constexpr (is_list<Value>) {
    for (auto const& each : value) for_each_bounded(each, visit);
  } else if constexpr (is_map<Value>) {
    for (auto const& each : value) for_each_bounded(each.second, visit);
  } else {
    visit(value);
  }
}
}  // namespace detail

namespace detail {
inline std::string key_text(std::string const& key) { return key; }
template <named_enum Key>
std::string key_text(Key key) {
  return std::string{enum_name(key)};
}

template <class Value>
void check_nested(Value const& value, std::string const& path, std::vector<field_problem>& found);
}  // namespace detail

/// Every field of `options` that is out of its range, and every contradiction between fields. What
/// is wrong inside of nested options is told by its path: "per_category.timeout.max_attempts".
template <has_fields Options>
[[nodiscard]] std::vector<field_problem> check_fields(Options const& options) {
  std::vector<field_problem> found;
  for_each_field<Options>([&](auto const& row) {
    using row_type = std::remove_cvref_t<decltype(row)>;
    if constexpr (!std::is_void_v<bound_of<typename row_type::value_type>>) {
      if (!row.range) return;
      detail::for_each_bounded(options.*row.member, [&](auto const& value) {
        if (within(*row.range, value)) return;
        found.push_back({std::string{row.name}, detail::field_text(value) + " is out of range",
                         to_text(*row.range)});
      });
    } else {
      detail::check_nested(options.*row.member, std::string{row.name}, found);
    }
  });
  if constexpr (has_contradictions<Options>) {
    if (found.empty()) found = fields_of<Options>::contradictions(options);
  }
  return found;
}

namespace detail {
/// Checks the options that a field holds: itself, or its elements.
template <class Value>
void check_nested(Value const& value, std::string const& path, std::vector<field_problem>& found) {
  if constexpr (is_optional<Value>) {
    if (value) check_nested(*value, path, found);
  } else if constexpr (is_list<Value>) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      check_nested(value[i], path + "[" + std::to_string(i) + "]", found);
    }
  } else if constexpr (is_map<Value>) {
    for (auto const& [key, each] : value) check_nested(each, path + "." + key_text(key), found);
  } else if constexpr (has_fields<Value>) {
    for (field_problem& each : check_fields(value)) {
      found.push_back({path + "." + each.field, std::move(each.found), std::move(each.allowed)});
    }
  }
}
}  // namespace detail

}  // namespace holdfast
