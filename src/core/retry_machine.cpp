#include "holdfast/core/retry_machine.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace holdfast::core {
namespace {

constexpr duration shortest_circuit_wait = std::chrono::milliseconds{1};

/// How long the server, or a guard, asks us to stay away. What is negative says nothing.
duration hint_in(failure const& seen) noexcept {
  return std::max(seen.retry_after.value_or(duration::zero()), duration::zero());
}

bool is_told_not_to_retry(failure const& seen) noexcept {
  return seen.pushback && (!seen.retry_after || *seen.retry_after < duration::zero());
}

retry_step step_at(instant next, instant now) noexcept {
  if (next <= now) return call_now{};
  return wait{next};
}

}  // namespace

retry_machine::retry_machine(retry const& options, instant started, random_bits random,
                             instant deadline) noexcept
    : options_{&options}, started_{started}, deadline_{deadline}, random_{random} {}

void retry_machine::limit_attempts(int max_attempts) noexcept {
  attempt_limit_ = std::max(1, max_attempts);
}

retry_step retry_machine::on_failure(failure const& seen, instant now) noexcept {
  if (seen.category == category::rejected) return after_rejection(seen, now);
  if (failed_attempts_ < std::numeric_limits<int>::max()) ++failed_attempts_;
  if (auto const reason = refusal(seen); reason != stop_reason::none) return stop{reason};
  if (failed_attempts_ >= attempts_allowed(*options_, seen.category, attempt_limit_)) {
    return stop{stop_reason::attempts_spent};
  }
  duration const hint = hint_in(seen);
  if (hint > options_->max_retry_after) return stop{stop_reason::retry_after_too_long};
  if (hint > duration::zero() && !may_start(later(now, hint))) {
    return stop{stop_reason::retry_after_past_deadline};
  }

  instant const next = later(now, pause_after(seen));
  if (!may_start(next)) return stop{stop_reason::time_spent};
  return step_at(next, now);
}

// May we? The advice of the failure alone decides, and what the operation was declared to be.
stop_reason retry_machine::refusal(failure const& seen) noexcept {
  if (seen.category == category::cancelled) return stop_reason::cancelled;
  if (is_told_not_to_retry(seen)) return stop_reason::pushed_back;
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

// How far apart?
duration retry_machine::pause_after(failure const& seen) noexcept {
  duration const hint = hint_in(seen);
  if (seen.pushback) {
    pauses_.restart();
    return hint;
  }
  if (seen.advice == advice::now || seen.advice == advice::after_reprepare) return hint;
  // A server's hint is never undercut; it may pass max_delay.
  return std::max(pauses_.next(pacing_after(*options_, seen.category), random_), hint);
}

// No attempt ran, so none is used up.
retry_step retry_machine::after_rejection(failure const& seen, instant now) noexcept {
  if (seen.advice == advice::never) return stop{stop_reason::permanent};
  if (options_->wait_for_circuit <= waited_for_circuit_) return stop{stop_reason::circuit_open};
  duration const hint = hint_in(seen);
  duration const computed = hint > duration::zero()
                                ? hint
                                : pauses_.next(pacing_after(*options_, seen.category), random_);
  duration const pause = std::max(computed, shortest_circuit_wait);
  if (pause > options_->wait_for_circuit - waited_for_circuit_)
    return stop{stop_reason::circuit_open};
  instant const next = later(now, pause);
  if (!may_start(next)) return stop{stop_reason::time_spent};
  waited_for_circuit_ += pause;
  return step_at(next, now);
}

// At the deadline an attempt would have no time left, so a sleep until then would be for nothing.
// The boundary of max_elapsed is within.
bool retry_machine::may_start(instant now) const noexcept {
  if (now >= deadline_ && deadline_ != never_reached) return false;
  return is_off(options_->max_elapsed) || now <= later(started_, options_->max_elapsed);
}

retry_snapshot retry_machine::snapshot() const noexcept {
  return {.started = started_,
          .deadline = deadline_,
          .random = random_.state(),
          .pauses = pauses_,
          .waited_for_circuit = waited_for_circuit_,
          .attempt_limit = attempt_limit_,
          .failed_attempts = failed_attempts_,
          .reprepared = reprepared_};
}

void retry_machine::restore(retry_snapshot const& from) noexcept {
  started_ = from.started;
  deadline_ = from.deadline;
  random_ = random_bits{from.random};
  // In this order, no number becomes 1.
  pauses_.growth = std::min(std::max(1.0, from.pauses.growth), pause_sequence::most_growth);
  pauses_.previous = std::max(from.pauses.previous, duration::zero());
  pauses_.drawn = std::max(from.pauses.drawn, 0);
  waited_for_circuit_ = std::max(from.waited_for_circuit, duration::zero());
  attempt_limit_ = std::max(from.attempt_limit, 0);
  failed_attempts_ = std::max(from.failed_attempts, 0);
  reprepared_ = from.reprepared;
}

}  // namespace holdfast::core
