#include "holdfast/classify/rules/rule_set.hpp"

#include "classify/rules/fits_code.hpp"
#include "classify/rules/pattern.hpp"

#include <utility>

namespace holdfast {

struct rule_set::compiled_rule {
  classification_rule rule;
  std::shared_ptr<re2::RE2 const> pattern;  ///< null where the rule has none
};

namespace {

bool fits(classification_rule const& rule, re2::RE2 const* pattern, failure const& seen) {
  if (rule.kind && *rule.kind != seen.code.kind) return false;
  if (!rule.code.empty() && !rules_detail::fits_code(rule.code, seen.code.value.view()))
    return false;
  std::string_view const text = seen.text.view();
  return pattern == nullptr || re2::RE2::PartialMatch({text.data(), text.size()}, *pattern);
}

failure changed(failure seen, classification_rule const& rule) {
  bool const in_doubt = seen.advice == advice::resolve_first;
  if (rule.severity) seen.severity = *rule.severity;
  if (rule.category) seen.fault = plain_failure(*rule.category).fault;
  if (rule.fault) seen.fault = *rule.fault;
  if (in_doubt) return seen;
  if (rule.category) seen.category = *rule.category;
  if (rule.advice) seen.advice = *rule.advice;
  if (rule.category == category::in_doubt) seen.advice = advice::resolve_first;
  if (seen.advice == advice::never) seen.retry_after.reset();
  return seen;
}

}  // namespace

rule_set::rule_set() : rule_set{std::vector<compiled_rule>{}} {}

rule_set::rule_set(std::vector<compiled_rule> rules)
    : rules_{std::make_shared<std::vector<compiled_rule> const>(std::move(rules))} {}

expected<rule_set, std::vector<field_problem>> rule_set::make(classification_rules const& from) {
  if (auto found = check_fields(from); !found.empty()) return unexpected{std::move(found)};
  std::vector<compiled_rule> rules;
  rules.reserve(from.rules.size());
  for (classification_rule const& each : from.rules) {
    rules.push_back({each, each.pattern.empty()
                               ? nullptr
                               : std::make_shared<re2::RE2 const>(
                                     each.pattern, rules_detail::pattern_options())});
  }
  return rule_set{std::move(rules)};
}

failure rule_set::apply(failure const& seen) const {
  for (compiled_rule const& each : *rules_) {
    if (fits(each.rule, each.pattern.get(), seen)) return changed(seen, each.rule);
  }
  return seen;
}

}  // namespace holdfast
