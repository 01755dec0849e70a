#include "holdfast/core/retry.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {

std::vector<field_problem> fields_of<retry>::contradictions(retry const& options) {
  std::vector<field_problem> found;
  if (options.max_delay < options.initial_delay) {
    found.push_back({"max_delay",
                     to_text(options.max_delay) + " is below initial_delay (" +
                         to_text(options.initial_delay) + ")",
                     "initial_delay .. " + to_text(week)});
  }
  return found;
}

namespace core {

retry_machine::retry_machine(retry const& options, instant started, random_bits random,
                             instant deadline) noexcept
    : options_{&options},
      started_{started},
      deadline_{deadline},
      ceilings_{options.initial_delay, options.backoff_factor, options.max_delay},
      random_{random},
      max_attempts_{options.max_attempts} {}

retry_step retry_machine::on_failure(failure const& seen, instant now) noexcept {
  ++failed_attempts_;
  if (auto const reason = refusal(seen); reason != stop_reason::none) return stop{reason};
  if (failed_attempts_ >= max_attempts_) return stop{stop_reason::attempts_spent};
  if (seen.retry_after.value_or(duration::zero()) > options_->max_retry_after) {
    return stop{stop_reason::retry_after_too_long};
  }

  instant const next = later(now, pause_after(seen));
  instant const latest_start =
      is_off(options_->max_elapsed) ? never_reached : later(started_, options_->max_elapsed);
  if (next > latest_start || next > deadline_) return stop{stop_reason::time_spent};
  if (next <= now) return call_now{};
  return wait{next};
}

// May we? The advice of the failure alone decides, and what the operation was declared to be.
stop_reason retry_machine::refusal(failure const& seen) noexcept {
  if (seen.category == category::cancelled) return stop_reason::cancelled;
  if (seen.category == category::rejected) return stop_reason::circuit_open;
  switch (seen.advice) {
    case advice::never: return stop_reason::permanent;
    case advice::resolve_first: return stop_reason::in_doubt;
    case advice::if_idempotent:
      return options_->idempotent ? stop_reason::none : stop_reason::withheld;
    case advice::after_reprepare:
      // A statement that is unknown again right after it was prepared will stay unknown.
      return std::exchange(reprepared_, true) ? stop_reason::permanent : stop_reason::none;
    case advice::now:
    case advice::after_backoff:
    case advice::after_wait:
    case advice::after_reconnect:
    case advice::restart_transaction: return stop_reason::none;
  }
  return stop_reason::permanent;
}

duration retry_machine::pause_after(failure const& seen) noexcept {
  if (seen.advice == advice::now || seen.advice == advice::after_reprepare) {
    return seen.retry_after.value_or(duration::zero());
  }
  duration const computed = draw_pause(ceilings_.next(), options_->jitter, options_->jitter_factor,
                                       options_->max_delay, random_);
  // A server's hint is never undercut; it may pass max_delay.
  return std::max(computed, seen.retry_after.value_or(duration::zero()));
}

}  // namespace core
}  // namespace holdfast
