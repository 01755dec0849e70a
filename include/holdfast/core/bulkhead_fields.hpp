#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/bulkhead.hpp"

namespace holdfast {

template <>
struct fields_of<bulkhead> {
  static constexpr auto table = std::tuple{
      field("max_concurrent", &bulkhead::max_concurrent, {0, 1'000'000},
            "Attempts that may run at once; 0 switches the limit off."),
      field("max_waiting", &bulkhead::max_waiting, {0, 1'000'000},
            "Attempts that may wait for a place; those beyond are refused."),
      field("max_wait", &bulkhead::max_wait,
            {std::chrono::microseconds{1}, std::chrono::hours{24 * 7}, true},
            "How long an attempt may wait for a place; off waits until the call's deadline.")};
};

}  // namespace holdfast
