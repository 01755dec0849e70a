#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/breaker.hpp"
#include "holdfast/core/breaker_window_fields.hpp"

#include <vector>

namespace holdfast {

template <>
struct fields_of<breaker> {
  static constexpr duration week = std::chrono::hours{24 * 7};
  static constexpr duration tick = std::chrono::milliseconds{1};
  static constexpr auto table = std::tuple{
      field("failure_threshold", &breaker::failure_threshold, {0, 1'000'000},
            "Failures in a row that open the circuit; 0 switches this off."),
      field("failure_rate", &breaker::failure_rate, {0.0001, 1.0, true},
            "Share of failed calls in the window that opens the circuit."),
      field("window", &breaker::window, "The calls that the two rates are taken over."),
      field("min_calls", &breaker::min_calls, {1, 100'000},
            "Calls that the window must hold before a rate is judged."),
      field("slow_call", &breaker::slow_call, {tick, week, true},
            "A call that takes this long or longer is slow."),
      field("slow_call_rate", &breaker::slow_call_rate, {0.0001, 1.0, true},
            "Share of slow calls in the window that opens the circuit."),
      field("max_hanging", &breaker::max_hanging, {0, 1'000'000},
            "Calls running longer than slow_call, at once, that open the circuit; 0 is off."),
      field("recovery_timeout", &breaker::recovery_timeout, {tick, week},
            "How long the circuit stays open before it is probed."),
      field("recovery_backoff", &breaker::recovery_backoff, {1.0, 100.0},
            "Growth of the wait while probes keep failing."),
      field("max_recovery_timeout", &breaker::max_recovery_timeout, {tick, week},
            "No wait is longer."),
      field("recovery_jitter", &breaker::recovery_jitter, {0.0, 1.0},
            "Half-width of the jitter of the wait, as a share of it."),
      field("recovery_reset", &breaker::recovery_reset, {tick, week, true},
            "Closed for this long, the circuit forgets how far its wait had grown; off means "
            "twice the last wait."),
      field("half_open_max_calls", &breaker::half_open_max_calls, {1, 100},
            "Probes that may run at once."),
      field("success_threshold", &breaker::success_threshold, {1, 1000},
            "Probes that must succeed before the circuit closes."),
      field("probe_timeout", &breaker::probe_timeout, {tick, week},
            "A probe that runs longer gives its place back."),
      field("ramp", &breaker::ramp, {tick, week, true},
            "After recovery, how long the admitted share takes to grow from 10 % to all."),
      field("throttled_counts", &breaker::throttled_counts,
            "Whether a throttled outcome counts as a failure.")};

  static std::vector<field_problem> contradictions(breaker const& options);
};

}  // namespace holdfast
