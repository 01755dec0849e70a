#include "manage/file_entry.hpp"

#include "holdfast/config/load.hpp"
#include "holdfast/manage/resilience_file.hpp"
#include "manage/policy_fields.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

namespace holdfast {
namespace {

bool says_off(config_node const& node) {
  return node.kind == node_kind::scalar && node.text == "off";
}

config_node empty_map_at(config_node const& place) {
  config_node map;
  map.kind = node_kind::map;
  map.line = place.line;
  map.column = place.column;
  map.source = place.source;
  return map;
}

bool is_policy(std::string_view name) {
  bool found = name == "per_key";
  for_each_policy([&](auto const& key) { found = found || key.name == name; });
  return found;
}

/// What stands in place of a map: `off`, or the one limit of a timeout.
void write_out(std::string_view name, config_node& node) {
  if (node.kind != node_kind::scalar || !is_policy(name) || name == "budget") return;
  if (says_off(node)) {
    node.kind = node_kind::null;
    node.text.clear();
    return;
  }
  if (name != "attempt_timeout" && name != "total_timeout") return;
  config_node written = empty_map_at(node);
  config_member limit{"limit", node.line, node.column, std::move(node)};
  written.members.push_back(std::move(limit));
  node = std::move(written);
}

void take_uses(config_reading const& from, std::vector<std::string>& names) {
  if (from.node.kind == node_kind::scalar) {
    names.push_back(from.node.text);
    return;
  }
  if (!from.is(node_kind::list)) return;
  if (from.node.items.size() > resilience_file::most_policies_used) {
    from.report_not_allowed("uses " + std::to_string(from.node.items.size()) + " policies",
                            "up to " + std::to_string(resilience_file::most_policies_used));
    return;
  }
  for (config_node const& each : from.node.items) {
    if (from.item(each, names.size()).is(node_kind::scalar)) names.push_back(each.text);
  }
}

std::size_t values_in(config_node const& node) {
  std::size_t count = 1;
  for (config_node const& each : node.items) count += values_in(each);
  for (config_member const& each : node.members) count += values_in(each.value);
  return count;
}

/// The keys that an entry may have, beside its policies.
std::vector<std::string_view> known_keys(entry_kind kind) {
  std::vector<std::string_view> keys;
  if (kind != entry_kind::policy) keys.emplace_back("use");
  for_each_field<operation_facts>([&](auto const& row) {
    if (row.name != "within" || kind == entry_kind::operation) keys.push_back(row.name);
  });
  for_each_policy([&](auto const& key) { keys.push_back(key.name); });
  keys.emplace_back("per_key");
  return keys;
}

/// Tells of keys by which other libraries call what has another name here, and takes them out.
void take_foreign_names(config_node& written, config_reading const& from) {
  struct foreign {
    std::string_view name;
    std::string_view here;
  };
  constexpr std::array<foreign, 6> known{{{"circuit_breaker", "breaker"},
                                          {"hedging", "hedge"},
                                          {"rate_limit", "limiter"},
                                          {"rate_limiter", "limiter"},
                                          {"retries", "retry"},
                                          {"timeout", "attempt_timeout, total_timeout"}}};
  for (foreign const& each : known) {
    auto const at =
        std::find_if(written.members.begin(), written.members.end(),
                     [&](config_member const& member) { return member.name == each.name; });
    if (at == written.members.end()) continue;
    from.found.push_back({{from.node.where().source, at->line, at->column},
                          from.path + "." + at->name + ": unknown key",
                          "here it is called: " + std::string{each.here}});
    written.members.erase(at);
  }
}

/// A map without what is null in it: such a field says only that it does not inherit.
config_node without_nulls(config_node const& node) {
  config_node kept = node;
  std::erase_if(kept.members,
                [](config_member const& each) { return each.value.kind == node_kind::null; });
  for (config_member& each : kept.members) {
    if (each.value.kind == node_kind::map) each.value = without_nulls(each.value);
  }
  return kept;
}

template <has_fields Options>
void check_options(config_reading const& from) {
  if (from.node.kind == node_kind::scalar) {
    from.report_not_allowed(from.shown() + " is no map of fields", "its fields, or off");
    return;
  }
  static_cast<void>(load<Options>(from));
}

void check_budget(config_reading const& from) {
  if (!says_off(from.node)) {
    if (from.node.kind == node_kind::scalar) return;  // a name: whoever knows all of them asks
    return check_options<budget>(from);
  }
  from.report_not_allowed(
      "a budget is always on",
      "a name of budgets, or its fields; for retries without any limit {capacity: off}");
}

template <class Row>
void check_fact(config_reading const& from, Row const& row) {
  typename Row::value_type read{};
  detail::read_value(from, read, row);
}

}  // namespace

file_entry take_entry(entry_kind kind, config_reading const& from) {
  file_entry taken{.kind = kind,
                   .path = from.path,
                   .own = empty_map_at(from.node),
                   .where = from.node.where(),
                   .uses = {}};
  if (from.node.kind == node_kind::null || !from.is(node_kind::map)) return taken;
  std::size_t const values = values_in(from.node);
  if (values > resilience_file::most_entry_values) {
    from.report_not_allowed("holds " + std::to_string(values) + " values",
                            "up to " + std::to_string(resilience_file::most_entry_values));
    return taken;
  }
  taken.own = from.node;
  for (config_member& each : taken.own.members) write_out(each.name, each.value);
  if (config_node const* const use = from.node.find("use"); use != nullptr) {
    if (kind != entry_kind::policy) take_uses(from.member(*use, "use"), taken.uses);
  }
  return taken;
}

void check_entry(file_entry const& what, problems& found) {
  config_node written = without_nulls(what.own);
  config_reading const from{written, what.path, found, true};
  take_foreign_names(written, from);
  auto const known = known_keys(what.kind);
  from.report_unknown_keys(known);
  auto const check = [&](std::string_view name, auto const& by) {
    if (std::find(known.begin(), known.end(), name) == known.end()) return;
    if (auto const* const node = written.find(name)) by(from.member(*node, name));
  };
  for_each_field<operation_facts>([&](auto const& row) {
    check(row.name, [&](config_reading const& fact) { check_fact(fact, row); });
  });
  for_each_policy([&]<class Policy>(policy_key<Policy> const& key) {
    check(key.name, [](config_reading const& policy) {
      if constexpr (std::is_same_v<Policy, budget>) {
        check_budget(policy);
      } else {
        check_options<Policy>(policy);
      }
    });
  });
  check("per_key", [](config_reading const& limits) { check_options<key_limits>(limits); });
}

config_node entry_merge::merged(std::span<file_entry const* const> layers) {
  config_node tree = empty_map_at(layers.back()->own);
  for (file_entry const* const each : layers) {
    if (is_too_much()) break;
    merge_into(tree, each->own, true);
  }
  return tree;
}

void entry_merge::merge_into(config_node& base, config_node const& over, bool keeps_null) {
  for (config_member const& each : over.members) {
    if (keeps_null && each.name == "use") continue;
    work_ += base.members.size() + 1;
    auto const at = std::find_if(base.members.begin(), base.members.end(),
                                 [&](config_member const& had) { return had.name == each.name; });
    bool const had = at != base.members.end();
    if (each.value.kind == node_kind::null && !keeps_null) {
      if (had) base.members.erase(at);
      continue;
    }
    if (!had) base.members.push_back({each.name, each.line, each.column, {}});
    config_member& to = had ? *at : base.members.back();
    to.line = each.line;
    to.column = each.column;
    if (each.value.kind != node_kind::map) {
      to.value = each.value;
      work_ += cost_of_an_item * each.value.items.size();
      continue;
    }
    config_node below = empty_map_at(each.value);
    if (to.value.kind == node_kind::map) below.members = std::move(to.value.members);
    to.value = std::move(below);
    merge_into(to.value, each.value, false);
  }
}

}  // namespace holdfast
