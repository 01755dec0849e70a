#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/classify/rules/classification_rules.hpp"

#include <memory>
#include <vector>

namespace holdfast {

/// Rules made ready: patterns are compiled, so that judging a failure takes time linear in its text
/// whatever the patterns are. A handle: copies share the same rules, which never change, so it may
/// be used by any number of threads at once.
class rule_set {
 public:
  /// No rules: every failure stays as it is.
  rule_set();

  /// @return what `check_fields` says of the rules, if anything is wrong with them
  /// Memory: up to 256 KiB a pattern.
  [[nodiscard]] static expected<rule_set, std::vector<field_problem>> make(
      classification_rules const& from);

  /// The failure as the first rule that fits makes it; as it was where none fits.
  ///
  /// What is in doubt (advice resolve_first) keeps category and advice, since no rule can know what
  /// happened; what a rule calls in_doubt gets that advice; and never drops the server's wait.
  /// Cost: linear in the number of rules and in the text.
  [[nodiscard]] failure apply(failure const& seen) const;

 private:
  struct compiled_rule;
  explicit rule_set(std::vector<compiled_rule> rules);

  std::shared_ptr<std::vector<compiled_rule> const> rules_;
};

}  // namespace holdfast
