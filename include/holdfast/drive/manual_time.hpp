#pragma once

#include "holdfast/drive/tick_listeners.hpp"
#include "holdfast/drive/timekeeper.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace holdfast {

/// A clock for tests: it moves only when told, and a wait moves it to its end at once, so nothing
/// sleeps. Its ticks are exact. Thread-safe; it must outlive the guards that use it.
class manual_time final : public timekeeper {
 public:
  /// Starts an hour after the beginning of the clock, so that tests can look back.
  manual_time();

  [[nodiscard]] instant now() noexcept override;
  void advance(duration by);

  /// Notes the wait, and ends it at once; where a stop is requested, before the time has come.
  bool sleep_until(instant until, std::stop_token const& stop) override;

  [[nodiscard]] tick_source const& ticks() noexcept override { return tick_; }
  void add(tick_listener& listener) override { listeners_.add(listener); }
  void remove(tick_listener& listener) noexcept override { listeners_.remove(listener); }

  /// Every wait so far, as long as it was asked to be.
  [[nodiscard]] std::vector<duration> slept() const;
  /// How often the clock was read.
  [[nodiscard]] int reads() const noexcept { return reads_.load(); }

  /// Every wait ends this much later than asked.
  void oversleep(duration by) noexcept { oversleeps_.store(by.count()); }
  /// Is called at the beginning of every wait, in place of what happens meanwhile.
  void during_sleep(std::function<void()> what);

 private:
  void move_to(instant at);

  tick_source tick_;
  std::atomic<int> reads_{0};
  std::atomic<duration::rep> oversleeps_{0};
  tick_listeners listeners_;
  mutable std::mutex mutex_;
  std::vector<duration> slept_;
  std::function<void()> during_sleep_;
};

}  // namespace holdfast
