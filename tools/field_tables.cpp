// Prints the fields of policies and of rules as Markdown, out of the field tables that also parse
// and check them. tools/doc_tables.py puts the blocks into docs.

#include "holdfast/classify/rules/classification_rules.hpp"
#include "holdfast/core/breaker_fields.hpp"
#include "holdfast/core/budget_fields.hpp"
#include "holdfast/core/bulkhead_fields.hpp"
#include "holdfast/core/deadline_fields.hpp"
#include "holdfast/core/fault_injection_fields.hpp"
#include "holdfast/core/hedge_fields.hpp"
#include "holdfast/core/key_limits_fields.hpp"
#include "holdfast/core/limiter_fields.hpp"
#include "holdfast/core/retry_fields.hpp"
#include "holdfast/manage/operation_keys.hpp"
#include "holdfast/manage/state_settings.hpp"

#include <cstdio>
#include <string>
#include <type_traits>

namespace {

using namespace holdfast;

template <class Value>
std::string type_text() {
  if constexpr (std::is_same_v<Value, bool>) {
    return "flag";
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return "text";
  } else if constexpr (std::is_same_v<Value, duration>) {
    return "duration";
  } else if constexpr (std::is_integral_v<Value>) {
    return "whole number";
  } else if constexpr (std::is_floating_point_v<Value>) {
    return "number";
  } else if constexpr (named_enum<Value>) {
    return "name";
  } else if constexpr (detail::is_optional<Value>) {
    return type_text<typename Value::value_type>();
  } else if constexpr (detail::is_list<Value>) {
    return "list, each a " + type_text<typename Value::value_type>();
  } else if constexpr (detail::is_map<Value>) {
    return "map";
  } else {
    static_assert(has_fields<Value>, "a kind of field that the tables can't show yet");
    return "options";
  }
}

template <class Value>
std::string values_of() {
  if constexpr (std::is_same_v<Value, bool>) {
    return "true, false";
  } else if constexpr (detail::is_optional<Value>) {
    return values_of<typename Value::value_type>();
  } else if constexpr (named_enum<Value>) {
    std::string names;
    for (auto const& each : names_of<Value>::table) {
      names += (names.empty() ? "" : ", ") + std::string{each.name};
    }
    return names;
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return "any";
  } else {
    return "see below";
  }
}

template <class Row>
std::string range_text(Row const& row) {
  using value = typename Row::value_type;
  if constexpr (std::is_void_v<bound_of<value>>) {
    return values_of<value>();
  } else {
    return row.range ? to_text(*row.range) : "any";
  }
}

/// What it means that an optional field is not given.
template <class Options>
constexpr char const* absent = "the operation's own";
template <>
constexpr char const* absent<classification_rule> = "not given";

template <class Options, class Value>
std::string default_text(Value const& value) {
  if constexpr (std::is_same_v<Value, bool>) {
    return value ? "true" : "false";
  } else if constexpr (named_enum<Value>) {
    return std::string{enum_name(value)};
  } else if constexpr (detail::is_optional<Value>) {
    return value ? default_text<Options>(*value) : absent<Options>;
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return value.empty() ? "empty" : value;
  } else if constexpr (detail::is_list<Value> || detail::is_map<Value>) {
    return value.empty() ? "empty" : "as listed";
  } else if constexpr (has_fields<Value>) {
    return "see below";
  } else {
    return detail::field_text(value);
  }
}

/// The rows of nested options follow those of the policy, under their path.
template <has_fields Options>
void print_rows(Options const& defaults, std::string const& path) {
  for_each_field<Options>([&](auto const& row) {
    using value = typename std::remove_cvref_t<decltype(row)>::value_type;
    std::printf("| `%s%s` | %s | %s | %s | %s |\n", path.c_str(), std::string{row.name}.c_str(),
                type_text<value>().c_str(), range_text(row).c_str(),
                default_text<Options>(defaults.*row.member).c_str(), std::string{row.help}.c_str());
  });
  for_each_field<Options>([&](auto const& row) {
    using value = typename std::remove_cvref_t<decltype(row)>::value_type;
    if constexpr (has_fields<value>) {
      print_rows(defaults.*row.member, path + std::string{row.name} + ".");
    } else if constexpr (detail::is_map<value>) {
      print_rows(typename value::mapped_type{}, path + std::string{row.name} + ".*.");
    }
  });
}

template <has_fields Options>
void print_table(char const* policy) {
  std::printf("<!-- fields: %s -->\n", policy);
  std::printf("| field | type | range | default | meaning |\n|---|---|---|---|---|\n");
  print_rows(Options{}, "");
  std::printf("<!-- end -->\n");
}

/// The policies of an operation in a file, each with its page.
void print_policies() {
  std::printf("<!-- fields: operation_policies -->\n| key | meaning |\n|---|---|\n");
  for_each_policy([](auto const& key) {
    std::string const name{key.name};
    std::printf("| [`%s`](policies/%s.md) | %s |\n", name.c_str(), name.c_str(),
                std::string{key.help}.c_str());
  });
  std::printf("<!-- end -->\n");
}

}  // namespace

int main() {
  print_table<retry>("retry");
  print_table<breaker>("breaker");
  print_table<budget>("budget");
  print_table<hedge>("hedge");
  print_table<bulkhead>("bulkhead");
  print_table<limiter>("limiter");
  print_table<attempt_timeout>("attempt_timeout");
  print_table<total_timeout>("total_timeout");
  print_table<fault_injection>("fault_injection");
  print_table<key_limits>("key_limits");
  print_table<classification_rule>("classification_rule");
  print_table<operation_facts>("operation_facts");
  print_table<state_settings>("state_settings");
  print_policies();
}
