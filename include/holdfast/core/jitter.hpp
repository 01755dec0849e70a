#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/random.hpp"
#include "holdfast/base/time.hpp"

#include <algorithm>

namespace holdfast {

/// How a pause of ceiling d is drawn, so that callers that failed together don't come back
/// together. Every draw stays inside the cap, so draws differ at the cap as well.
/// Source: M. Brooker, "Exponential Backoff And Jitter", 2015 (full, equal, decorrelated).
enum class jitter {
  none,          ///< d itself: callers stay in lock-step
  proportional,  ///< uniform in [d(1-j), min(d(1+j), max_delay)], j = jitter_factor
  full,          ///< uniform in [0, d]
  equal,         ///< uniform in [d/2, d]
  decorrelated,  ///< uniform in [initial_delay, min(3 x previous pause, max_delay)]; d plays no part
};

template <>
struct names_of<jitter> {
  using enum jitter;
  static constexpr std::array<named_value<jitter>, 5> table{{{none, "none"},
                                                             {proportional, "proportional"},
                                                             {full, "full"},
                                                             {equal, "equal"},
                                                             {decorrelated, "decorrelated"}}};
};

namespace core {

/// A count of nanoseconds as a duration in [0, cap], rounded to the nearest. Infinity and whatever
/// is beyond the cap give the cap; what is negative or no number gives zero.
[[nodiscard]] constexpr duration held_within(double nanoseconds, duration cap) noexcept {
  // Compared as a double: a count beyond int64 must never be converted.
  if (nanoseconds >= static_cast<double>(cap.count())) return std::max(cap, duration::zero());
  if (!(nanoseconds > 0)) return duration::zero();
  return std::min(duration{static_cast<duration::rep>(nanoseconds + 0.5)}, cap);
}

/// `share` (0 .. 1) of the way from `least` to `most`, where 0 <= least <= most.
[[nodiscard]] constexpr duration point_between(duration least, duration most,
                                               double share) noexcept {
  auto const span = static_cast<double>((most - least).count());
  double const way = span * share;
  if (!(way < span)) return most;
  return least + duration{static_cast<duration::rep>(way)};
}

/// `d` spread by +- `factor` (0 .. 1), never above `cap`.
[[nodiscard]] constexpr duration spread(duration d, double factor, duration cap,
                                        double share) noexcept {
  auto const count = static_cast<double>(d.count());
  duration const most = held_within(count * (1 + factor), cap);
  return point_between(held_within(count * (1 - factor), most), most, share);
}

/// Draws the pause for ceiling `d`, 0 <= d <= cap. `factor` matters to proportional jitter alone.
/// Decorrelated jitter has a state; here, without one, it draws as full does.
[[nodiscard]] constexpr duration draw_pause(duration d, jitter kind, double factor, duration cap,
                                            random_bits& random) noexcept {
  switch (kind) {
    case jitter::none: return d;
    case jitter::proportional: return spread(d, factor, cap, random.uniform());
    case jitter::full:
    case jitter::decorrelated: return point_between(duration::zero(), d, random.uniform());
    case jitter::equal: return point_between(d / 2, d, random.uniform());
  }
  return d;
}

/// Draws the pause that follows `previous` in a decorrelated sequence: never below `initial`, never
/// above `cap`. For the first pause `previous` is zero.
[[nodiscard]] constexpr duration draw_decorrelated(duration initial, duration previous,
                                                   duration cap, random_bits& random) noexcept {
  duration const least = std::clamp(initial, duration::zero(), std::max(cap, duration::zero()));
  auto const from = static_cast<double>(std::max(previous, least).count());
  return point_between(least, std::max(least, held_within(3 * from, cap)), random.uniform());
}

}  // namespace core
}  // namespace holdfast
