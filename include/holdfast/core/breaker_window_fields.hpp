#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/breaker_window.hpp"

#include <vector>

namespace holdfast {

template <>
struct fields_of<breaker_window> {
  /// What counts for many threads at once tells times apart to 2^27 ns, about 134 ms: of shorter
  /// buckets, calls would stay for longer than the span. A window by itself may have any.
  static constexpr duration shortest_bucket = std::chrono::milliseconds{150};
  static constexpr duration week = std::chrono::hours{24 * 7};
  static constexpr auto table = std::tuple{
      field("kind", &breaker_window::kind,
            "count: the last `calls` calls; time: those of the last `span`."),
      field("calls", &breaker_window::calls, {1, 100'000}, "Of a count window: how many calls."),
      field("span", &breaker_window::span, {shortest_bucket, week},
            "Of a time window: how long; at least 150ms for each bucket."),
      field("buckets", &breaker_window::buckets, {1, 1000},
            "Of a time window: the steps in which old calls leave.")};

  static std::vector<field_problem> contradictions(breaker_window const& options);
};

}  // namespace holdfast
