#pragma once

#include "holdfast/base/failure.hpp"

namespace holdfast {

/// Changes what failures mean to a guard, before anything is decided about them: such as the rules
/// of a file. Used by any number of threads at once.
class failure_rules {
 public:
  failure_rules() = default;
  failure_rules(failure_rules const&) = delete;
  failure_rules& operator=(failure_rules const&) = delete;
  virtual ~failure_rules() = default;

  /// The failure as it is to be judged; `seen` itself where nothing is to change.
  [[nodiscard]] virtual failure apply(failure const& seen) const noexcept = 0;
};

}  // namespace holdfast
