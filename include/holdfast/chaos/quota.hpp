#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/field.hpp"

#include <array>
#include <cstdint>
#include <tuple>

namespace holdfast {

/// What a client is told that asked too often.
enum class quota_status {
  too_many_requests,  ///< 429
  unavailable,        ///< 503
};

template <>
struct names_of<quota_status> {
  using enum quota_status;
  static constexpr std::array<named_value<quota_status>, 2> table{
      {{too_many_requests, "429"}, {unavailable, "503"}}};
};

/// How many requests are served in a window of time. Each answer tells how much of it is used, in
/// the header X-Throttling-Control; what is beyond is refused with Retry-After.
struct quota_plan {
  std::uint32_t requests = 0;  ///< in one window; 0: as many as come
  duration per = std::chrono::seconds{1};
  duration block{};  ///< how long everything is refused after the quota was exceeded
  quota_status status = quota_status::too_many_requests;
};

template <>
struct fields_of<quota_plan> {
  static constexpr auto table = std::tuple{
      field("requests", &quota_plan::requests, {0, 1'000'000'000},
            "requests served in one window; 0: no quota"),
      field("per", &quota_plan::per, {std::chrono::milliseconds{1}, std::chrono::hours{24}},
            "length of a window"),
      field("block", &quota_plan::block, {duration::zero(), std::chrono::hours{24}},
            "how long everything is refused once the quota was exceeded; 0s: to the window's end"),
      field("status", &quota_plan::status, "the answer beyond the quota, 429 or 503")};
};

}  // namespace holdfast
