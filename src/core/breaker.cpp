#include "holdfast/core/breaker.hpp"

namespace holdfast {

std::vector<field_problem> fields_of<breaker>::contradictions(breaker const& options) {
  std::vector<field_problem> found;
  if (options.max_recovery_timeout < options.recovery_timeout) {
    found.push_back({"max_recovery_timeout",
                     to_text(options.max_recovery_timeout) + " is below recovery_timeout (" +
                         to_text(options.recovery_timeout) + ")",
                     "recovery_timeout .. " + to_text(week)});
  }
  return found;
}

verdict verdict_on(failure const& seen, bool throttled_counts) noexcept {
  if (seen.category == category::cancelled || seen.category == category::rejected) {
    return verdict::neutral;
  }
  if (seen.category == category::throttled && !throttled_counts) return verdict::neutral;
  switch (seen.fault) {
    case fault::dependency: return verdict::failure;
    case fault::caller: return verdict::success;
    case fault::local:
    case fault::nobody: return verdict::neutral;
  }
  return verdict::neutral;
}

}  // namespace holdfast
