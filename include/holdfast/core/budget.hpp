#pragma once

#include "holdfast/base/time.hpp"

namespace holdfast {

/// Limits retries to a share of the traffic, so that they can't turn a slow dependency into a dead
/// one. In any t seconds, retries <= capacity + per_second x t + per_call x first attempts.
struct budget {
  double capacity = 100;   ///< Tokens held at most, and at the start. `off`: no limit at all.
  double per_second = 10;  ///< Tokens added each second, to a thousandth.
  double per_call = 0.2;   ///< Tokens added by each first attempt; retries never add any.

  bool operator==(budget const&) const = default;
};

}  // namespace holdfast
