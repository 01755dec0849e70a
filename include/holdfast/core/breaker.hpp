#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/field.hpp"
#include "holdfast/base/time.hpp"

namespace holdfast {

/// Stops calling a dependency that fails, and finds out with few probes when it is back.
struct breaker {
  int failure_threshold = 5;  ///< Failures in a row that open the circuit; 0 switches this off.
  duration recovery_timeout = std::chrono::seconds{30};  ///< First wait before probing.
  double recovery_backoff = 2.0;  ///< Growth of the wait while probes keep failing.
  duration max_recovery_timeout = std::chrono::minutes{5};  ///< No wait is longer.
  double recovery_jitter = 0.1;  ///< Half-width of the jitter of the wait, as a share of it.
  int half_open_max_calls = 1;   ///< Probes that may run at once.
  int success_threshold = 1;     ///< Probes that must succeed before the circuit closes.
  duration probe_timeout = std::chrono::seconds{30};  ///< A probe older than this gives its place.
  bool throttled_counts = false;  ///< Whether a throttled outcome counts as a failure.
};

template <>
struct fields_of<breaker> {
  static constexpr duration week = std::chrono::hours{24 * 7};
  static constexpr duration tick = std::chrono::milliseconds{1};
  static constexpr auto table =
      std::tuple{field("failure_threshold", &breaker::failure_threshold, {0, 1'000'000},
                       "Failures in a row that open the circuit; 0 switches this off."),
                 field("recovery_timeout", &breaker::recovery_timeout, {tick, week},
                       "How long the circuit stays open before it is probed."),
                 field("recovery_backoff", &breaker::recovery_backoff, {1.0, 100.0},
                       "Growth of the wait while probes keep failing."),
                 field("max_recovery_timeout", &breaker::max_recovery_timeout, {tick, week},
                       "No wait is longer."),
                 field("recovery_jitter", &breaker::recovery_jitter, {0.0, 1.0},
                       "Half-width of the jitter of the wait, as a share of it."),
                 field("half_open_max_calls", &breaker::half_open_max_calls, {1, 100},
                       "Probes that may run at once."),
                 field("success_threshold", &breaker::success_threshold, {1, 1000},
                       "Probes that must succeed before the circuit closes."),
                 field("probe_timeout", &breaker::probe_timeout, {tick, week},
                       "A probe that runs longer gives its place back."),
                 field("throttled_counts", &breaker::throttled_counts,
                       "Whether a throttled outcome counts as a failure.")};

  static std::vector<field_problem> contradictions(breaker const& options);
};

/// What a breaker does with calls.
enum class breaker_state {
  closed,     ///< all are admitted
  open,       ///< none is, until the wait is over
  half_open,  ///< a few probes are
};

template <>
struct names_of<breaker_state> {
  static constexpr std::array<named_value<breaker_state>, 3> table{
      {{breaker_state::closed, "closed"},
       {breaker_state::open, "open"},
       {breaker_state::half_open, "half_open"}}};
};

/// Why a breaker changed its state.
enum class transition_reason {
  consecutive_failures,  ///< failure_threshold failures in a row
  wait_over,             ///< the open wait has ended; probes may run
  probe_failed,          ///< a probe failed: open again, for longer
  probes_succeeded,      ///< success_threshold probes succeeded
};

template <>
struct names_of<transition_reason> {
  static constexpr std::array<named_value<transition_reason>, 4> table{
      {{transition_reason::consecutive_failures, "consecutive_failures"},
       {transition_reason::wait_over, "wait_over"},
       {transition_reason::probe_failed, "probe_failed"},
       {transition_reason::probes_succeeded, "probes_succeeded"}}};
};

/// One change of state, with the numbers that caused it.
struct transition {
  breaker_state from;
  breaker_state to;
  transition_reason reason;
  int count;           ///< failures in a row, or probes that succeeded
  instant at;          ///< when it happened
  instant open_until;  ///< end of the open wait; meaningful where `to` is open
};

/// What an outcome is to a breaker.
enum class verdict {
  success,    ///< proof of life
  failure,    ///< counts against the dependency
  neutral,    ///< says nothing of it: cancelled, local, throttled
  abandoned,  ///< the permit was dropped without an outcome
};

/// What a failure is to a breaker: only the dependency's fault counts, a caller's fault proves that
/// the dependency lives.
[[nodiscard]] verdict verdict_on(failure const& seen, bool throttled_counts) noexcept;

}  // namespace holdfast
