#pragma once

#include "holdfast/base/time.hpp"

namespace holdfast {

/// Starts a second attempt beside one that is slow, and takes the answer that comes first. For what
/// is safe to do twice: retry's `idempotent` is asked for hedges too.
struct hedge {
  duration delay = std::chrono::milliseconds{100};  ///< From one start to the next.
  double quantile = off;  ///< Share of attempts that are faster; the delay is then learned. < 1.
  int min_samples = 100;  ///< Latencies known before the quantile is believed; `delay` until then.
  int max_hedges = 1;     ///< Attempts beside the first one; 0 switches hedging off.
  duration min_delay = std::chrono::milliseconds{1};  ///< No learned delay is shorter.

  bool operator==(hedge const&) const = default;
};

}  // namespace holdfast
