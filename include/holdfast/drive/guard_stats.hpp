#pragma once

#include "holdfast/core/breaker_stats.hpp"

#include <cstdint>

namespace holdfast {

/// What a guard knows at one instant.
struct guard_stats {
  breaker_stats breaker{};
  double budget_tokens = 0;             ///< retries that could be paid for now
  std::uint64_t successes = 0;          ///< first attempts that succeeded, since it was made
  std::uint64_t refusals = 0;           ///< attempts that its breaker refused, since it was made
  std::uint64_t listener_failures = 0;  ///< exceptions of listeners, caught and dropped
};

}  // namespace holdfast
