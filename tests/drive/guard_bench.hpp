#pragma once

#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/manual_time.hpp"

#include <string>

namespace holdfast {

using outcome = expected<int, failure>;

[[nodiscard]] inline failure overloaded() {
  return {.category = category::transient, .advice = advice::after_backoff, .text = "busy"};
}

[[nodiscard]] inline failure lost_after_sending() {
  return {.category = category::connection, .advice = advice::if_idempotent};
}

/// A callable that fails always.
[[nodiscard]] inline outcome fails() { return unexpected{overloaded()}; }

/// A guard on a clock of its own, with pauses of exactly 100 ms, 200 ms, …
struct guard_bench {
  manual_time time;
  instant start = time.now();
  surroundings around{.time = &time, .seed = 1};
  retry steady{.max_attempts = 3, .jitter = jitter::none};
  /// Opens at the first failure, for exactly a second.
  breaker nervous{
      .failure_threshold = 1, .recovery_timeout = std::chrono::seconds{1}, .recovery_jitter = 0};
};

/// Notes what a guard tells, in one line.
class told_events {
 public:
  explicit told_events(guard const& by) {
    by.on_event([this](event const& what) {
      text_ += std::string{enum_name(what.kind)} + " ";
      if (what.changed != nullptr) text_ += std::string{enum_name(what.changed->to)} + " ";
      if (what.stopped != stop_reason::none) text_ += std::string{enum_name(what.stopped)} + " ";
    });
  }
  [[nodiscard]] std::string const& text() const noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace holdfast
