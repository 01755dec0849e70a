#include "manage/settings_reading.hpp"

#include "holdfast/config/load.hpp"
#include "holdfast/drive/contradictions.hpp"
#include "manage/policy_fields.hpp"

#include <algorithm>

namespace holdfast {
namespace {

config_node const* map_of(config_node const& tree, std::string_view name) {
  config_node const* const found = tree.find(name);
  return found != nullptr && found->kind == node_kind::map ? found : nullptr;
}

operation_facts read_facts(config_reading const& from) {
  operation_facts facts;
  for_each_field<operation_facts>([&](auto const& row) {
    config_node const* const node = from.node.find(row.name);
    if (node == nullptr || node->kind == node_kind::null) return;
    detail::read_value(from.member(*node, row.name), facts.*row.member, row);
  });
  return facts;
}

/// The guards of keys are named after their operation, and one of them "other".
void check_key_length(config_reading const& from, std::string_view name, key_limits const& limits) {
  constexpr std::size_t shortest = std::string_view{"other"}.size();
  auto const key = std::max(static_cast<std::size_t>(limits.max_key_length), shortest);
  if (name.size() + 1 + key <= longest_name) return;
  from.report({.field = "per_key.max_key_length",
               .found = std::to_string(limits.max_key_length) + " bytes behind a name of " +
                        std::to_string(name.size()) + " and a dot make more than " +
                        std::to_string(longest_name),
               .allowed = "a shorter name, or shorter keys"});
}

}  // namespace

operation_settings read_settings(config_reading const& from, std::string_view name) {
  std::size_t const before = from.found.size();
  operation_settings read;
  for_each_policy([&]<class Policy>(policy_key<Policy> const& key) {
    if (auto const* const node = map_of(from.node, key.name)) {
      read.policies.*key.member = load<Policy>(from.member(*node, key.name));
    }
  });
  operation_facts const facts = read_facts(from);
  read.policies.kind = facts.kind;
  read.policies.nesting = facts.nesting;
  read.within = facts.within;
  read.required = facts.required;
  config_node const* const shared = from.node.find("budget");
  if (shared != nullptr && shared->kind == node_kind::scalar) read.budget = shared->text;
  if (auto const* const limits = map_of(from.node, "per_key")) {
    read.per_key = load<key_limits>(from.member(*limits, "per_key"));
  }
  if (from.found.size() > before) return read;
  for (field_problem const& each : contradictions(read.policies)) from.report(each);
  if (read.per_key) check_key_length(from, name, *read.per_key);
  return read;
}

}  // namespace holdfast
