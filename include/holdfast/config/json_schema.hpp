#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/config/load.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace holdfast {

/// What a JSON Schema is put together from; draft 2020-12. A piece of it is its text.
namespace json_schema {

/// A text in quotes.
[[nodiscard]] std::string literal(std::string_view text);

/// A map or a list, from pieces that may be empty: `{"a": 1, "b": 2}` from `a_1` and `b_2`.
class pieces {
 public:
  void add(std::string_view piece) {
    if (!text_.empty() && !piece.empty()) text_ += ',';
    text_ += piece;
  }
  void add(std::string_view name, std::string_view value) {
    add(literal(name) + ':' + std::string{value});
  }
  [[nodiscard]] std::string map() const { return '{' + text_ + '}'; }
  [[nodiscard]] std::string list() const { return '[' + text_ + ']'; }

 private:
  std::string text_;
};

/// Whether `null` is a value too: it says that nothing is inherited.
enum class nulls { refused, allowed };

/// `"type": …`, with null where it is allowed.
[[nodiscard]] std::string type_of(std::string_view name, nulls also);

/// A scalar of any kind, which is read as a text.
[[nodiscard]] std::string any_scalar(nulls also);

/// A text such as "250ms", "off" being one where that is allowed; a text such as "16MiB".
[[nodiscard]] std::string duration_text(bool off_allowed, nulls also);
[[nodiscard]] std::string size_text(nulls also);

/// A number between two; "off" being a value too where that is allowed.
[[nodiscard]] std::string number(std::string_view type, std::string_view least,
                                 std::string_view most, bool off_allowed, nulls also);

template <has_fields Options>
[[nodiscard]] std::string of_options(nulls within, nulls also = nulls::refused);

/// The values of an enumeration.
template <named_enum Enum>
[[nodiscard]] std::string words(nulls also) {
  pieces all;
  for (auto const& each : names_of<Enum>::table) all.add(literal(each.name));
  if (also == nulls::allowed) all.add("null");
  return all.list();
}

template <class Value, class Row>
[[nodiscard]] std::string of_bounded(Row const& row, nulls also) {
  bool const has_off = row.range && row.range->off_allowed;
  if constexpr (std::same_as<Value, duration>) {
    return duration_text(has_off, also);
  } else if constexpr (std::same_as<Value, byte_count>) {
    return size_text(also);
  } else {
    std::string const least = row.range ? detail::field_text(row.range->least) : "";
    std::string const most = row.range ? detail::field_text(row.range->most) : "";
    return number(std::integral<Value> ? "integer" : "number", least, most, has_off, also);
  }
}

/// The values that a field may take.
template <class Value, class Row>
[[nodiscard]] std::string of_value(Row const& row, nulls within, nulls also) {
  if constexpr (detail::is_optional<Value>) {
    return of_value<typename Value::value_type>(row, within, nulls::allowed);
  } else if constexpr (detail::is_list<Value>) {
    pieces list;
    list.add(type_of("array", also));
    list.add("items", of_value<typename Value::value_type>(row, nulls::refused, nulls::refused));
    return list.map();
  } else if constexpr (detail::is_map<Value>) {
    pieces map;
    map.add(type_of("object", also));
    if constexpr (named_enum<typename Value::key_type>) {
      map.add("propertyNames",
              "{\"enum\":" + words<typename Value::key_type>(nulls::refused) + '}');
    }
    map.add("additionalProperties", of_value<typename Value::mapped_type>(row, within, within));
    return map.map();
  } else if constexpr (has_fields<Value>) {
    return of_options<Value>(within, also);
  } else if constexpr (named_enum<Value>) {
    return "{\"enum\":" + words<Value>(also) + '}';
  } else if constexpr (std::same_as<Value, bool>) {
    return '{' + type_of("boolean", also) + '}';
  } else if constexpr (std::same_as<Value, std::string>) {
    return any_scalar(also);
  } else {
    return of_bounded<Value>(row, also);
  }
}

/// What holds where a field is not written; nothing where that can't be said in one value.
template <class Value>
[[nodiscard]] std::string default_of(Value const& value) {
  if constexpr (std::same_as<Value, bool>) {
    return value ? "true" : "false";
  } else if constexpr (named_enum<Value>) {
    return literal(enum_name(value));
  } else if constexpr (std::same_as<Value, std::string>) {
    return literal(value);
  } else if constexpr (!std::is_void_v<bound_of<Value>> && std::same_as<bound_of<Value>, Value>) {
    bool const is_number = std::is_arithmetic_v<Value> && !detail::is_off_value(value);
    std::string text = detail::field_text(value);
    return is_number ? text : literal(text);
  } else {
    return {};
  }
}

/// One field: what it may hold, what it means, what holds without it. Its range stands in the
/// description where a schema can't say it, as that of durations.
template <class Options, class Value>
[[nodiscard]] std::string of_field(field_row<Options, Value> const& row, Options const& defaults,
                                   nulls within) {
  std::string help{row.help};
  if constexpr (std::same_as<bound_of<Value>, duration>) {
    if (row.range) help += " Allowed: " + to_text(*row.range) + ".";
  }
  pieces said;
  said.add("description", literal(help));
  if (std::string const value = default_of(defaults.*row.member); !value.empty()) {
    said.add("default", value);
  }
  std::string const values = of_value<Value>(row, within, within);
  said.add(std::string_view{values}.substr(1, values.size() - 2));
  return said.map();
}

/// The map of an options struct, by its field table.
/// @param within whether its fields may be null
/// @param also   whether it may itself
template <has_fields Options>
[[nodiscard]] std::string of_options(nulls within, nulls also) {
  Options const defaults{};
  pieces fields;
  for_each_field<Options>(
      [&](auto const& row) { fields.add(row.name, of_field(row, defaults, within)); });
  pieces map;
  map.add(type_of("object", also));
  map.add("properties", fields.map());
  map.add("additionalProperties", "false");
  if constexpr (has_required_fields<Options>) {
    pieces required;
    for (std::string_view const each : fields_of<Options>::required) required.add(literal(each));
    map.add("required", required.list());
  }
  return map.map();
}

}  // namespace json_schema
}  // namespace holdfast
