#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/core/breaker_window.hpp"

namespace holdfast {

/// Stops calling a dependency that fails, and finds out with few probes when it is back.
struct breaker {
  int failure_threshold = 5;    ///< Failures in a row that open the circuit; 0 switches this off.
  double failure_rate = off;    ///< Share of failed calls in the window that opens it. > 0.
  breaker_window window{};      ///< What the two rates are taken over.
  int min_calls = 20;           ///< Calls that a window must hold before a rate is judged.
  duration slow_call = off;     ///< A call that takes this long or longer is slow.
  double slow_call_rate = off;  ///< Share of slow calls in the window that opens it. > 0.
  int max_hanging = 0;  ///< Calls running longer than slow_call, at once, that open it; 0 is off.
  duration recovery_timeout = std::chrono::seconds{30};  ///< First wait before probing.
  double recovery_backoff = 2.0;  ///< Growth of the wait while probes keep failing.
  duration max_recovery_timeout = std::chrono::minutes{5};  ///< No wait is longer.
  double recovery_jitter = 0.1;   ///< Half-width of the jitter of the wait, as a share of it.
  duration recovery_reset = off;  ///< Closed this long forgets the growth; off: 2 x last wait.
  int half_open_max_calls = 1;    ///< Probes that may run at once.
  int success_threshold = 1;      ///< Probes that must succeed before the circuit closes.
  duration probe_timeout = std::chrono::seconds{30};  ///< A probe older than this gives its place.
  duration ramp = off;  ///< After recovery, how long the admitted share takes from 10 % to all.
  bool throttled_counts = false;  ///< Whether a throttled outcome counts as a failure.

  bool operator==(breaker const&) const = default;
};

/// Whether these options need a window: one of the two rates is on.
[[nodiscard]] constexpr bool judges_rates(breaker const& options) noexcept {
  return options.failure_rate != off || options.slow_call_rate != off;
}

/// Whether these options let a circuit open by itself.
[[nodiscard]] constexpr bool can_open(breaker const& options) noexcept {
  return options.failure_threshold > 0 || judges_rates(options) || options.max_hanging > 0;
}

}  // namespace holdfast
