#include "holdfast/drive/blocking_call.hpp"

#include <algorithm>

namespace holdfast {
namespace {

/// Ticks of 0 and 1 are no time: nobody publishes it, or nobody needs it.
[[nodiscard]] bool is_time(std::uint64_t tick) noexcept { return tick > 1; }

[[nodiscard]] std::optional<instant> time_of(std::uint64_t tick) noexcept {
  if (!is_time(tick)) return std::nullopt;
  return instant_of_tick(tick);
}

/// The tokens of a retry, returned unless the retry starts.
class retry_tokens {
 public:
  explicit retry_tokens(call_context const& charged) noexcept : charged_{&charged} {}
  retry_tokens(retry_tokens const&) = delete;
  retry_tokens& operator=(retry_tokens const&) = delete;
  ~retry_tokens() {
    for (auto const* each = charged_; each != nullptr; each = each->parent()) {
      each->guarded->gate().give_back();
    }
  }
  void spend() noexcept { charged_ = nullptr; }

 private:
  call_context const* charged_;
};

/// Takes one token from the budget of the call and of each one around it; all of them or none.
[[nodiscard]] bool charge_budgets(call_context const& call, instant now) {
  for (auto const* each = &call; each != nullptr; each = each->parent()) {
    if (each->guarded->gate().withdraw(now)) continue;
    for (auto const* charged = &call; charged != each; charged = charged->parent()) {
      charged->guarded->gate().give_back();
    }
    return false;
  }
  return true;
}

}  // namespace

// ----- Beginning

bool blocking_call::begin_slowly() {
  if ((word_ & gate_word::not_closed) != 0 && refuses_for_certain()) return false;
  bool const has_deadline =
      shown_.options != nullptr && shown_.options->deadline != never_reached;
  constexpr auto timed = gate_word::not_closed | gate_word::clocked;
  std::uint64_t const tick = gate().tick();
  bool const asks_clock = (word_ & timed) != 0 || has_deadline || tick == 0;
  instant const now = asks_clock ? guarded().time().now() : instant_of_tick(tick);
  join(asks_clock ? tick_of_instant(now) : tick);
  if (shown_.options != nullptr && is_over_before_it_began(now)) return false;
  if ((word_ & gate_word::not_closed) != 0 && !admit_first(now)) return false;
  return (word_ & gate_word::tracks) == 0 || enter();
}

// What the last tick knows for certain needs neither clock nor lock.
bool blocking_call::refuses_for_certain() {
  if (shown_.options != nullptr || guarded().policies().retry.wait_for_circuit > duration::zero()) {
    return false;
  }
  duration const still_open = gate().certain_refusal(this_thread_block);
  if (still_open == duration::zero()) return false;
  refused_ = {refusal::cause::circuit_open, still_open, &guarded()};
  if (guarded().has_listeners()) tell_refusal(guarded().time().now());
  return true;
}

void blocking_call::join(std::uint64_t started) {
  shown_.call_started = started;
  shown_.attempt_started = started;
  gate().need_ticks();
  if ((word_ & (gate_word::tracks | gate_word::counts)) == 0) return;
  try {
    shown_.block = &joined_thread_block();
  } catch (std::bad_alloc const&) {
    // Without a block, everything is recorded under the lock, and guards inside see nothing of us.
    word_ = (word_ & ~gate_word::tracks) | gate_word::detoured;
  }
}

bool blocking_call::enter_untracked() noexcept {
  word_ = (word_ & ~gate_word::tracks) | gate_word::detoured;
  shown_.depth = 0;
  return true;
}

bool blocking_call::is_over_before_it_began(instant now) {
  if (shown_.stop().stop_requested()) {
    refused_ = {refusal::cause::stop_requested, {}, &guarded()};
  } else if (now >= shown_.call_deadline()) {
    refused_ = {refusal::cause::no_time_left, {}, &guarded()};
  } else {
    return false;
  }
  tell_refusal(now);
  return true;
}

bool blocking_call::admit_first(instant now) {
  for (;;) {
    core::admission const answer = admit(now);
    if (answer.admitted) return true;
    refused_ = {refusal::cause::circuit_open, answer.retry_after, &guarded()};
    if (!waits_for_circuit(now)) break;
    now = guarded().time().now();
  }
  tell_refusal(now);
  return false;
}

core::admission blocking_call::admit(instant now) {
  changes changed;
  core::admission const answer = gate().admit(now, changed);
  guarded().emit(changed);
  if (answer.admitted) {
    pass_ = answer.pass;
    admitted_ = true;
    word_ |= gate_word::detoured;
    shown_.attempt_started = tick_of_instant(now);
    if (!is_time(shown_.call_started)) shown_.call_started = shown_.attempt_started;
  }
  return answer;
}

// Asks the retry machine whether to wait for the circuit, and waits.
bool blocking_call::waits_for_circuit(instant now) {
  if (guarded().policies().retry.wait_for_circuit == duration::zero()) return false;
  open_trouble(now);
  core::retry_step const step = trouble_->machine.on_failure(refused_.as_failure(), now);
  if (std::holds_alternative<core::stop>(step)) return false;
  auto const* pause = std::get_if<core::wait>(&step);
  if (pause == nullptr) return true;
  trouble_->told.paused += pause->until - now;
  return guarded().time().sleep_until(pause->until, shown_.stop());
}

// ----- Ending an attempt

void blocking_call::record(verdict outcome, instant now) {
  auto const started = time_of(shown_.attempt_started);
  duration const took = started ? elapsed(*started, now) : duration::zero();
  bool const timed = (word_ & gate_word::judged_slow) != 0;
  changes changed;
  gate().record(word_, admitted_ ? &pass_ : nullptr, outcome, timed ? took : duration::zero(),
                shown_.number == 1, now, changed);
  guarded().emit(changed);
}

void blocking_call::succeeded_slowly() noexcept {
  if ((word_ & gate_word::judged_slow) != 0 && is_quick() &&
      gate().credit_success(word_, shown_.block)) {
    return;
  }
  instant const now = guarded().time().now();
  record(verdict::success, now);
  if (!trouble_) return;
  trouble_->told.attempts = shown_.number;
  trouble_->told.elapsed = elapsed(trouble_->started, now);
  deliver_story();
  emit({.kind = event_kind::call_recovered, .at = now, .told = &trouble_->told});
}

// By ticks where the limit is long enough for them, else by a second look at the clock.
bool blocking_call::is_quick() const noexcept {
  duration const limit = guarded().policies().breaker.slow_call;
  bool const by_clock = (word_ & gate_word::clocked) != 0;
  std::uint64_t const now = by_clock ? tick_of_instant(guarded().time().now()) : gate().tick();
  auto const started = time_of(shown_.attempt_started);
  return started && is_time(now) && elapsed(*started, instant_of_tick(now)) < limit;
}

void blocking_call::abandon() noexcept {
  leave();
  record(verdict::abandoned, guarded().time().now());
}

// ----- After a failure

bool blocking_call::again_after(failure const& seen, std::optional<bool> wish) {
  leave();
  instant const now = guarded().time().now();
  record(verdict_on(seen, guarded().policies().breaker.throttled_counts), now);
  open_trouble(now);
  tell_failure(seen, now);
  core::retry_step step = hold_to_circuit(decide(seen, wish, now), now);
  if (auto const* end = std::get_if<core::stop>(&step)) return end_with(end->reason, seen, now);
  if (shown_.stop().stop_requested()) return end_with(stop_reason::cancelled, seen, now);
  if (!charge_budgets(shown_, now)) return end_with(stop_reason::no_budget, seen, now);
  retry_tokens tokens{shown_};
  if (!pause_for(step, seen, now)) {
    return end_with(stop_reason::cancelled, seen, guarded().time().now());
  }
  if (auto const reason = begin_again(); reason != stop_reason::none) {
    return end_with(reason, seen, guarded().time().now());
  }
  tokens.spend();
  return true;
}

void blocking_call::open_trouble(instant now) {
  if (trouble_) return;
  retry const& options = guarded().policies().retry;
  instant const started = time_of(shown_.call_started).value_or(now);
  trouble_.emplace(core::retry_machine{options, started, guarded().draw_stream(),
                                       shown_.call_deadline()},
                   story{}, started);
  trouble_->told.idempotent = options.idempotent;
  if (shown_.options != nullptr && shown_.options->max_attempts) {
    trouble_->machine.limit_attempts(*shown_.options->max_attempts);
  }
  tell_amplification(now);
}

void blocking_call::tell_failure(failure const& seen, instant now) {
  auto const started = time_of(shown_.attempt_started);
  trouble_->told.attempts = shown_.number;
  trouble_->told.tell(seen, started ? elapsed(*started, now) : duration::zero());
}

core::retry_step blocking_call::decide(failure const& seen, std::optional<bool> wish, instant now) {
  if (!wish) return trouble_->machine.on_failure(seen, now);
  failure wished = seen;
  wished.advice = *wish ? advice::after_backoff : advice::never;
  return trouble_->machine.on_failure(wished, now);
}

// Nobody is to sleep only to be refused: where the circuit is open beyond the start of the next
// attempt, the call waits for it if it was told to, or ends now.
core::retry_step blocking_call::hold_to_circuit(core::retry_step decided, instant now) {
  if (std::holds_alternative<core::stop>(decided)) return decided;
  auto const* pause = std::get_if<core::wait>(&decided);
  instant const open_until = gate().open_beyond(pause != nullptr ? pause->until : now);
  if (open_until == instant{}) return decided;
  refused_ = {refusal::cause::circuit_open, elapsed(now, open_until), &guarded()};
  if (guarded().policies().retry.wait_for_circuit == duration::zero()) {
    return core::stop{stop_reason::circuit_open};
  }
  return trouble_->machine.on_failure(refused_.as_failure(), now);
}

bool blocking_call::pause_for(core::retry_step const& step, failure const& seen, instant now) {
  auto const* pause = std::get_if<core::wait>(&step);
  duration const length = pause != nullptr ? pause->until - now : duration::zero();
  trouble_->told.tell_pause(length);
  emit({.kind = event_kind::attempt_failed, .at = now, .seen = &seen, .pause = length});
  if (pause == nullptr) return !shown_.stop().stop_requested();
  return guarded().time().sleep_until(pause->until, shown_.stop());
}

// The next attempt, or why there is none.
stop_reason blocking_call::begin_again() {
  for (;;) {
    instant const now = guarded().time().now();
    // A wait can end late; an attempt without time would only fail.
    if (now >= shown_.call_deadline()) return stop_reason::time_spent;
    core::admission const answer = admit(now);
    if (answer.admitted) break;
    refused_ = {refusal::cause::circuit_open, answer.retry_after, &guarded()};
    if (!waits_for_circuit(now)) return stop_reason::circuit_open;
  }
  ++shown_.number;
  if ((word_ & gate_word::tracks) != 0) static_cast<void>(enter());
  return stop_reason::none;
}

bool blocking_call::end_with(stop_reason reason, failure const& seen, instant now) {
  trouble_->told.stopped = reason;
  trouble_->told.elapsed = elapsed(trouble_->started, now);
  deliver_story();
  emit({.kind = event_kind::call_failed,
        .at = now,
        .seen = &seen,
        .stopped = reason,
        .told = &trouble_->told});
  return false;
}

void blocking_call::deliver_story() {
  if (shown_.options != nullptr && shown_.options->story != nullptr) {
    *shown_.options->story = trouble_->told;
  }
}

// ----- Telling

void blocking_call::emit(event what) {
  what.operation = guarded().name();
  what.correlation_id = shown_.correlation_id();
  what.attempt = shown_.number;
  guarded().emit(what);
}

void blocking_call::tell_refusal(instant now) {
  failure const why = refused_.as_failure();
  event told{.kind = event_kind::call_refused, .at = now, .seen = &why};
  told.operation = guarded().name();
  told.correlation_id = shown_.correlation_id();
  guarded().emit(told);
}

// Guards of k attempts each, n of them within each other, make k^n attempts in the worst case.
void blocking_call::tell_amplification(instant now) {
  std::uint64_t attempts = 1;
  int layers = 0;
  for (call_context const* each = &shown_; each != nullptr; each = each->parent()) {
    int const allowed = each->guarded->policies().retry.max_attempts;
    if (allowed < 2) continue;
    ++layers;
    attempts = std::min(attempts * static_cast<std::uint64_t>(allowed), most_amplification);
  }
  if (layers < 2 || !guarded().first_to_tell(event_kind::amplification)) return;
  emit({.kind = event_kind::amplification, .at = now, .amplification = attempts});
}

std::optional<failure> blocking_call::injected() {
  core::injected_fault const drawn = guarded().draw_fault();
  if (drawn.latency > duration::zero()) {
    timekeeper& time = guarded().time();
    time.sleep_until(later(time.now(), drawn.latency), shown_.stop());
  }
  return drawn.fails;
}

}  // namespace holdfast
