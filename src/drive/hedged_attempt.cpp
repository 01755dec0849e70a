#include "holdfast/drive/hedged_attempt.hpp"

#include <utility>

namespace holdfast {

hedged_attempt::hedged_attempt(coroutine_call& beside, int number) noexcept
    : detail_{.options = beside.shown().options(),
              .number = number,
              .within = beside.shown().parent()},
      shown_{.guarded = beside.shown().guarded,
             .detail = &detail_,
             .call_started = beside.shown().call_started,
             .version = beside.shown().version} {}

stop_reason hedged_attempt::begin() {
  instant const now = shown_.guarded->time().now();
  if (now >= shown_.call_deadline()) return stop_reason::time_spent;
  // The budget is asked first: a turn of the limiter can't always be given back. Once the attempt
  // runs, the tokens are spent.
  std::uint32_t tokens = 0;
  if (!guarded_call::take_tokens(shown_, now, tokens)) return stop_reason::no_budget;
  stop_reason const reason = let_in(now);
  runs_ = reason == stop_reason::none;
  if (!runs_) {
    let_go(now);
    guarded_call::give_tokens_back(shown_, tokens);
  }
  detail_.again_started = tick_of_instant(now);
  return reason;
}

stop_reason hedged_attempt::let_in(instant now) {
  operation& guarded = *shown_.guarded;
  word_ = guarded.gate().word();
  if ((word_ & gate_word::not_closed) != 0) {
    changes changed;
    core::admission const answer = guarded.gate().admit(now, changed);
    guarded.emit(changed);
    if (!answer.admitted) return stop_reason::circuit_open;
    pass_ = answer.pass;
  }
  if (!limits_attempts(shown_.policies())) return stop_reason::none;
  limit_gates* const limits = guarded.limits();
  has_place_ = limits->places.enter();
  if (!has_place_) return stop_reason::bulkhead_full;
  bool const has_turn = limits->turns.ask(now, duration::zero()).admitted;
  return has_turn ? stop_reason::none : stop_reason::rate_limited;
}

void hedged_attempt::let_go(instant now) noexcept {
  operation& guarded = *shown_.guarded;
  if (std::exchange(has_place_, false)) guarded.limits()->places.leave();
  if (!pass_) return;
  changes changed;
  guarded.gate().record(word_, &*pass_, verdict::abandoned, {}, false, now, changed);
  guarded.emit(changed);
  pass_.reset();
}

void hedged_attempt::succeeded() { end(verdict::success); }

void hedged_attempt::failed(failure const& seen) {
  end(verdict_on(seen, shown_.policies().breaker.throttled_counts));
}

void hedged_attempt::abandoned() noexcept { end(verdict::abandoned); }

void hedged_attempt::end(verdict outcome) noexcept {
  operation& guarded = *shown_.guarded;
  instant const now = guarded.time().now();
  runs_ = false;
  if (std::exchange(has_place_, false)) guarded.limits()->places.leave();
  changes changed;
  guarded.gate().record(word_, pass_ ? &*pass_ : nullptr, outcome,
                        elapsed(instant_of_tick(detail_.again_started), now), false, now, changed);
  guarded.emit(changed);
}

}  // namespace holdfast
