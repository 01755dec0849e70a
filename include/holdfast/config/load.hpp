#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/field.hpp"
#include "holdfast/config/parse.hpp"
#include "holdfast/config/reading.hpp"
#include "holdfast/config/tree.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace holdfast {

/// Options whose field table names fields that must be given:
/// `static constexpr std::array<std::string_view, 1> required{"table"};` in fields_of.
template <class Options>
concept has_required_fields = requires { fields_of<Options>::required.size(); };

namespace detail {

template <class>
inline constexpr bool is_unreadable = true;

template <has_fields Options>
constexpr bool is_required(std::string_view name) {
  if constexpr (has_required_fields<Options>) {
    auto const& required = fields_of<Options>::required;
    return std::find(required.begin(), required.end(), name) != required.end();
  }
  return false;
}

template <named_enum Enum>
constexpr auto words_of() {
  constexpr auto const& table = names_of<Enum>::table;
  std::array<std::string_view, table.size()> words;
  std::transform(table.begin(), table.end(), words.begin(),
                 [](auto const& row) { return row.name; });
  return words;
}

template <named_enum Enum>
std::optional<Enum> read_enum(config_reading const& from) {
  auto const index = read_choice(from, words_of<Enum>());
  if (!index) return std::nullopt;
  return names_of<Enum>::table[*index].value;
}

template <class Key>
std::optional<Key> key_named(std::string const& name) {
  if constexpr (named_enum<Key>) {
    return enum_value<Key>(name);
  } else {
    return name;
  }
}

/// Adds a problem for every key of a map that is no name of the enumeration; true if there is none.
template <named_enum Enum>
bool report_unknown_enum_keys(config_reading const& from) {
  constexpr auto words = words_of<Enum>();
  std::size_t const before = from.found.size();
  from.report_unknown_keys(words);
  return from.found.size() == before;
}

template <class Integer, class Wide>
std::optional<Integer> narrowed(config_reading const& from, std::optional<Wide> wide) {
  if (!wide) return std::nullopt;
  if (std::in_range<Integer>(*wide)) return static_cast<Integer>(*wide);
  using limits = std::numeric_limits<Integer>;
  from.report_not_allowed(from.shown() + " is out of range",
                          to_text(value_range<Integer>{limits::min(), limits::max()}));
  return std::nullopt;
}

/// One value without parts, in any form the readers know.
template <class Value>
std::optional<Value> read_single(config_reading const& from) {
  if constexpr (std::same_as<Value, bool>) {
    return read_flag(from);
  } else if constexpr (std::signed_integral<Value>) {
    return narrowed<Value>(from, read_signed(from));
  } else if constexpr (std::unsigned_integral<Value>) {
    return narrowed<Value>(from, read_unsigned(from));
  } else if constexpr (std::same_as<Value, double>) {
    return read_real(from);
  } else if constexpr (std::same_as<Value, std::string>) {
    return read_string(from);
  } else if constexpr (std::same_as<Value, duration>) {
    return read_duration(from);
  } else if constexpr (std::same_as<Value, byte_count>) {
    return read_bytes(from);
  } else if constexpr (named_enum<Value>) {
    return read_enum<Value>(from);
  } else {
    static_assert(!is_unreadable<Value>,
                  "no reader for a field of this type: use a number, bool, std::string, duration, "
                  "byte_count, an enumeration with names_of, options with fields_of, or "
                  "std::optional, std::vector of them, std::map of them by text or enumeration");
  }
}

template <has_fields Options>
bool read_fields(config_reading const& from, Options& to);

/// Whether a field holds options with problems of their own.
template <class Value>
consteval bool holds_options() {
  if constexpr (is_optional<Value> || is_list<Value>) {
    return holds_options<typename Value::value_type>();
  } else if constexpr (is_map<Value>) {
    return holds_options<typename Value::mapped_type>();
  } else {
    return has_fields<Value>;
  }
}

/// Reads a value of any shape into `to`; the row's range bounds every single value in it.
/// `off` is a value only where a range says so. False after a problem: `to` is then only partly
/// filled.
template <class Value, class Row>
bool read_value(config_reading const& from, Value& to, Row const& row) {
  if constexpr (is_optional<Value>) {
    if (from.node.kind == node_kind::null) return to.reset(), true;
    return read_value(from, to.emplace(), row);
  } else if constexpr (is_list<Value>) {
    if (!from.is(node_kind::list)) return false;
    bool good = true;
    to.clear();
    for (config_node const& each : from.node.items) {
      typename Value::value_type item{};
      good = read_value(from.item(each, to.size()), item, row) && good;
      to.push_back(std::move(item));
    }
    return good;
  } else if constexpr (is_map<Value>) {
    if (!from.is(node_kind::map)) return false;
    bool good = true;
    to.clear();
    if constexpr (named_enum<typename Value::key_type>) {
      good = report_unknown_enum_keys<typename Value::key_type>(from);
    }
    for (config_member const& each : from.node.members) {
      auto const key = key_named<typename Value::key_type>(each.name);
      if (!key) continue;
      good = read_value(from.member(each.value, each.name), to[*key], row) && good;
    }
    return good;
  } else if constexpr (has_fields<Value>) {
    return read_fields(from, to);
  } else {
    auto const single = read_single<Value>(from);
    if (!single) return false;
    to = *single;
    if constexpr (!std::is_void_v<bound_of<Value>>) {
      if (row.range && !within(*row.range, to)) {
        from.report_not_allowed(from.shown() + " is out of range", to_text(*row.range));
        return false;
      }
      if (!row.range && is_off_value(to)) {
        from.report(from.shown() + " is no value of this field");
        return false;
      }
    }
    return true;
  }
}

template <has_fields Options>
bool read_fields(config_reading const& from, Options& to) {
  if (!from.is(node_kind::map)) return false;
  std::size_t const before = from.found.size();
  bool own_are_good = true;  // what is wrong inside of nested options is their own affair
  std::vector<std::string_view> known;
  for_each_field<Options>([&](auto const& row) {
    known.push_back(row.name);
    using value_type = typename std::remove_cvref_t<decltype(row)>::value_type;
    if (config_node const* const value = from.node.find(row.name)) {
      bool const good = read_value(from.member(*value, row.name), to.*row.member, row);
      own_are_good = own_are_good && (good || holds_options<value_type>());
    } else if (is_required<Options>(row.name) && !from.partial) {
      from.report_missing(row.name, row.help);
      own_are_good = false;
    }
  });
  from.report_unknown_keys(known);
  if constexpr (has_contradictions<Options>) {
    if (own_are_good && !from.partial) {
      for (auto const& each : fields_of<Options>::contradictions(to)) from.report(each);
    }
  }
  return from.found.size() == before;
}

}  // namespace detail

/// Puts problems into the order in which their places stand in the text.
void sort_by_position(problems& found);

/// Fills options from a tree through their field table. What is not written keeps its default.
///
/// Everything wrong is added to `found` at once, by position: unknown keys (with the one probably
/// meant), missing required fields, values of a wrong kind, without their unit or out of range; and
/// the contradictions between fields, where all of the options' own fields could be read. If
/// anything was added the result must not be used.
template <has_fields Options>
[[nodiscard]] Options load(config_node const& from, problems& found) {
  Options to{};
  problems here;
  detail::read_fields(config_reading{from, {}, here}, to);
  sort_by_position(here);
  found.insert(found.end(), here.begin(), here.end());
  return to;
}

/// The same within a larger reading, whose path the problems continue; they come unsorted.
template <has_fields Options>
[[nodiscard]] Options load(config_reading const& from) {
  Options to{};
  detail::read_fields(from, to);
  return to;
}

/// The same from a parsed text: `read_yaml_file(path).and_then(load_from<mapping>)`.
template <has_fields Options>
[[nodiscard]] expected<Options, problems> load_from(config_node const& tree) {
  problems found;
  Options loaded = load<Options>(tree, found);
  if (!found.empty()) return unexpected{std::move(found)};
  return loaded;
}

}  // namespace holdfast
