#pragma once

#include "holdfast/base/field.hpp"

#include <tuple>

namespace holdfast {

/// How fast the service is when nothing goes wrong. Answers wait; nothing is refused.
struct pace_plan {
  duration latency{};                ///< before every answer
  double requests_per_second = off;  ///< over all connections
  double records_per_second = off;   ///< over all connections
};

template <>
struct fields_of<pace_plan> {
  static constexpr value_range<double> rate{0.001, 1e9, true};
  static constexpr auto table =
      std::tuple{field("latency", &pace_plan::latency, {duration::zero(), std::chrono::minutes{10}},
                       "a pause before every answer"),
                 field("requests_per_second", &pace_plan::requests_per_second, rate,
                       "answers are held back to this rate"),
                 field("records_per_second", &pace_plan::records_per_second, rate,
                       "pages are held back to this rate")};
};

}  // namespace holdfast
