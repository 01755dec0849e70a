#include "holdfast/manage/resilience_file.hpp"

#include "holdfast/config/parse.hpp"
#include "manage/file_contents.hpp"
#include "manage/file_reading.hpp"
#include "manage/settings_reading.hpp"

#include <set>
#include <utility>

namespace holdfast {
namespace {

/// What the parser tells is bounded as well.
problems bounded(problems found) {
  problem_list all;
  all.add(found, {});
  return all.take(resilience_file::most_problems);
}

}  // namespace

resilience_file::resilience_file() : read_{*file_reading::read(config_node{})} {}

resilience_file::resilience_file(std::shared_ptr<contents const> read) noexcept
    : read_{std::move(read)} {}

expected<resilience_file, problems> resilience_file::read(std::string const& path) {
  auto const tree = read_yaml_file(path);
  if (!tree) return unexpected{bounded(tree.error())};
  return file_reading::read(*tree).map(
      [](auto&& read) { return resilience_file{std::move(read)}; });
}

expected<resilience_file, problems> resilience_file::parse(std::string_view text,
                                                           std::string source) {
  auto const tree = parse_yaml(text, std::move(source));
  if (!tree) return unexpected{bounded(tree.error())};
  return file_reading::read(*tree).map(
      [](auto&& read) { return resilience_file{std::move(read)}; });
}

std::vector<std::string> const& resilience_file::operations() const noexcept {
  return read_->operations;
}

std::vector<std::string> const& resilience_file::patterns() const noexcept {
  return read_->patterns;
}

operation_settings resilience_file::settings_for(std::string_view name) const {
  auto const known = read_->settings.find(name);
  if (known != read_->settings.end()) return known->second;
  config_node const tree = entry_merge{}.merged(read_->layers_of(name));
  problems none;
  return read_settings(config_reading{tree, {}, none}, name);
}

text_position resilience_file::place_of(std::string_view name) const {
  auto const at = read_->entries.find(name);
  return at == read_->entries.end() ? text_position{} : at->second.where;
}

std::vector<std::pair<std::string, text_position>> resilience_file::unused() const {
  std::set<std::string_view> used;
  std::set<std::string_view> shared;
  auto const note = [&](file_entry const& each) {
    used.insert(each.uses.begin(), each.uses.end());
    auto const* const name = each.own.find("budget");
    if (name != nullptr && name->kind == node_kind::scalar) shared.insert(name->text);
  };
  note(read_->defaults);
  for (auto const& each : read_->policies) note(each.second);
  for (auto const& each : read_->entries) note(each.second);
  std::vector<std::pair<std::string, text_position>> found;
  for (auto const& [name, policy] : read_->policies) {
    if (!used.contains(name)) found.emplace_back(policy.path, policy.where);
  }
  for (auto const& [name, where] : read_->budget_places) {
    if (!shared.contains(name)) found.emplace_back("budgets." + name, where);
  }
  return found;
}

std::map<std::string, budget, std::less<>> const& resilience_file::budgets() const noexcept {
  return read_->budgets;
}

classification_rules const& resilience_file::classification() const noexcept {
  return read_->classification;
}

rule_set const& resilience_file::rules() const noexcept { return read_->rules; }

state_settings const& resilience_file::state() const noexcept { return read_->state; }

std::string const& resilience_file::source() const noexcept { return read_->source; }

}  // namespace holdfast
