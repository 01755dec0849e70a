#include "holdfast/core/verdict.hpp"

namespace holdfast {

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
