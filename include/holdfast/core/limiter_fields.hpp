#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/limiter.hpp"

namespace holdfast {

template <>
struct fields_of<limiter> {
  static constexpr auto table = std::tuple{
      field("per_second", &limiter::per_second, {0.000001, 1e9, true},
            "Attempts that may start each second in the long run; off means no limit."),
      field("burst", &limiter::burst, {1.0, 1e9},
            "Attempts that may start at once after a quiet time."),
      field("max_wait", &limiter::max_wait, {duration::zero(), std::chrono::hours{24 * 7}, true},
            "How long an attempt may wait for its turn; 0s refuses it at once, off waits until the "
            "call's deadline.")};
};

}  // namespace holdfast
