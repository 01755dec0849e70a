#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/random.hpp"
#include "holdfast/base/time.hpp"

namespace holdfast {

/// How a pause of ceiling d is drawn, so that callers that failed together don't come back
/// together. Every draw stays inside the cap, so draws differ at the cap as well.
/// Source: M. Brooker, "Exponential Backoff And Jitter", 2015 (full, equal).
enum class jitter {
  none,          ///< d itself: callers stay in lock-step
  proportional,  ///< uniform in [d(1-j), min(d(1+j), max_delay)], j = jitter_factor
  full,          ///< uniform in [0, d]
  equal,         ///< uniform in [d/2, d]
};

template <>
struct names_of<jitter> {
  static constexpr std::array<named_value<jitter>, 4> table{{{jitter::none, "none"},
                                                             {jitter::proportional, "proportional"},
                                                             {jitter::full, "full"},
                                                             {jitter::equal, "equal"}}};
};

namespace core {

/// The ceilings of successive pauses: initial, initial x factor, ... held at `cap`. 24 bytes, no
/// overflow at any length: a ceiling is compared with the cap before it is multiplied.
class backoff_ceilings {
 public:
  constexpr backoff_ceilings(duration initial, double factor, duration cap) noexcept
      : next_{initial < cap ? initial : cap}, cap_{cap}, factor_{factor} {}

  constexpr duration next() noexcept {
    duration const current = next_;
    double const grown = static_cast<double>(current.count()) * factor_;
    // Compared as a double: a product beyond int64 must never be converted.
    next_ = grown < static_cast<double>(cap_.count()) ? duration{static_cast<duration::rep>(grown)}
                                                      : cap_;
    return current;
  }

 private:
  duration next_;
  duration cap_;
  double factor_;
};

/// `share` (0 .. 1) of the way from `least` to `most`.
[[nodiscard]] constexpr duration point_between(duration least, duration most,
                                               double share) noexcept {
  double const span = static_cast<double>((most - least).count());
  return least + duration{static_cast<duration::rep>(span * share)};
}

/// `d` spread by +- `factor`, never above `cap`.
[[nodiscard]] constexpr duration spread(duration d, double factor, duration cap,
                                        double share) noexcept {
  double const count = static_cast<double>(d.count());
  duration const least{static_cast<duration::rep>(count * (1 - factor))};
  double const grown = count * (1 + factor);
  duration const most =
      grown < static_cast<double>(cap.count()) ? duration{static_cast<duration::rep>(grown)} : cap;
  return point_between(least, most, share);
}

/// Draws the pause for ceiling `d`. `factor` matters to proportional jitter alone.
[[nodiscard]] constexpr duration draw_pause(duration d, jitter kind, double factor, duration cap,
                                            random_bits& random) noexcept {
  switch (kind) {
    case jitter::none: return d;
    case jitter::proportional: return spread(d, factor, cap, random.uniform());
    case jitter::full: return point_between(duration::zero(), d, random.uniform());
    case jitter::equal: return point_between(d / 2, d, random.uniform());
  }
  return d;
}

}  // namespace core
}  // namespace holdfast
