#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/drive/tick_listener.hpp"

#include <atomic>
#include <cstdint>
#include <stop_token>

namespace holdfast {

/// The time of the last tick, in nanoseconds of the monotonic clock. A load of it is the cheapest
/// clock there is; it lags behind by up to a tick. Zero: nobody keeps it up to date just now.
using tick_source = std::atomic<std::uint64_t>;

/// The instant of a tick, and the other way round. No tick of a running source is zero.
[[nodiscard]] constexpr instant instant_of_tick(std::uint64_t tick) noexcept {
  return instant{duration{static_cast<duration::rep>(tick)}};
}
[[nodiscard]] constexpr std::uint64_t tick_of_instant(instant at) noexcept {
  auto const since_epoch = at.time_since_epoch().count();
  return since_epoch > 0 ? static_cast<std::uint64_t>(since_epoch) : 1;
}

/// Where blocking drivers get the time from and how they wait. Thread-safe.
class timekeeper {
 public:
  timekeeper() = default;
  timekeeper(timekeeper const&) = delete;
  timekeeper& operator=(timekeeper const&) = delete;
  virtual ~timekeeper() = default;

  [[nodiscard]] virtual instant now() noexcept = 0;

  /// Waits until `until`, or until a stop is requested. Returns whether the time was reached.
  virtual bool sleep_until(instant until, std::stop_token const& stop) = 0;

  /// Ticks of this clock; the reference stays good as long as the timekeeper. One without ticks,
  /// as here, stays at zero: whoever needs the time then asks `now`.
  [[nodiscard]] virtual tick_source const& ticks() noexcept;

  /// Says that ticks are needed, at least every `length`: starts them, or wakes them up. Called off
  /// the hot path, again and again while they are needed: ticks stop when nobody asks for a while.
  virtual void need_ticks(duration length) noexcept;

  /// Has a listener called at every tick, until it is removed; without ticks, never.
  virtual void add(tick_listener& listener);
  /// After it returns, `on_tick` is not being called and never will be.
  virtual void remove(tick_listener& listener) noexcept;
};

/// The steady clock of this machine. Its ticks come from one thread of the process, which is
/// started on first need and sleeps while nobody makes guarded calls.
[[nodiscard]] timekeeper& system_time() noexcept;

}  // namespace holdfast
