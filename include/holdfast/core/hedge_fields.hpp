#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/hedge.hpp"

namespace holdfast {

template <>
struct fields_of<hedge> {
  static constexpr duration hour = std::chrono::hours{1};
  static constexpr auto table = std::tuple{
      field("delay", &hedge::delay, {duration::zero(), hour},
            "How long after one attempt has started the next one starts beside it."),
      field("quantile", &hedge::quantile, {0.01, 0.999, true},
            "Learns the delay instead: so large a share of the attempts succeeds within it."),
      field("min_samples", &hedge::min_samples, {1, 1000},
            "Latencies that must be known before the quantile is believed."),
      field("max_hedges", &hedge::max_hedges, {0, 10},
            "Attempts that may start beside the first one; 0 switches hedging off."),
      field("min_delay", &hedge::min_delay, {duration::zero(), hour},
            "No delay that is learned is shorter.")};
};

}  // namespace holdfast
