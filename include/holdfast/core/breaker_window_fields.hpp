#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/breaker_window.hpp"

namespace holdfast {

template <>
struct fields_of<breaker_window> {
  static constexpr auto table = std::tuple{
      field("kind", &breaker_window::kind,
            "count: the last `calls` calls; time: those of the last `span`."),
      field("calls", &breaker_window::calls, {1, 100'000}, "Of a count window: how many calls."),
      field("span", &breaker_window::span, {duration{1}, std::chrono::hours{24 * 7}},
            "Of a time window: how long."),
      field("buckets", &breaker_window::buckets, {1, 1000},
            "Of a time window: the steps in which old calls leave.")};
};

}  // namespace holdfast
