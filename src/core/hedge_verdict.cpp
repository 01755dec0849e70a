#include "holdfast/core/hedge_verdict.hpp"

#include <algorithm>

namespace holdfast::core {

hedge_failure hedge_failure_of(failure const& seen, std::optional<bool> wish) noexcept {
  if (seen.category == category::cancelled || seen.category == category::rejected) {
    return hedge_failure::fatal;
  }
  bool const hopeless = seen.advice == advice::never || seen.advice == advice::resolve_first;
  return wish.value_or(!hopeless) ? hedge_failure::retryable : hedge_failure::fatal;
}

duration hold_off_after(failure const& seen) noexcept {
  duration const hint = seen.retry_after.value_or(duration::zero());
  if (seen.pushback && (!seen.retry_after || hint < duration::zero())) return off;
  return std::max(hint, duration::zero());
}

}  // namespace holdfast::core
