#include "holdfast/drive/contradictions.hpp"

namespace holdfast {

std::vector<field_problem> contradictions(operation_options const& options) {
  std::vector<field_problem> found;
  if (options.shared_budget.is_one() && options.budget != budget{}) {
    found.push_back({"budget", "a guard has a budget of its own or a shared one", "one of them"});
  }
  if (options.breaker.max_hanging > 0 && options.nesting == nesting::untracked) {
    found.push_back({"breaker.max_hanging", "calls that are not tracked can't be found hanging",
                     "max_hanging 0, or nesting tracked"});
  }
  if (options.hedge.max_hedges > 0 && !options.retry.idempotent) {
    found.push_back({"hedge",
                     "attempts that run side by side are safe only for an idempotent operation",
                     "hedge with retry.idempotent true"});
  }
  return found;
}

}  // namespace holdfast
