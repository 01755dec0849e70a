#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/drive/tick_listener.hpp"
#include "holdfast/drive/timekeeper.hpp"

#include <atomic>

namespace holdfast {

/// The thread that publishes the time of this process: one for all guards, since a load costs a
/// guarded call a fraction of a nanosecond where reading a clock costs some ten or twenty.
///
/// Started on first need, never before main. It sleeps when nobody has needed it for a second: its
/// ticks are zero then, so the next guarded call goes the long way and wakes it. It blocks all
/// signals, keeps the code it runs from being unloaded, and is never joined. A forked child starts
/// its own. Every tick reads the clock, so a late one makes time coarser, never wrong.
///
/// Cost: about 45 us of one core for each tick (0.4 % at 10 ms), nothing while asleep.
class ticker {
 public:
  static constexpr duration shortest_tick = std::chrono::milliseconds{10};
  static constexpr duration longest_tick = std::chrono::milliseconds{100};

  /// The tick that a stretch of time needs to be told from its neighbours: a quarter of it, within
  /// 10 .. 100 ms.
  [[nodiscard]] static duration tick_for(duration stretch) noexcept;

  /// Never changes its address; zero while the ticker sleeps.
  [[nodiscard]] static tick_source const& ticks() noexcept { return published_; }

  /// Starts or wakes the ticker; from now on it ticks at least every `length`. If the system has no
  /// thread to give, ticks stay at zero and calls read the clock.
  static void need(duration length) noexcept;

  /// After `remove` returns, `on_tick` is not being called and never will be.
  static void add(tick_listener& listener);
  static void remove(tick_listener& listener) noexcept;

 private:
  friend class ticker_thread;
  // NOLINTNEXTLINE(*-avoid-non-const-global-variables,readability-identifier-naming)
  static inline constinit tick_source published_{0};
};

}  // namespace holdfast
