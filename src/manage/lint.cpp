#include "holdfast/manage/lint.hpp"

#include "holdfast/base/excerpt.hpp"
#include "manage/linted.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace holdfast {
namespace {

using findings = std::vector<lint_finding>;

constexpr lint_rule unmatched_pattern{"unmatched_pattern", lint_level::note,
                                      "A pattern that no operation of the file matches."};
constexpr lint_rule unused_part{"unused_part", lint_level::warning,
                                "A policy or a budget that nothing uses."};

/// Findings of operations; one that another has by the same line is counted there.
class operation_findings {
 public:
  void add(lint_rule const& rule, linted const& of, remark&& said) {
    text_position where = of.place_of(said.path);
    auto const [at, is_new] =
        known_.emplace(std::tuple{rule.name, where.line, where.column}, all_.size());
    if (!is_new) {
      ++all_[at->second].more;
      return;
    }
    all_.push_back({rule, of.name(), 0, std::move(said.path), std::move(where),
                    std::move(said.what), std::move(said.remedy)});
  }

  [[nodiscard]] findings take() { return std::move(all_); }

 private:
  findings all_;
  std::map<std::tuple<std::string_view, std::uint64_t, std::uint64_t>, std::size_t> known_;
};

std::vector<std::string> unmatched_patterns(resilience_file const& file) {
  std::vector<std::string> sorted = file.operations();
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> found;
  for (std::string const& each : file.patterns()) {
    std::string const prefix = each.substr(0, each.size() - 1);
    auto const first = std::lower_bound(sorted.begin(), sorted.end(), prefix);
    if (first == sorted.end() || !first->starts_with(prefix)) found.push_back(each);
  }
  return found;
}

void add_unused(resilience_file const& file, findings& to) {
  for (auto& [path, where] : file.unused()) {
    to.push_back({unused_part, {}, 0, path, where, "nothing uses it", "use it, or leave it out"});
  }
  for (std::string const& each : unmatched_patterns(file)) {
    to.push_back({unmatched_pattern,
                  each,
                  0,
                  {},
                  file.place_of(each),
                  "no operation of this file matches it; those that a program names may",
                  "name one that does, if none is made by a program"});
  }
}

/// Every rule, by name.
std::vector<lint_rule> all_rules() {
  std::vector<lint_rule> rules{unmatched_pattern, unused_part};
  for (checked_rule const& each : policy_rules()) rules.push_back(each.rule);
  for (checked_rule const& each : timing_rules()) rules.push_back(each.rule);
  std::sort(rules.begin(), rules.end(),
            [](lint_rule const& a, lint_rule const& b) { return a.name < b.name; });
  return rules;
}

}  // namespace

std::span<lint_rule const> lint_rules() {
  static std::vector<lint_rule> const rules = all_rules();
  return rules;
}

std::vector<std::string> linted_names(resilience_file const& file) {
  std::vector<std::string> names = file.operations();
  std::vector<std::string> const unmatched = unmatched_patterns(file);
  names.insert(names.end(), unmatched.begin(), unmatched.end());
  if (names.empty()) names.emplace_back();
  return names;
}

std::vector<lint_finding> lint(resilience_file const& file) {
  operation_findings of_operations;
  for (std::string const& name : linted_names(file)) {
    linted const of{file, name};
    for (auto const& rules : {policy_rules(), timing_rules()}) {
      for (checked_rule const& each : rules) {
        remark said = each.check(of);
        if (!said.what.empty()) of_operations.add(each.rule, of, std::move(said));
      }
    }
  }
  findings all = of_operations.take();
  add_unused(file, all);
  std::stable_sort(all.begin(), all.end(), [](lint_finding const& a, lint_finding const& b) {
    return std::tie(a.where.line, a.where.column) < std::tie(b.where.line, b.where.column);
  });
  return all;
}

std::string describe(lint_finding const& found) {
  std::string path = found.operation.empty() ? std::string{} : excerpt(found.operation);
  if (!found.path.empty()) path.append(path.empty() ? "" : ".").append(found.path);
  std::string what{enum_name(found.rule.level)};
  what.append(": ").append(path).append(path.empty() ? "" : ": ").append(found.what);
  what.append(" [").append(found.rule.name).append("]");
  if (found.more > 0) {
    what.append("; the same in ").append(std::to_string(found.more));
    what.append(found.more == 1 ? " operation more" : " operations more");
  }
  return describe(problem{found.where, std::move(what), found.remedy});
}

}  // namespace holdfast
