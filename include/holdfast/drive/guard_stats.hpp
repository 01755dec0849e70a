#pragma once

#include "holdfast/core/breaker_stats.hpp"

#include <cstdint>
#include <optional>

namespace holdfast {

/// What a guard knows at one instant.
struct guard_stats {
  breaker_stats breaker{};
  double budget_tokens = 0;  ///< retries that could be paid for now
  /// Calls that succeeded without a failure before, since the guard was made; nothing where neither
  /// window nor budget nor metrics count them, so that a success costs not even a store.
  std::optional<std::uint64_t> successes;
  std::uint64_t refusals = 0;  ///< calls that its open circuit refused, since it was made
  int running = 0;  ///< attempts that have a place in the bulkhead; 0 where there is none
  int waiting = 0;  ///< attempts in the bulkhead's queue
  /// Attempts that the limiter would let start now; below zero where some wait for their turn.
  /// Nothing where there is no limiter.
  std::optional<double> turns{};
  std::uint64_t listener_failures = 0;  ///< exceptions of listeners, caught and dropped
};

}  // namespace holdfast
