#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/random.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/core/jitter.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

namespace holdfast {

/// How the ceilings of successive pauses grow; n counts the pauses of one call from 0. All of them
/// are held at max_delay.
enum class backoff {
  exponential,  ///< initial_delay x backoff_factor^n
  linear,       ///< initial_delay + n x delay_step
  constant,     ///< initial_delay
  delays,       ///< the entries of a list in order; the last one repeats
};

template <>
struct names_of<backoff> {
  using enum backoff;
  static constexpr std::array<named_value<backoff>, 4> table{{{exponential, "exponential"},
                                                              {linear, "linear"},
                                                              {constant, "constant"},
                                                              {delays, "delays"}}};
};

namespace core {

/// The numbers by which one pause is computed.
struct pacing {
  holdfast::backoff backoff = holdfast::backoff::exponential;
  duration initial_delay{};
  double backoff_factor = 2;
  duration delay_step{};
  std::span<duration const> delays{};
  duration max_delay{};
  holdfast::jitter jitter = holdfast::jitter::none;
  double jitter_factor = 0;
};

/// Where one call stands in its sequence of pauses; a plain value of 24 bytes.
///
/// The numbers are given with each pause, since they may depend on the failure that it follows:
/// then exponential growth is the product of the factors so far. No overflow, no number that is
/// none and no negative pause, however long the sequence and whatever the numbers.
/// Cost: a product, a comparison and a draw.
struct pause_sequence {
  double growth = 1;    ///< what initial_delay is multiplied by next; 1 .. most_growth
  duration previous{};  ///< the last pause drawn; zero before the first
  int drawn = 0;        ///< pauses so far

  /// Times this, a nanosecond is longer than any duration.
  static constexpr double most_growth = 0x1p63;

  friend constexpr bool operator==(pause_sequence const&, pause_sequence const&) = default;

  /// The ceiling of the next pause, in nanoseconds.
  [[nodiscard]] constexpr double ceiling(pacing const& by) const noexcept {
    double const cap = count_of(by.max_delay);
    double const initial = count_of(by.initial_delay);
    switch (by.backoff) {
      case backoff::exponential: return std::min(initial * growth, cap);
      case backoff::linear: return std::min(initial + drawn * count_of(by.delay_step), cap);
      case backoff::delays:
        if (by.delays.empty()) break;
        return std::min(
            count_of(by.delays[std::min(static_cast<std::size_t>(drawn), by.delays.size() - 1)]),
            cap);
      case backoff::constant: break;
    }
    return std::min(initial, cap);
  }

  /// Draws the next pause.
  [[nodiscard]] constexpr duration next(pacing const& by, random_bits& random) noexcept {
    previous = by.jitter == jitter::decorrelated
                   ? draw_decorrelated(by.initial_delay, previous, by.max_delay, random)
                   : draw_pause(ceiling(by), by.jitter, by.jitter_factor, by.max_delay, random);
    growth = std::min(growth * std::max(1.0, by.backoff_factor), most_growth);
    if (drawn < std::numeric_limits<int>::max()) ++drawn;
    return previous;
  }

  /// The next pause will be the first one again.
  constexpr void restart() noexcept { *this = {}; }
};

}  // namespace core
}  // namespace holdfast
