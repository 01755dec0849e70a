#pragma once

#include "holdfast/base/time.hpp"

namespace holdfast {

/// Holds the attempts that start to a rate. In any t seconds, attempts <= burst + per_second x t.
struct limiter {
  double per_second = 100;  ///< Attempts a second in the long run. > 0. `off`: no limit at all.
  double burst = 10;        ///< Attempts that may start at once after a quiet time. >= 1.
  duration max_wait{};      ///< How long an attempt may wait for its turn; 0 refuses at once.

  bool operator==(limiter const&) const = default;
};

}  // namespace holdfast
