#pragma once

#include "holdfast/base/failure.hpp"

namespace holdfast {

/// What an outcome is to a breaker.
enum class verdict {
  success,    ///< proof of life
  failure,    ///< counts against the dependency
  neutral,    ///< says nothing of it: cancelled, local, throttled
  abandoned,  ///< the permit was dropped without an outcome
};

/// What a failure is to a breaker: only the dependency's fault counts, a caller's fault proves that
/// the dependency lives.
[[nodiscard]] verdict verdict_on(failure const& seen, bool throttled_counts) noexcept;

}  // namespace holdfast
