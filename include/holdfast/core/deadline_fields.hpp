#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/deadline.hpp"

namespace holdfast {

template <>
struct fields_of<attempt_timeout> {
  static constexpr auto table =
      std::tuple{field("limit", &attempt_timeout::limit,
                       {std::chrono::microseconds{1}, std::chrono::hours{24 * 7}, true},
                       "How long one attempt may take.")};
};

template <>
struct fields_of<total_timeout> {
  static constexpr auto table =
      std::tuple{field("limit", &total_timeout::limit,
                       {std::chrono::microseconds{1}, std::chrono::hours{24 * 7}, true},
                       "How long the whole call may take, retries and pauses included.")};
};

}  // namespace holdfast
