#include "manage/file_reading.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/config/load.hpp"
#include "holdfast/config/suggest.hpp"
#include "holdfast/core/budget_fields.hpp"
#include "manage/settings_reading.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

namespace holdfast {
namespace {

constexpr std::array<std::string_view, 6> section_names{"defaults",   "policies", "budgets",
                                                        "operations", "classify", "state"};

bool has_control(std::string_view name) {
  return std::any_of(name.begin(), name.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// "prefix.*", and no other star.
bool is_prefix_pattern(std::string_view name) {
  return name.size() > 2 && name.ends_with(".*") && name.find('*') == name.size() - 1;
}

file_entry named_entry(entry_kind kind, config_reading const& from, config_member const& named) {
  file_entry taken = take_entry(kind, from);
  taken.where.line = named.line;
  taken.where.column = named.column;
  return taken;
}

template <class Value>
std::vector<std::string_view> names_of_all(std::map<std::string, Value, std::less<>> const& all) {
  constexpr std::size_t most_suggested = 1000;  // of more, a name nearest to another is costly
  std::vector<std::string_view> names;
  for (auto const& each : all) {
    if (names.size() == most_suggested) break;
    names.push_back(each.first);
  }
  return names;
}

}  // namespace

expected<std::shared_ptr<resilience_file::contents const>, problems> file_reading::read(
    config_node const& root) {
  file_reading reading{root};
  reading.read_sections();
  reading.check_parts();
  reading.check_merged();
  reading.check_nesting();
  if (!reading.found_.empty()) {
    return unexpected{reading.found_.take(resilience_file::most_problems)};
  }
  return std::shared_ptr<contents const>{std::move(reading.to_)};
}

file_reading::file_reading(config_node const& root)
    : root_{root}, to_{std::make_shared<contents>()} {
  if (root.source) to_->source = *root.source;
  to_->defaults.path = "defaults";
  to_->defaults.own.kind = node_kind::map;
  to_->defaults.own.source = root.source;
}

void file_reading::read_sections() {
  if (root_.kind == node_kind::null) return;
  problems here;
  config_reading const from{root_, {}, here};
  if (from.is(node_kind::map)) {
    from.report_unknown_keys(section_names);
    for (config_member const& each : root_.members) {
      begin_section(each, each.name);
      if (each.value.kind == node_kind::null) continue;
      config_reading const section = from.member(each.value, each.name);
      if (each.name == "defaults") read_defaults(section);
      if (each.name == "policies") read_policies(section);
      if (each.name == "budgets") read_budgets(section);
      if (each.name == "operations") read_operations(section);
      if (each.name == "classify") read_classification(section);
      if (each.name == "state") read_state(section);
    }
  }
  found_.add(here, {});
  std::stable_sort(to_->sections.begin(), to_->sections.end(),
                   [](section_start const& a, section_start const& b) {
                     return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                   });
}

void file_reading::read_defaults(config_reading const& from) {
  to_->defaults = take_entry(entry_kind::defaults, from);
}

void file_reading::read_policies(config_reading const& from) {
  if (!from.is(node_kind::map)) return;
  for (config_member const& each : from.node.members) {
    if (!accepts_name(from, each, false)) continue;
    config_reading const policy = from.member(each.value, each.name);
    begin_section(each, policy.path);
    to_->policies.emplace(each.name, named_entry(entry_kind::policy, policy, each));
  }
  policy_names_ = names_of_all(to_->policies);
}

void file_reading::read_budgets(config_reading const& from) {
  if (!from.is(node_kind::map)) return;
  for (config_member const& each : from.node.members) {
    if (!accepts_name(from, each, false)) continue;
    config_reading const shared = from.member(each.value, each.name);
    begin_section(each, shared.path);
    if (each.name == "off") {
      shared.report_not_allowed("off is no name for a budget", "any other name");
    }
    budget const options = each.value.kind == node_kind::null ? budget{} : load<budget>(shared);
    to_->budgets.emplace(each.name, options);
    to_->budget_trees.emplace(each.name, each.value);
    to_->budget_places.emplace(each.name, text_position{to_->source, each.line, each.column});
  }
  budget_names_ = names_of_all(to_->budgets);
}

void file_reading::read_operations(config_reading const& from) {
  if (!from.is(node_kind::map)) return;
  if (from.node.members.size() > resilience_file::most_operations) {
    return from.report_not_allowed(std::to_string(from.node.members.size()) + " are too many",
                                   "up to " + std::to_string(resilience_file::most_operations));
  }
  for (config_member const& each : from.node.members) {
    if (!accepts_name(from, each, true)) continue;
    config_reading const operation = from.member(each.value, each.name);
    begin_section(each, operation.path);
    to_->entries.emplace(each.name, named_entry(entry_kind::operation, operation, each));
    (is_pattern(each.name) ? to_->patterns : to_->operations).push_back(each.name);
  }
}

void file_reading::read_classification(config_reading const& from) {
  std::size_t const before = from.found.size();
  to_->classification = load<classification_rules>(from);
  if (from.found.size() > before) return;
  auto made = rule_set::make(to_->classification);
  if (made) {
    to_->rules = std::move(*made);
  } else {
    for (field_problem const& each : made.error()) from.report(each);
  }
}

void file_reading::read_state(config_reading const& from) {
  to_->state = load<state_settings>(from);
  if (!to_->state.shared || !to_->state.store.empty()) return;
  from.report({.field = "shared",
               .found = "circuits are shared through a store, and there is none",
               .allowed = "state.store, such as sqlite:/var/lib/app/state.db; or shared: false"});
}

bool file_reading::accepts_name(config_reading const& from, config_member const& named,
                                bool may_be_pattern) {
  std::string_view const name = named.name;
  std::string what;
  std::string allowed = "1 .. " + std::to_string(longest_name) + " bytes, no control characters";
  if (name.empty()) {
    what = "a name is empty";
  } else if (name.size() > longest_name) {
    what = "a name has " + std::to_string(name.size()) + " bytes";
  } else if (has_control(name)) {
    what = "a name holds control characters";
  } else if (is_pattern(name) && !may_be_pattern) {
    what = "'" + excerpt(name) + "' holds a star";
    allowed = "names without one; patterns are for operations";
  } else if (is_pattern(name) && !is_prefix_pattern(name)) {
    what = "'" + excerpt(name) + "' is no pattern";
    allowed =
        "prefix.*, for all names that begin with \"prefix.\"; what holds for every operation "
        "stands in defaults";
  } else {
    return true;
  }
  found_.add(
      {{to_->source, named.line, named.column}, from.path + ": " + what, "allowed: " + allowed});
  return false;
}

void file_reading::begin_section(config_member const& named, std::string const& path) {
  to_->sections.push_back({named.line, named.column, path});
}

void file_reading::check_parts() {
  for (auto const& each : to_->entries) operation_names_.push_back(each.first);
  std::erase_if(operation_names_, is_pattern);
  auto const check = [&](file_entry const& part) {
    problems here;
    check_entry(part, here);
    found_.add(here, part.path);
    check_references(part);
  };
  check(to_->defaults);
  for (auto const& each : to_->policies) check(each.second);
  for (auto const& each : to_->entries) check(each.second);
}

void file_reading::check_references(file_entry const& from) {
  if (auto const* const use = from.own.find("use"); use != nullptr && !from.uses.empty()) {
    std::string const path = from.path + ".use";
    if (use->kind == node_kind::scalar) report_unknown(*use, path, "policy", policy_names_);
    for (config_node const& each : use->items) {
      if (each.kind == node_kind::scalar) report_unknown(each, path, "policy", policy_names_);
    }
  }
  auto const* const shared = from.own.find("budget");
  if (shared != nullptr && shared->kind == node_kind::scalar && shared->text != "off") {
    report_unknown(*shared, from.path + ".budget", "budget", budget_names_);
  }
}

void file_reading::report_unknown(config_node const& word, std::string const& path,
                                  std::string_view what,
                                  std::vector<std::string_view> const& known) {
  constexpr std::size_t most_listed = 20;
  bool const is_known = what == "policy" ? to_->policies.contains(word.text)
                        : what == "budget"
                            ? to_->budgets.contains(word.text)
                            : to_->entries.contains(word.text) && !is_pattern(word.text);
  if (is_known) return;
  std::string text = path + ": there is no " + std::string{what} + " '" + excerpt(word.text) + "'";
  std::string remedy;
  auto const meant =
      found_.is_long() ? std::optional<std::string_view>{} : nearest_word(word.text, known);
  if (meant) {
    text += "; did you mean " + std::string{*meant} + "?";
  } else if (known.empty()) {
    remedy = "the file names none";
  } else if (known.size() <= most_listed) {
    remedy = "known: " + list_of_words(known);
  }
  found_.add({word.where(), std::move(text), std::move(remedy)});
}

void file_reading::check_merged() {
  check_merged({}, to_->defaults.path);
  for (std::string const& each : to_->patterns) check_merged(each, to_->entries.at(each).path);
  for (std::string const& each : to_->operations) check_merged(each, to_->entries.at(each).path);
  if (merge_.is_too_much()) {
    found_.add({root_.where(), "operations: what they inherit is more than can be worked out",
                "fewer operations, or fewer fields in defaults, patterns and policies"});
  }
}

void file_reading::check_merged(std::string const& name, std::string const& path) {
  if (merge_.is_too_much()) return;
  config_node const tree = merge_.merged(to_->layers_of(name));
  problems here;
  operation_settings settings = read_settings(config_reading{tree, path, here}, name);
  found_.add_inherited(here, path);
  if (name.empty()) return;
  auto const* const outer = tree.find("within");
  if (outer != nullptr && outer->kind == node_kind::scalar) outer_.emplace(name, *outer);
  if (!is_pattern(name)) to_->settings.emplace(name, std::move(settings));
}

void file_reading::check_nesting() {
  std::set<std::tuple<std::uint32_t, std::uint32_t>> told;  // many may inherit the same line
  for (auto const& [name, outer] : outer_) {
    if (to_->settings.contains(outer.text)) continue;
    if (!told.emplace(outer.line, outer.column).second) continue;
    report_unknown(outer, to_->entries.at(name).path + ".within", "operation", operation_names_);
  }
  std::map<std::string_view, std::string_view> seen;  // each with the one that its walk began at
  for (auto const& each : to_->settings) {
    if (!seen.contains(each.first)) walk_outwards(each.first, seen);
  }
}

void file_reading::walk_outwards(std::string_view from,
                                 std::map<std::string_view, std::string_view>& seen) {
  constexpr std::size_t most_shown = 8;
  std::size_t steps = 0;
  std::string shown = excerpt(from);
  for (std::string_view name = from;; ++steps) {
    seen.emplace(name, from);
    auto const outer = outer_.find(name);
    if (outer == outer_.end()) return;
    std::string_view const next = outer->second.text;
    if (steps < most_shown) shown.append(" within ").append(excerpt(next));
    if (steps == most_shown) shown.append(" within …");
    auto const met = seen.find(next);
    if (met != seen.end()) {
      if (met->second != from) return;  // an earlier walk has told what is wrong there
      found_.add({outer->second.where(),
                  to_->entries.at(std::string{name}).path + ".within: goes round: " + shown,
                  "allowed: an operation that is not called within this one; ~ for none"});
      return;
    }
    name = next;
  }
}

}  // namespace holdfast
