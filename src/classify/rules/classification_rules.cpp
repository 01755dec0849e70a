#include "holdfast/classify/rules/classification_rules.hpp"

#include "classify/rules/pattern.hpp"
#include "holdfast/base/excerpt.hpp"

#include <algorithm>

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

bool changes_nothing(classification_rule const& rule) {
  return !rule.category && !rule.severity && !rule.fault && !rule.advice;
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
  std::vector<field_problem> found;
  if (!rule.code.empty() && !rule.kind) {
    found.push_back({"code", "'" + excerpt(rule.code) + "' may be a code of many things",
                     "with kind beside it"});
  }
  if (!rule.code.empty() && !is_readable_code(rule.code)) {
    found.push_back({"code", "'" + excerpt(rule.code) + "' is no code and no class of codes",
                     "a code such as 40001, or one that ends in *"});
  }
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
