#pragma once

#include "holdfast/base/fixed_text.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/core/breaker_state.hpp"

#include <cstdint>
#include <string>

namespace holdfast {

/// Why a breaker changed its state.
enum class transition_reason {
  consecutive_failures,  ///< failure_threshold failures in a row
  failure_rate,          ///< too large a share of the window failed
  slow_call_rate,        ///< too large a share of the window was slow
  hanging_calls,         ///< max_hanging calls are running for longer than slow_call
  wait_over,             ///< the open wait has ended; probes may run
  probe_failed,          ///< a probe failed: open again, for longer
  probes_succeeded,      ///< success_threshold probes succeeded
  ramp_over,             ///< the admitted share has grown to all
  forced,                ///< an override was set by hand
  override_over,         ///< the override has reached its end
  reset,                 ///< closed by hand, everything forgotten
  would_open,            ///< observe_only: `cause` would have opened the circuit; told once
  shared,                ///< another process that shares the breaker has found out
};

template <>
struct names_of<transition_reason> {
  using enum transition_reason;
  static constexpr std::array<named_value<transition_reason>, 13> table{
      {{consecutive_failures, "consecutive_failures"},
       {failure_rate, "failure_rate"},
       {slow_call_rate, "slow_call_rate"},
       {hanging_calls, "hanging_calls"},
       {wait_over, "wait_over"},
       {probe_failed, "probe_failed"},
       {probes_succeeded, "probes_succeeded"},
       {ramp_over, "ramp_over"},
       {forced, "forced"},
       {override_over, "override_over"},
       {reset, "reset"},
       {would_open, "would_open"},
       {shared, "shared"}}};
};

/// One change of state, with the numbers that caused it. No heap; copying is a memcpy.
struct transition {
  breaker_state from{};
  breaker_state to{};
  transition_reason reason{};
  transition_reason cause{};  ///< the same, but where `reason` is would_open: what would open
  /// What was counted: failures in a row, failed or slow calls of the window, calls that hang,
  /// probes that succeeded.
  std::int64_t count = 0;
  std::int64_t calls = 0;  ///< calls in the window, where a rate was the cause
  double threshold = 0;    ///< the limit that was reached: a number, or a share of 1
  instant at{};            ///< when it happened
  instant open_until{};    ///< end of the open wait or of the override, where `to` has one
  fixed_text<80> why{};    ///< what the person said who did it

  /// `count` as a share of `calls`; 0 where no rate was the cause.
  [[nodiscard]] constexpr double rate() const noexcept {
    return calls == 0 ? 0 : static_cast<double>(count) / static_cast<double>(calls);
  }
};

/// Why, with the numbers: "26 of 50 calls failed (52 %, limit 51 %)".
[[nodiscard]] std::string describe_cause(transition const& changed);

/// One line for people: "closed -> open: 26 of 50 calls failed (52 %, limit 51 %); probing in 30s".
[[nodiscard]] std::string describe(transition const& changed);

}  // namespace holdfast
