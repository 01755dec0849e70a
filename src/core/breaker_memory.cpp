// What a breaker machine tells, keeps and exchanges; its decisions are in breaker_machine.cpp.
#include "holdfast/core/breaker_machine.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::core {

bool breaker_machine::watches_successes() const noexcept {
  if (state_ != breaker_state::closed) return true;
  if (options_->failure_threshold > 0 && consecutive_failures_ > 0) return true;
  if (!window_) return false;
  window_totals const& totals = window_->totals();
  return totals.failures + totals.slow > 0 &&
         totals.calls < static_cast<std::uint64_t>(options_->min_calls);
}

breaker_stats breaker_machine::stats(instant now) const {
  window_totals const totals = window_ ? window_->totals_at(now) : window_totals{};
  breaker_stats seen{.state = state_,
                     .generation = generation_,
                     .since = since_,
                     .open_until = open_until_,
                     .eligible = state_ == breaker_state::open && now >= open_until_,
                     .consecutive_failures = consecutive_failures_,
                     .calls = totals.calls,
                     .failures = totals.failures,
                     .slow = totals.slow,
                     .probes_running = probes_.running_at(now),
                     .probes_succeeded = probe_successes_,
                     .hanging = hanging_,
                     .times_opened = times_opened_};
  if (window_ && totals.calls >= static_cast<std::uint64_t>(options_->min_calls)) {
    double const calls = static_cast<double>(totals.calls);
    seen.failure_rate = static_cast<double>(totals.failures) / calls;
    seen.slow_rate = static_cast<double>(totals.slow) / calls;
  }
  return seen;
}

breaker_snapshot breaker_machine::snapshot() const {
  breaker_snapshot copy{.state = state_,
                        .generation = generation_,
                        .consecutive_failures = consecutive_failures_,
                        .probe_successes = probe_successes_,
                        .hanging = hanging_,
                        .times_opened = times_opened_,
                        .told_would_open = told_would_open_,
                        .wait = wait_,
                        .since = since_,
                        .closed_since = closed_since_,
                        .open_until = open_until_,
                        .random_state = random_.state(),
                        .probes = probes_.snapshot()};
  if (window_) copy.window = window_->snapshot();
  return copy;
}

void breaker_machine::restore(breaker_snapshot const& from, instant now) {
  state_ = from.state;
  generation_ = std::max(generation_, from.generation);
  consecutive_failures_ = std::max(0, from.consecutive_failures);
  probe_successes_ = from.probe_successes;
  hanging_ = std::max(0, from.hanging);
  times_opened_ = from.times_opened;
  told_would_open_ = from.told_would_open;
  wait_ = std::clamp(from.wait, duration::zero(), options_->max_recovery_timeout);
  since_ = std::min(from.since, now);
  closed_since_ = std::min(from.closed_since, now);
  // Half open, it is the end of an allowance that was another process's.
  open_until_ =
      state_ == breaker_state::half_open ? std::min(from.open_until, now) : from.open_until;
  random_ = random_bits{from.random_state};
  probes_.clear();
  probes_.restore(from.probes);
  if (window_) window_->clear();
  if (window_ && from.window) window_->restore(*from.window, now);
  fit_to_options(now);
}

// What needs memory comes first: where there is none, nothing has changed.
void breaker_machine::reconfigure(breaker const& options, instant now) {
  bool const judges = judges_rates(options);
  bool const same_window = window_ && judges && options.window == options_->window;
  std::unique_ptr<call_window> window;
  if (!same_window && judges) {
    window = std::make_unique<call_window>(options.window);
    if (window_) window->restore(window_->snapshot(), now);
  }
  probes_.resize(options.half_open_max_calls);
  if (!same_window) window_ = std::move(window);
  options_ = &options;
  fit_to_options(now);
}

/// Holds what came from other options, or from outside, to what the present ones allow.
void breaker_machine::fit_to_options(instant now) noexcept {
  // Otherwise no probe would be wanted any more, and none could close the circuit.
  probe_successes_ = std::clamp(probe_successes_, 0, options_->success_threshold - 1);
  probes_.hold_to(later(now, options_->probe_timeout));
  if (state_ != breaker_state::open) return;
  open_until_ = std::min(open_until_, later(now, options_->max_recovery_timeout));
}

}  // namespace holdfast::core
