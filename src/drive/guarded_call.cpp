#include "holdfast/drive/guarded_call.hpp"

#include "drive/call_policies.hpp"
#include "drive/tick_time.hpp"
#include "holdfast/base/failure_context.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace holdfast {

// ----- Beginning

call_step guarded_call::start(std::uint64_t word, call_options const* options) {
  bool const may_be_over = options != nullptr || shown_.parent() != nullptr;
  bool const has_deadline = may_be_over && shown_.given_deadline() != never_reached;
  constexpr auto timed = gate_word::not_closed | gate_word::clocked;
  std::uint64_t const tick = gate().tick();
  bool const asks_clock = (word & timed) != 0 || has_deadline || tick == 0;
  instant const now = asks_clock ? guarded().time().now() : instant_of_tick(tick);
  shown_.call_started = tick_of_instant(now);

  if (may_be_over && is_over_before_it_began(now)) return call_step::end;
  if ((word & gate_word::not_closed) != 0) return ask_circuit(now);
  if ((word & gate_word::limited) != 0) return take_place(now);
  return call_step::attempt;
}

// What the last tick knows for certain needs neither clock nor lock.
bool guarded_call::refuses_for_certain() {
  if (shown_.options() != nullptr) return false;
  certain_refusal const answer = gate().refuse_for_certain(*this_thread_block);
  if (!answer) return false;
  slow().refused = {refusal::cause::circuit_open, answer.retry_after(), &guarded()};
  if (guarded().interest().wants_certain_refusals()) {
    tell_refusal(guarded().time().now(), stop_reason::circuit_open);
  }
  return true;
}

bool guarded_call::is_over_before_it_began(instant now) {
  if (shown_.stop().stop_requested()) {
    slow().refused = {refusal::cause::stop_requested, {}, &guarded()};
  } else if (now >= shown_.call_deadline()) {
    slow().refused = {refusal::cause::no_time_left, {}, &guarded()};
  } else {
    return false;
  }
  tell_refusal(guarded().time().now(), stop_reason::none);
  return true;
}

call_step guarded_call::ask_circuit(instant now) {
  if (admit(now)) return take_place(now);
  return wait_for_circuit(now);
}

bool guarded_call::admit(instant now) {
  changes changed;
  core::admission const answer = gate().admit(now, changed);
  guarded().emit(changed);
  slow().admitted = answer.admitted;
  slow().pass = answer.pass;
  if (!answer.admitted) {
    slow().refused = {refusal::cause::circuit_open, answer.retry_after, &guarded()};
  }
  return answer.admitted;
}

// Waits, where the options say so.
call_step guarded_call::wait_for_circuit(instant now) {
  if (policies_of(shown_).retry.wait_for_circuit == duration::zero()) {
    return end_with(stop_reason::circuit_open, now);
  }
  open_trouble(now);
  trouble& sofar = *slow().failed;
  core::retry_step const step = sofar.machine.on_failure(slow().refused.as_failure(), now);
  auto const* pause = std::get_if<core::wait>(&step);
  if (pause == nullptr) {
    auto const* end = std::get_if<core::stop>(&step);
    bool const late = end != nullptr && end->reason == stop_reason::time_spent;
    return end_with(late ? stop_reason::time_spent : stop_reason::circuit_open, now);
  }
  if (slow().told != nullptr) slow().told->paused += pause->until - now;
  slow().pausing = pause_kind::before_attempt;
  slow().pause_until = pause->until;
  return call_step::pause;
}

// ----- Places and turns

call_step guarded_call::take_place(instant now) {
  if (!limits_attempts(policies_of(shown_))) return begin_attempt(now);
  limit_gates* const limits = guarded().limits();
  if (limits->places.enter()) {
    slow().has_place = true;
    return take_turn(now);
  }
  if (!is_probe() && limits->places.has_queue()) return call_step::queue;
  // By the clock: until here it may have been the time of the last tick, or none.
  return refuse(refusal::cause::bulkhead_full, {}, stop_reason::bulkhead_full,
                guarded().time().now());
}

instant guarded_call::queue_until() const noexcept {
  duration const longest = policies_of(shown_).bulkhead.max_wait;
  instant const whole = shown_.call_deadline();
  if (is_off(longest)) return whole;
  return std::min(whole, later(guarded().time().now(), longest));
}

call_step guarded_call::queued(queue_end how) {
  instant const now = guarded().time().now();
  switch (how) {
    case queue_end::given: break;
    case queue_end::stopped:
      return refuse(refusal::cause::stop_requested, {}, stop_reason::cancelled, now);
    case queue_end::full:
    case queue_end::timed_out:
      return refuse(refusal::cause::bulkhead_full, {}, stop_reason::bulkhead_full, now);
  }
  slow().has_place = true;
  if (shown_.stop().stop_requested()) {
    return refuse(refusal::cause::stop_requested, {}, stop_reason::cancelled, now);
  }
  if (now >= shown_.call_deadline()) {
    return refuse(refusal::cause::no_time_left, {}, stop_reason::time_spent, now);
  }
  if (!still_admitted(now)) return wait_for_circuit(now);
  return take_turn(now);
}

// Whoever waited may have been let in by a circuit that is open by now.
bool guarded_call::still_admitted(instant now) {
  if (is_probe()) return true;
  if (admit(now)) return true;
  give_admission_back(now);
  return false;
}

call_step guarded_call::take_turn(instant now) {
  limiter_gate& turns = guarded().limits()->turns;
  now = guarded().time().now();  // until here it may have been that of the last tick
  duration longest = policies_of(shown_).limiter.max_wait;
  if (is_probe()) longest = duration::zero();
  instant const whole = shown_.call_deadline();
  // A turn at the deadline would have no time left.
  constexpr duration at_once{};
  if (whole != never_reached) {
    longest = std::max(at_once, std::min(longest, elapsed(now, whole) - duration{1}));
  }
  core::limiter_decision const answer = turns.ask(now, longest);
  if (!answer.admitted) {
    return refuse(refusal::cause::rate_limited, answer.retry_after, stop_reason::rate_limited, now);
  }
  if (answer.start <= now) return begin_attempt(now);
  slow().turn = answer.next_state;
  slow().pausing = pause_kind::for_turn;
  slow().pause_until = answer.start;
  return call_step::pause;
}

call_step guarded_call::turn_came(bool reached, instant now) {
  slow().pausing = pause_kind::none;
  if (!reached) {
    guarded().limits()->turns.give_back(slow().turn);
    return refuse(refusal::cause::stop_requested, {}, stop_reason::cancelled, now);
  }
  bool const in_time = now < shown_.call_deadline();
  if (in_time && still_admitted(now)) return begin_attempt(now);
  guarded().limits()->turns.give_back(slow().turn);
  if (in_time) return wait_for_circuit(now);
  return refuse(refusal::cause::no_time_left, {}, stop_reason::time_spent, now);
}

// Nothing but what was admitted is taken back: no attempt ran.
void guarded_call::give_admission_back(instant now) {
  if (slow().has_place) guarded().limits()->places.leave();
  slow().has_place = false;
  if (!slow().admitted) return;
  changes changed;
  gate().record(gate().word(), &slow().pass, verdict::abandoned, {}, false, now, changed);
  guarded().emit(changed);
  slow().admitted = false;
}

call_step guarded_call::refuse(refusal::cause why, duration retry_after, stop_reason reason,
                               instant now) {
  give_admission_back(now);
  slow().refused = {why, retry_after, &guarded()};
  return end_with(reason, now);
}

std::uint64_t guarded_call::hold_policies(std::uint64_t word) noexcept {
  policies_version& present = guarded().live()->hold();
  slow().held = shown_.version = &present;
  return gate_word::with_flags(word, present.flags) | gate_word::shown;
}

void guarded_call::hold_own_policies() noexcept {
  if (guarded().live() == nullptr || slow().held != nullptr) return;
  live_policies::hold_too(*shown_.version);
  slow().held = shown_.version;
}

void guarded_call::let_go_policies() noexcept {
  if (!went_slowly() || slow().held == nullptr) return;
  live_policies::let_go(*std::exchange(slow().held, nullptr));
}

void guarded_call::give_up_waiting() noexcept {
  if (!went_slowly()) return;
  if (slow().pausing == pause_kind::for_turn) guarded().limits()->turns.give_back(slow().turn);
  if (slow().failed) give_tokens_back(shown_, slow().failed->tokens);
  give_admission_back(guarded().time().now());
  drop_story();
  let_go_policies();
}

call_step guarded_call::begin_attempt(instant now) {
  bool const waited = slow().pausing != pause_kind::none || !is_first() || was_asked();
  slow().has_place = false;  // it is the attempt's from here on
  slow().pausing = pause_kind::none;
  if (!is_first()) {
    slow().failed->tokens = 0;  // they are spent
    ++slow().failed->retries;
    ++slow().number;
    if (failure_context* const known = shown_.context()) *known = {};
  }
  if (waited) slow().again_started = tick_of_instant(now);
  gate().need_ticks();  // during a long pause nobody keeps them
  return call_step::attempt;
}

// ----- Ending an attempt

void guarded_call::end_attempt(std::uint64_t word, verdict outcome, instant now) {
  leave_place(word);
  auto const started = time_of(shown_.attempt_started());
  bool const timed = (word & gate_word::judged_slow) != 0 && started;
  changes changed;
  gate().record(word, was_asked() ? &slow().pass : nullptr, outcome,
                timed ? elapsed(*started, now) : duration::zero(), shown_.number() == 1, now,
                changed);
  if (was_asked()) slow().admitted = false;
  guarded().emit(changed);
}

// By ticks where the limit is long enough for them, else by a second look at the clock.
bool guarded_call::times_as_quick(std::uint64_t word) const noexcept {
  bool const judged = (word & gate_word::judged_slow) != 0;
  if (!judged && !is_sampled()) return false;
  if (shown_.number() != 1) return false;
  bool const by_clock = (word & gate_word::clocked) != 0 || is_sampled();
  std::uint64_t const tick = by_clock ? tick_of_instant(guarded().time().now()) : gate().tick();
  auto const started = time_of(shown_.attempt_started());
  if (!started || !is_time(tick)) return false;
  instant const now = instant_of_tick(tick);
  duration const took = elapsed(*started, now);
  if (by_clock) {
    guarded().record_durations(elapsed(instant_of_tick(shown_.call_started), now), took);
  }
  breaker const& circuit = policies_of(shown_).breaker;
  return took < circuit.slow_call || circuit.slow_call_rate == off;
}

bool guarded_call::takes_sample(thread_block& mine) noexcept {
  if (!mine.is_sample_due()) return false;
  mine.skip_samples(call_durations::calls_to_skip(guarded().draw_stream()));
  slow().sampled = true;
  return true;
}

// ----- After a failure

failure guarded_call::revised(failure const& seen) const noexcept {
  failure_rules const* const rules = policies_of(shown_).rules.get();
  return rules == nullptr ? seen : rules->apply(seen);
}

call_step guarded_call::failed(failure const& seen, std::uint64_t word, std::optional<bool> wish) {
  instant const now = guarded().time().now();
  end_attempt(word, verdict_on(seen, policies_of(shown_).breaker.throttled_counts), now);
  tell_failure(seen, shown_, now);
  return next_after(seen, wish, now);
}

call_step guarded_call::next_after(failure const& seen, std::optional<bool> wish, instant now) {
  core::retry_step const step = hold_to_circuit(decide(seen, wish, now), now);
  if (auto const* end = std::get_if<core::stop>(&step)) return end_with(end->reason, now);
  if (shown_.stop().stop_requested()) return end_with(stop_reason::cancelled, now);
  if (!take_tokens(shown_, now, slow().failed->tokens)) {
    return end_with(stop_reason::no_budget, now);
  }
  auto const* pause = std::get_if<core::wait>(&step);
  duration const length = pause != nullptr ? pause->until - now : duration::zero();
  if (story* const told = slow().told) told->tell_pause(length);
  emit({.kind = event_kind::attempt_failed,
        .at = now,
        .seen = &seen,
        .took = last_took(),
        .pause = length,
        .retries = slow().failed->retries + 1});
  slow().failed->last_told = true;
  if (pause == nullptr) return resumed(!shown_.stop().stop_requested());
  slow().pausing = pause_kind::before_attempt;
  slow().pause_until = pause->until;
  return call_step::pause;
}

call_step guarded_call::resumed(bool reached) {
  instant const now = guarded().time().now();
  if (slow().pausing == pause_kind::for_turn) return turn_came(reached, now);
  // Where a first attempt waited for the circuit, what ended the wait stands in its way now.
  if (!reached) {
    slow().refused = {refusal::cause::stop_requested, {}, &guarded()};
    return end_with(stop_reason::cancelled, now);
  }
  // A wait can end late; an attempt without time would only fail.
  if (!slow().failed->machine.may_start(now)) {
    slow().refused = {refusal::cause::no_time_left, {}, &guarded()};
    return end_with(stop_reason::time_spent, now);
  }
  return ask_circuit(now);
}

void guarded_call::open_trouble(instant now) {
  if (slow().failed) return;
  retry const& options = policies_of(shown_).retry;
  bool const asked_for = shown_.options() != nullptr && shown_.options()->story != nullptr;
  if (slow().told == nullptr && (asked_for || guarded().interest().wants_stories())) {
    slow().told = new (std::nothrow) story;
    slow().told_on_heap = true;
  }
  instant const started = time_of(shown_.call_started).value_or(now);
  trouble& sofar = slow().failed.emplace(
      core::retry_machine{options, started, guarded().draw_stream(), shown_.call_deadline()});
  if (slow().told != nullptr) slow().told->idempotent = options.idempotent;
  if (shown_.options() != nullptr && shown_.options()->max_attempts) {
    sofar.machine.limit_attempts(*shown_.options()->max_attempts);
  }
  tell_amplification(now);
}

core::retry_step guarded_call::decide(failure const& seen, std::optional<bool> wish, instant now) {
  core::retry_machine& machine = slow().failed->machine;
  bool const by_a_guard =
      seen.category == category::rejected || seen.category == category::cancelled;
  // That another guard refused is no reason to try again, but no wish to end is passed over.
  if (!wish || (by_a_guard && *wish)) return machine.on_failure(seen, now);
  failure wished = seen;
  wished.advice = *wish ? advice::after_backoff : advice::never;
  return machine.on_failure(wished, now);
}

// Nobody is to sleep only to be refused: where the circuit is open beyond the start of the next
// attempt, the call waits for it if it was told to, or ends now.
core::retry_step guarded_call::hold_to_circuit(core::retry_step decided, instant now) {
  if (std::holds_alternative<core::stop>(decided)) return decided;
  auto const* pause = std::get_if<core::wait>(&decided);
  instant const open_until = gate().open_beyond(pause != nullptr ? pause->until : now);
  if (open_until == instant{}) return decided;
  if (policies_of(shown_).retry.wait_for_circuit == duration::zero()) {
    return core::stop{stop_reason::circuit_open};
  }
  slow().refused = {refusal::cause::circuit_open, elapsed(now, open_until), &guarded()};
  return slow().failed->machine.on_failure(slow().refused.as_failure(), now);
}

// ----- The end without success

call_step guarded_call::end_with(stop_reason reason, instant now) {
  if (slow().failed) give_tokens_back(shown_, slow().failed->tokens);
  if (is_first()) {
    if (reason == stop_reason::circuit_open) gate().count_refusal();
    tell_refusal(now, reason);
    drop_story();
    return call_step::end;
  }
  if (story* const told = slow().told) {
    end_story(reason, now);
    emit({.kind = event_kind::call_failed,
          .at = now,
          .seen = &told->last->seen,
          .took = told->last->took,
          .stopped = reason,
          .told = told,
          .told_before = slow().failed->last_told,
          .retries = slow().failed->retries});
    drop_story();
  }
  return call_step::end;
}

}  // namespace holdfast
