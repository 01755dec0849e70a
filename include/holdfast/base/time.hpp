#pragma once

#include <chrono>
#include <concepts>
#include <limits>

namespace holdfast {

/// A span of time, in nanoseconds.
using duration = std::chrono::nanoseconds;

/// A point on the monotonic clock, in nanoseconds. Only drivers read the clock; everything else is
/// told the time. Wall time appears at the edges alone, never in a decision.
using instant = std::chrono::time_point<std::chrono::steady_clock, duration>;

/// Switches an optional limit off, for example `retry{.max_elapsed = off}`.
struct off_value {
  constexpr operator duration() const noexcept { return duration::max(); }
  /// To double alone: as a number for a duration's count, infinity would be undefined behaviour.
  template <std::same_as<double> Number>
  constexpr operator Number() const noexcept {
    return std::numeric_limits<Number>::infinity();
  }
  friend constexpr bool operator==(double limit, off_value) noexcept {
    return limit == std::numeric_limits<double>::infinity();
  }
};
inline constexpr off_value off{};

/// Whether a limit is switched off.
[[nodiscard]] constexpr bool is_off(duration limit) noexcept { return limit == duration::max(); }

/// The instant that never comes.
inline constexpr instant never_reached = instant::max();

/// `from` plus `by`, held at the ends of the clock instead of overflowing.
[[nodiscard]] constexpr instant later(instant from, duration by) noexcept {
  if (by > duration::zero() && from > instant::max() - by) return instant::max();
  if (by < duration::zero() && from < instant::min() - by) return instant::min();
  return from + by;
}

/// The time from `from` to `to`, or zero where `to` is earlier; held at the longest duration
/// instead of overflowing. For instants that may come from outside, never `to - from`.
[[nodiscard]] constexpr duration elapsed(instant from, instant to) noexcept {
  if (to <= from) return duration::zero();
  if (from < instant{} && to > instant::max() + from.time_since_epoch()) return duration::max();
  return to - from;
}

}  // namespace holdfast
