#pragma once

#include "holdfast/base/time.hpp"

#include <chrono>

namespace holdfast {

/// A point of wall time, in nanoseconds since 1970-01-01 UTC. It steps when somebody sets the
/// clock, so it stands in records and never in a decision.
using wall_time = std::chrono::time_point<std::chrono::system_clock, duration>;

/// Both clocks, read at the same moment: what turns wall time into instants and back.
struct clock_reading {
  instant now{};
  wall_time wall{};
};

/// The time from `from` to `to`, or zero where `to` is earlier; held at the longest duration.
[[nodiscard]] constexpr duration elapsed(wall_time from, wall_time to) noexcept {
  return elapsed(instant{from.time_since_epoch()}, instant{to.time_since_epoch()});
}

/// `from` plus `by`, held at the ends of the clock.
[[nodiscard]] constexpr wall_time later(wall_time from, duration by) noexcept {
  return wall_time{later(instant{from.time_since_epoch()}, by).time_since_epoch()};
}

}  // namespace holdfast
