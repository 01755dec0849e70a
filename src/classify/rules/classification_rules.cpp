#include "holdfast/classify/rules/classification_rules.hpp"

#include "classify/rules/pattern.hpp"
#include "classify/rules/possible_code.hpp"
#include "holdfast/base/excerpt.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

std::vector<field_problem> problems_of_pattern(std::string const& pattern) {
  if (pattern.size() > classification_rules::most_pattern_bytes) {
    return {{"pattern", std::to_string(pattern.size()) + " bytes are too many",
             "at most " + std::to_string(classification_rules::most_pattern_bytes)}};
  }
  re2::RE2 const compiled{pattern, rules_detail::pattern_options()};
  if (compiled.ok()) return {};
  return {{"pattern", "'" + excerpt(pattern) + "' can't be read: " + excerpt(compiled.error()),
           "the syntax of RE2: no look-around, no back-references"}};
}

bool is_readable_code(std::string const& code) {
  return std::ranges::all_of(code, [](char c) { return c > ' ' && c < '\x7F'; }) &&
         code.find('*') >= code.size() - 1;
}

std::vector<field_problem> problems_of_code(classification_rule const& rule) {
  if (rule.code.empty()) return {};
  std::string const named = "'" + excerpt(rule.code) + "'";
  if (!rule.kind) return {{"code", named + " may be a code of many things", "with kind beside it"}};
  if (!is_readable_code(rule.code)) {
    return {{"code", named + " is no code and no class of codes",
             "a code such as 40001, or one that ends in *"}};
  }
  auto instead = rules_detail::instead_of_impossible(*rule.kind, rule.code);
  if (!instead) return {};
  return {{"code", named + " fits no code of " + std::string{name_of(*rule.kind)},
           std::move(*instead)}};
}

bool changes_nothing(classification_rule const& rule) {
  return !rule.category && !rule.severity && !rule.fault && !rule.advice;
}

/// What a rule can't make of a failure.
std::vector<field_problem> problems_of_verdict(classification_rule const& rule) {
  std::vector<field_problem> found;
  if (rule.category == category::rejected) {
    found.push_back({"category", "rejected is said of calls that a guard never let run",
                     "another one: no attempt would be counted, and so no limit reached"});
  }
  bool const repeated_blindly =
      rule.category == category::in_doubt && rule.advice && *rule.advice != advice::resolve_first;
  if (repeated_blindly) {
    found.push_back({"advice", std::string{name_of(*rule.advice)} + " beside category in_doubt",
                     "resolve_first, or none: what is in doubt is found out first"});
  }
  return found;
}

}  // namespace

std::vector<field_problem> fields_of<classification_rule>::contradictions(
    classification_rule const& rule) {
  if (rule.code.empty() && rule.pattern.empty()) {
    return {{"code", "is missing, and so is pattern", "one of them, or both"}};
  }
  if (changes_nothing(rule)) {
    return {{"category", "is missing, and so are severity, fault and advice",
             "one or more of them: the rule would change nothing"}};
  }
  std::vector<field_problem> found = problems_of_verdict(rule);
  for (auto& each : problems_of_code(rule)) found.push_back(std::move(each));
  if (!rule.pattern.empty()) {
    for (auto& each : problems_of_pattern(rule.pattern)) found.push_back(std::move(each));
  }
  return found;
}

std::vector<field_problem> fields_of<classification_rules>::contradictions(
    classification_rules const& all) {
  if (all.rules.size() <= classification_rules::most_rules) return {};
  return {{"rules", std::to_string(all.rules.size()) + " rules are too many",
           "at most " + std::to_string(classification_rules::most_rules)}};
}

}  // namespace holdfast
