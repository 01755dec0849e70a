#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/field.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

namespace holdfast {

/// How a service is away.
enum class outage_kind {
  reset,        ///< connections are accepted and reset at once
  refuse,       ///< nobody listens: the first connection is reset, later ones are refused
  unavailable,  ///< every request is answered with 503 and no Retry-After
};

template <>
struct names_of<outage_kind> {
  using enum outage_kind;
  static constexpr std::array<named_value<outage_kind>, 3> table{
      {{reset, "reset"}, {refuse, "refuse"}, {unavailable, "unavailable"}}};
};

/// A time in which nothing is served. It begins with the first attempt after its condition is met,
/// so that a client always meets it, and happens once.
struct outage_plan {
  std::optional<std::uint64_t> after_requests{};  ///< once so many requests were numbered
  std::optional<duration> after{};                ///< once so much time has passed since the start
  duration lasts = std::chrono::seconds{4};
  outage_kind kind = outage_kind::reset;
};

template <>
struct fields_of<outage_plan> {
  static constexpr auto table = std::tuple{
      field("after_requests", &outage_plan::after_requests, {0, 1'000'000'000'000},
            "begins after so many requests"),
      field("after", &outage_plan::after, {duration::zero(), std::chrono::hours{24 * 365}},
            "begins so long after the start"),
      field("duration", &outage_plan::lasts, {std::chrono::milliseconds{1}, std::chrono::hours{24}},
            "how long it lasts"),
      field("kind", &outage_plan::kind, "reset, refuse or unavailable")};

  static std::vector<field_problem> contradictions(outage_plan const& outage);
};

}  // namespace holdfast
