#pragma once

#include "holdfast/core/breaker_machine.hpp"

#include <initializer_list>

namespace holdfast::core {

inline constexpr instant start{};

inline constexpr auto S = verdict::success;
inline constexpr auto F = verdict::failure;
inline constexpr auto X = verdict::neutral;
inline constexpr auto closed = breaker_state::closed;
inline constexpr auto open = breaker_state::open;
inline constexpr auto half_open = breaker_state::half_open;

/// A machine without jitter, driven by the outcomes of whole calls.
class played {
 public:
  explicit played(breaker const& options)
      : options_{steady(options)}, machine_{options_, random_bits{1}} {}

  /// Makes one call, if it is admitted, and answers the state after it.
  breaker_state call(verdict outcome, instant now = start, duration took = duration::zero()) {
    admission const answer = machine_.ask(now);
    if (answer.changed) changed_ = answer.changed;
    if (answer.admitted) tell(machine_.record(answer.pass, outcome, took, now));
    return machine_.state();
  }
  breaker_state calls(std::initializer_list<verdict> outcomes, instant now = start) {
    for (verdict const each : outcomes) call(each, now);
    return machine_.state();
  }
  breaker_state repeat(int times, verdict outcome, instant now = start) {
    for (int i = 0; i < times; ++i) call(outcome, now);
    return machine_.state();
  }

  /// Makes the circuit open at once by a failure of its one threshold, whatever it is.
  void trip(instant now = start) {
    for (int i = 0; i < 1000 && machine_.state() == closed; ++i) call(F, now);
  }

  breaker_machine& machine() { return machine_; }
  breaker_stats stats(instant now = start) const { return machine_.stats(now); }

  /// The last change of state.
  [[nodiscard]] std::optional<transition> const& changed() const { return changed_; }

 private:
  static breaker steady(breaker options) {
    options.recovery_jitter = 0;
    return options;
  }
  void tell(std::optional<transition> const& change) {
    if (change) changed_ = change;
  }

  breaker options_;
  breaker_machine machine_;
  std::optional<transition> changed_;
};

}  // namespace holdfast::core
