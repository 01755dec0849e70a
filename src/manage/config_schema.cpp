#include "holdfast/manage/config_schema.hpp"

#include "holdfast/classify/rules/classification_rules.hpp"
#include "holdfast/config/json_schema.hpp"
#include "holdfast/manage/resilience_file.hpp"
#include "holdfast/manage/state_settings.hpp"
#include "manage/file_entry.hpp"
#include "manage/policy_fields.hpp"

#include <string_view>
#include <type_traits>

namespace holdfast {
namespace {

using json_schema::literal;
using json_schema::nulls;
using json_schema::pieces;

std::string reference(std::string_view to) {
  return "{\"$ref\":" + literal("#/$defs/" + std::string{to}) + '}';
}

std::string any_of(std::initializer_list<std::string> ways) {
  pieces all;
  for (std::string const& each : ways) all.add(each);
  return "\"anyOf\":" + all.list();
}

/// A policy of an entry: its fields, or off, or a short form.
template <class Policy>
std::string policy_values(std::string_view name) {
  std::string const fields = reference(name);
  if constexpr (std::is_same_v<Policy, budget>) {
    return any_of({fields, R"({"type":["string","null"],"not":{"const":"off"}})"});
  } else if constexpr (std::is_same_v<Policy, attempt_timeout> ||
                       std::is_same_v<Policy, total_timeout>) {
    return any_of({fields, json_schema::duration_text(true, nulls::allowed)});
  } else {
    return any_of({fields, R"({"enum":["off",null]})"});
  }
}

std::string described(std::string_view help, std::string_view values) {
  pieces said;
  said.add("description", literal(help));
  said.add(values);
  return said.map();
}

std::string entry_schema(entry_kind kind) {
  pieces keys;
  if (kind != entry_kind::policy) {
    keys.add("use",
             described("Policies that it begins with; of several, later ones win.",
                       any_of({R"({"type":"string"})",
                               R"({"type":"array","items":{"type":"string"},"maxItems":)" +
                                   std::to_string(resilience_file::most_policies_used) + '}'})));
  }
  operation_facts const defaults;
  for_each_field<operation_facts>([&](auto const& row) {
    if (row.name == "within" && kind != entry_kind::operation) return;
    keys.add(row.name, json_schema::of_field(row, defaults, nulls::allowed));
  });
  for_each_policy([&]<class Policy>(policy_key<Policy> const& key) {
    keys.add(key.name, described(key.help, policy_values<Policy>(key.name)));
  });
  keys.add("per_key", described("How many keys have a guard of their own, where one is made for "
                                "each key.",
                                policy_values<key_limits>("per_key")));
  pieces map;
  map.add(json_schema::type_of("object", nulls::allowed));
  map.add("properties", keys.map());
  map.add("additionalProperties", "false");
  return map.map();
}

/// A map from names to something.
std::string named(std::string_view names, std::string_view values, std::string_view help) {
  pieces map;
  map.add("description", literal(help));
  map.add(json_schema::type_of("object", nulls::allowed));
  map.add("propertyNames", names);
  map.add("additionalProperties", values);
  return map.map();
}

std::string definitions() {
  pieces all;
  for_each_policy([&]<class Policy>(policy_key<Policy> const& key) {
    all.add(key.name, json_schema::of_options<Policy>(nulls::allowed));
  });
  all.add("per_key", json_schema::of_options<key_limits>(nulls::allowed));
  all.add("policy", entry_schema(entry_kind::policy));
  all.add("operation", entry_schema(entry_kind::operation));
  return all.map();
}

std::string sections() {
  constexpr std::string_view plain = R"({"pattern":"^[^*]+$","maxLength":120})";
  constexpr std::string_view patterns = R"({"pattern":"^[^*]+([.][*])?$","maxLength":120})";
  pieces all;
  all.add("defaults", entry_schema(entry_kind::defaults));
  all.add("policies", named(plain, reference("policy"), "Policies by name, for `use`."));
  all.add("budgets", named(plain, json_schema::of_options<budget>(nulls::refused, nulls::allowed),
                           "Budgets by name, each shared by all operations that name it."));
  all.add("operations", named(patterns, reference("operation"),
                              "Operations by their exact names, and patterns: prefix.*"));
  all.add("classify",
          json_schema::of_options<classification_rules>(nulls::refused, nulls::allowed));
  all.add("state", json_schema::of_options<state_settings>(nulls::refused, nulls::allowed));
  return all.map();
}

}  // namespace

std::string resilience_schema() {
  pieces all;
  all.add("$schema", literal("https://json-schema.org/draft/2020-12/schema"));
  all.add("title", literal("Holdfast resilience file"));
  all.add(json_schema::type_of("object", nulls::allowed));
  all.add("properties", sections());
  all.add("additionalProperties", "false");
  all.add("$defs", definitions());
  return all.map();
}

}  // namespace holdfast
