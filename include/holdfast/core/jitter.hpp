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
  decorrelated,  ///< uniform in [initial_delay, min(3 x previous pause, max_delay)], whatever d
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
  double const rounded_up = nanoseconds + 0.5;
  return duration{static_cast<duration::rep>(rounded_up)};  // began below the cap, so at most it
}

[[nodiscard]] constexpr double count_of(duration length) noexcept {
  return static_cast<double>(length.count());
}

/// `share` (0 .. 1) of the way from `least` to `most`.
[[nodiscard]] constexpr double point_between(double least, double most, double share) noexcept {
  return least + (most - least) * share;
}

/// `d` spread by +- `factor` (0 .. 1), never above `cap`.
[[nodiscard]] constexpr duration spread(duration d, double factor, duration cap,
                                        double share) noexcept {
  double const most = std::min(count_of(d) * (1 + factor), count_of(cap));
  return held_within(point_between(count_of(d) * (1 - factor), most, share), cap);
}

/// Draws the pause for a ceiling of `d` nanoseconds, 0 <= d <= cap. `factor` matters to
/// proportional jitter alone. Decorrelated jitter has a state; without one it draws as full does.
[[nodiscard]] constexpr duration draw_pause(double d, jitter kind, double factor, duration cap,
                                            random_bits& random) noexcept {
  double least = 0;
  double most = d;
  switch (kind) {
    case jitter::none: return held_within(d, cap);
    case jitter::proportional:
      least = d * (1 - factor);
      most = std::min(d * (1 + factor), count_of(cap));
      break;
    case jitter::equal: least = d / 2; break;
    case jitter::full:
    case jitter::decorrelated: break;
  }
  return held_within(point_between(least, most, random.uniform()), cap);
}

/// Draws the pause that follows `previous` in a decorrelated sequence: never below `initial`, never
/// above `cap`. For the first pause `previous` is zero.
[[nodiscard]] constexpr duration draw_decorrelated(duration initial, duration previous,
                                                   duration cap, random_bits& random) noexcept {
  double const least = std::min(count_of(initial), count_of(cap));
  double const most = std::min(3 * std::max(count_of(previous), least), count_of(cap));
  return held_within(point_between(least, most, random.uniform()), cap);
}

}  // namespace core
}  // namespace holdfast
