#include "holdfast/drive/blocking_call.hpp"

#include "drive/shown.hpp"
#include "holdfast/base/failure_context.hpp"

#include <algorithm>

namespace holdfast {
namespace {

/// Ticks of 0 and 1 are no time: nobody publishes it, or nobody needs it.
[[nodiscard]] bool is_time(std::uint64_t tick) noexcept { return tick > 1; }

[[nodiscard]] std::optional<instant> time_of(std::uint64_t tick) noexcept {
  if (!is_time(tick)) return std::nullopt;
  return instant_of_tick(tick);
}

/// The tokens of one retry: one from the budget of the call, and of each call around it that has
/// one in use; a budget that several of them share is charged once. Returned unless the retry
/// starts.
class retry_tokens {
 public:
  explicit retry_tokens(call_context const& call) noexcept : call_{call} {}
  retry_tokens(retry_tokens const&) = delete;
  retry_tokens& operator=(retry_tokens const&) = delete;
  ~retry_tokens() {
    for_each_call([&](call_context const& each, std::uint32_t level) {
      if ((taken_ & level) != 0) each.guarded->gate().give_back();
    });
  }

  /// All of them or none.
  [[nodiscard]] bool take(instant now) {
    bool paid = true;
    for_each_call([&](call_context const& each, std::uint32_t level) {
      gate& budget = each.guarded->gate();
      bool const asked = &each == &call_ || budget.budgets_retries();
      if (!paid || !asked || has_paid(budget.budget_identity())) return;
      changes changed;
      paid = budget.withdraw(now, changed);
      each.guarded->emit(changed);
      if (paid) taken_ |= level;
    });
    return paid;
  }
  void spend() noexcept { taken_ = 0; }

 private:
  static_assert(thread_block::max_depth <= 32, "a bit a call");

  /// The innermost first, each with a bit of its own.
  template <class Visitor>
  void for_each_call(Visitor&& visit) const {
    std::uint32_t level = 1;
    for (auto const* each = &call_; each != nullptr; each = each->parent()) {
      visit(*each, level);
      level <<= 1U;
    }
  }

  [[nodiscard]] bool has_paid(void const* budget) const {
    bool found = false;
    for_each_call([&](call_context const& each, std::uint32_t level) {
      found = found || ((taken_ & level) != 0 && each.guarded->gate().budget_identity() == budget);
    });
    return found;
  }

  call_context const& call_;
  std::uint32_t taken_ = 0;
};

}  // namespace

// ----- Beginning

entry blocking_call::begin_slowly(operation& guarded_by, std::uint64_t word,
                                  call_options const* options, bool takes_attempt) {
  show_nothing_of(guarded_by);
  if (gate_word::is_plain(word)) word |= gate_word::shown;
  if (options != nullptr) {
    slow().options = options;
    if (options->max_attempts.value_or(1) > 1 && !gate().budgets_retries()) gate().budget_retries();
  }
  if ((word & gate_word::bounds) != 0 && !takes_attempt) tell_unbounded();
  entry const here = let_in(word, options);
  if (!here.has(gate_word::injects)) return here;
  slow().faulty = here;
  return {};
}

entry blocking_call::let_in(std::uint64_t word, call_options const* options) {
  if ((word & gate_word::not_closed) != 0 && refuses_for_certain()) return {};
  thread_block* const block = joined_block();
  if (block != nullptr && (word & gate_word::tracks) != 0) find_parent(*block);
  bool const may_be_over = options != nullptr || shown_.parent() != nullptr;
  bool const has_deadline = may_be_over && shown_.given_deadline() != never_reached;
  constexpr auto timed = gate_word::not_closed | gate_word::clocked;
  std::uint64_t const tick = gate().tick();
  bool const asks_clock = (word & timed) != 0 || has_deadline || tick == 0;
  instant const now = asks_clock ? guarded().time().now() : instant_of_tick(tick);
  shown_.call_started = tick_of_instant(now);

  if (may_be_over && is_over_before_it_began(now)) return {};
  if ((word & gate_word::not_closed) != 0 && !admit_first(now)) return {};
  gate().need_ticks();  // last: during a wait for the circuit nobody keeps them
  constexpr auto recorded = gate_word::not_closed | gate_word::judged_slow;
  if ((word & recorded) != 0) word |= gate_word::recorded;
  // Without a block all is recorded under the lock, and guards inside see nothing of this call.
  if (block == nullptr) return {(word & ~gate_word::tracks) | gate_word::recorded};
  if ((word & gate_word::tracks) == 0) return {word, block};
  return enter(word, *block, shown_.attempt_started());
}

// The call within whose attempt this one is made must be known before this one is let in: its
// deadline may have passed.
void blocking_call::find_parent(thread_block& mine) noexcept {
  std::size_t const depth = mine.depth();
  if (depth == 0 || depth >= thread_block::max_depth) return;
  slow().block = &mine;
  slow().depth = depth;
}

// The first frame of a thread is left by a store of zero, without a look at the call's depth.
entry blocking_call::enter(std::uint64_t word, thread_block& mine, std::uint64_t started) noexcept {
  std::size_t const depth = mine.depth();
  if (depth >= thread_block::max_depth) return {word & ~gate_word::tracks, &mine};
  if (depth != 0 || went_slowly()) {
    slow().block = &mine;
    slow().depth = depth;
  }
  mine.enter(depth, gate(), started, shown_);
  if (depth == 0) return {word, &mine};
  return {(word & ~gate_word::tracks) | gate_word::nested, &mine};
}

void blocking_call::leave(entry here) noexcept {
  if (here.has(gate_word::tracks)) here.block->leave_to(0);
  if (here.has(gate_word::nested)) here.block->leave_to(slow().depth);
}

// What the last tick knows for certain needs neither clock nor lock.
bool blocking_call::refuses_for_certain() {
  if (shown_.options() != nullptr) return false;
  certain_refusal const answer = gate().refuse_for_certain(*this_thread_block);
  if (!answer) return false;
  slow().refused = {refusal::cause::circuit_open, answer.retry_after(), &guarded()};
  if (guarded().has_listeners()) tell_refusal(guarded().time().now(), stop_reason::circuit_open);
  return true;
}

thread_block* blocking_call::joined_block() noexcept {
  try {
    return &joined_thread_block();
  } catch (std::bad_alloc const&) {
    return nullptr;
  }
}

bool blocking_call::is_over_before_it_began(instant now) {
  if (shown_.stop().stop_requested()) {
    slow().refused = {refusal::cause::stop_requested, {}, &guarded()};
  } else if (now >= shown_.call_deadline()) {
    slow().refused = {refusal::cause::no_time_left, {}, &guarded()};
  } else {
    return false;
  }
  tell_refusal(now, stop_reason::none);
  return true;
}

bool blocking_call::admit_first(instant now) {
  for (;;) {
    core::admission const answer = admit(now);
    if (answer.admitted) return true;
    slow().refused = {refusal::cause::circuit_open, answer.retry_after, &guarded()};
    instant const asked = now;
    stop_reason const ended = wait_for_circuit(now);
    if (ended != stop_reason::none) {
      // Where it waited, what ended the wait is what stands in the way now.
      if (ended == stop_reason::cancelled) {
        slow().refused = {refusal::cause::stop_requested, {}, &guarded()};
      } else if (ended == stop_reason::time_spent && now != asked) {
        slow().refused = {refusal::cause::no_time_left, {}, &guarded()};
      }
      tell_refusal(now, ended);
      return false;
    }
    slow().again_started = tick_of_instant(now);
  }
}

core::admission blocking_call::admit(instant now) {
  changes changed;
  core::admission const answer = gate().admit(now, changed);
  guarded().emit(changed);
  slow().admitted = answer.admitted;
  slow().pass = answer.pass;
  return answer;
}

// Waits, where the options say so. Answers why the circuit is not to be asked again, or none; `now`
// is then the time after the wait.
stop_reason blocking_call::wait_for_circuit(instant& now) {
  if (guarded().policies().retry.wait_for_circuit == duration::zero()) {
    return stop_reason::circuit_open;
  }
  open_trouble(now);
  trouble& sofar = *slow().failed;
  core::retry_step const step = sofar.machine.on_failure(slow().refused.as_failure(), now);
  if (auto const* end = std::get_if<core::stop>(&step)) {
    return end->reason == stop_reason::time_spent ? end->reason : stop_reason::circuit_open;
  }
  bool reached = true;
  if (auto const* pause = std::get_if<core::wait>(&step)) {
    sofar.told.paused += pause->until - now;
    reached = guarded().time().sleep_until(pause->until, shown_.stop());
  }
  now = guarded().time().now();
  if (!reached) return stop_reason::cancelled;
  return sofar.machine.may_start(now) ? stop_reason::none : stop_reason::time_spent;
}

// ----- Ending an attempt

void blocking_call::record(entry here, verdict outcome, instant now) {
  auto const started = time_of(shown_.attempt_started());
  bool const timed = here.has(gate_word::judged_slow) && started;
  changes changed;
  gate().record(here.word, was_asked() ? &slow().pass : nullptr, outcome,
                timed ? elapsed(*started, now) : duration::zero(), shown_.number() == 1, now,
                changed);
  guarded().emit(changed);
}

void blocking_call::succeeded_slowly(operation& guarded_by, entry here) noexcept {
  if (gate_word::is_plain(here.word)) show_nothing_of(guarded_by);
  leave(here);
  bool const counts = !here.has(gate_word::recorded) ||
                      (here.has(gate_word::judged_slow) && !was_asked() && is_quick(here));
  std::uint64_t const began = gate_word::without_own_flags(here.word);
  if (counts && gate().ignores_success(began)) return;
  if (counts && gate().credit_success(began, *this_thread_block)) return;
  instant const now = guarded().time().now();
  record(here, verdict::success, now);
  if (!went_slowly() || !slow().failed) return;
  trouble& sofar = *slow().failed;
  if (!sofar.told.last) return deliver_story();  // it only waited for the circuit
  sofar.told.attempts = shown_.number();
  sofar.told.elapsed = elapsed(sofar.started, now);
  deliver_story();
  emit({.kind = event_kind::call_recovered, .at = now, .told = &sofar.told});
}

// By ticks where the limit is long enough for them, else by a second look at the clock.
bool blocking_call::is_quick(entry here) const noexcept {
  duration const limit = guarded().policies().breaker.slow_call;
  bool const by_clock = here.has(gate_word::clocked);
  std::uint64_t const now = by_clock ? tick_of_instant(guarded().time().now()) : gate().tick();
  auto const started = time_of(shown_.attempt_started());
  return started && is_time(now) && elapsed(*started, instant_of_tick(now)) < limit;
}

void blocking_call::abandon(operation& guarded_by, entry here) noexcept {
  if (gate_word::is_plain(here.word)) show_nothing_of(guarded_by);
  leave(here);
  record(here, verdict::abandoned, guarded().time().now());
}

// ----- After a failure

entry blocking_call::again_after(operation& guarded_by, failure const& seen, entry here,
                                 std::optional<bool> wish) {
  if (gate_word::is_plain(here.word)) show_nothing_of(guarded_by);
  leave(here);
  instant const now = guarded().time().now();
  record(here, verdict_on(seen, guarded().policies().breaker.throttled_counts), now);
  open_trouble(now);
  tell_failure(seen, now);
  core::retry_step const step = hold_to_circuit(decide(seen, wish, now), now);
  if (auto const* end = std::get_if<core::stop>(&step)) return end_with(end->reason, seen, now);
  if (shown_.stop().stop_requested()) return end_with(stop_reason::cancelled, seen, now);
  retry_tokens tokens{shown_};
  if (!tokens.take(now)) return end_with(stop_reason::no_budget, seen, now);
  stop_reason reason = stop_reason::cancelled;
  if (pause_for(step, seen, now)) reason = admit_again();
  if (reason != stop_reason::none) return end_with(reason, seen, guarded().time().now());
  tokens.spend();
  return begin_again(here);
}

void blocking_call::open_trouble(instant now) {
  if (slow().failed) return;
  retry const& options = guarded().policies().retry;
  instant const started = time_of(shown_.call_started).value_or(now);
  trouble& sofar = slow().failed.emplace(
      core::retry_machine{options, started, guarded().draw_stream(), shown_.call_deadline()},
      started);
  sofar.told.idempotent = options.idempotent;
  if (shown_.options() != nullptr && shown_.options()->max_attempts) {
    sofar.machine.limit_attempts(*shown_.options()->max_attempts);
  }
  tell_amplification(now);
}

void blocking_call::tell_failure(failure const& seen, instant now) {
  auto const started = time_of(shown_.attempt_started());
  story& told = slow().failed->told;
  told.attempts = shown_.number();
  told.tell(seen, started ? elapsed(*started, now) : duration::zero());
  if (failure_context* const known = shown_.context()) {
    known->operation = guarded().name();
    known->correlation_id = shown_.correlation_id();
    known->attempt = shown_.number();
  }
}

core::retry_step blocking_call::decide(failure const& seen, std::optional<bool> wish, instant now) {
  core::retry_machine& machine = slow().failed->machine;
  bool const by_a_guard =
      seen.category == category::rejected || seen.category == category::cancelled;
  if (!wish || by_a_guard) return machine.on_failure(seen, now);
  failure wished = seen;
  wished.advice = *wish ? advice::after_backoff : advice::never;
  return machine.on_failure(wished, now);
}

// Nobody is to sleep only to be refused: where the circuit is open beyond the start of the next
// attempt, the call waits for it if it was told to, or ends now.
core::retry_step blocking_call::hold_to_circuit(core::retry_step decided, instant now) {
  if (std::holds_alternative<core::stop>(decided)) return decided;
  auto const* pause = std::get_if<core::wait>(&decided);
  instant const open_until = gate().open_beyond(pause != nullptr ? pause->until : now);
  if (open_until == instant{}) return decided;
  if (guarded().policies().retry.wait_for_circuit == duration::zero()) {
    return core::stop{stop_reason::circuit_open};
  }
  slow().refused = {refusal::cause::circuit_open, elapsed(now, open_until), &guarded()};
  return slow().failed->machine.on_failure(slow().refused.as_failure(), now);
}

bool blocking_call::pause_for(core::retry_step const& step, failure const& seen, instant now) {
  auto const* pause = std::get_if<core::wait>(&step);
  duration const length = pause != nullptr ? pause->until - now : duration::zero();
  slow().failed->told.tell_pause(length);
  emit({.kind = event_kind::attempt_failed, .at = now, .seen = &seen, .pause = length});
  if (pause == nullptr) return !shown_.stop().stop_requested();
  return guarded().time().sleep_until(pause->until, shown_.stop());
}

// Whether there is a next attempt, or why not.
stop_reason blocking_call::admit_again() {
  instant now = guarded().time().now();
  // A wait can end late; an attempt without time would only fail.
  if (!slow().failed->machine.may_start(now)) return stop_reason::time_spent;
  for (;;) {
    core::admission const answer = admit(now);
    if (answer.admitted) break;
    slow().refused = {refusal::cause::circuit_open, answer.retry_after, &guarded()};
    stop_reason const ended = wait_for_circuit(now);
    if (ended != stop_reason::none) return ended;
  }
  slow().again_started = tick_of_instant(now);
  gate().need_ticks();  // during a long pause nobody keeps them
  return stop_reason::none;
}

entry blocking_call::begin_again(entry before) {
  ++slow().number;
  if (failure_context* const known = shown_.context()) *known = {};
  constexpr auto in_a_frame = gate_word::tracks | gate_word::nested;
  std::uint64_t const word = before.word | gate_word::recorded;
  if (!before.has(in_a_frame)) return {word, before.block};
  return enter((word & ~gate_word::nested) | gate_word::tracks, *before.block,
               slow().again_started);
}

entry blocking_call::end_with(stop_reason reason, failure const& seen, instant now) {
  end_story(reason, now);
  emit({.kind = event_kind::call_failed,
        .at = now,
        .seen = &seen,
        .stopped = reason,
        .told = &slow().failed->told});
  return {};
}

void blocking_call::end_story(stop_reason reason, instant now) {
  story& told = slow().failed->told;
  told.stopped = reason;
  told.elapsed = elapsed(slow().failed->started, now);
  deliver_story();
}

// A story is told to listeners and to whoever asked for it, or to nobody.
void blocking_call::deliver_story() {
  bool const asked_for = shown_.options() != nullptr && shown_.options()->story != nullptr;
  if (asked_for || guarded().has_listeners()) redact_texts(slow().failed->told);
  if (asked_for) *shown_.options()->story = slow().failed->told;
}

// ----- Telling

void blocking_call::emit(event what) {
  if (!guarded().has_listeners()) return;
  what.operation = guarded().name();
  what.correlation_id = shown_.correlation_id();
  if (what.seen != nullptr) what.context = shown_.context();
  if (what.attempt == 0) what.attempt = shown_.number();
  guarded().emit(what);
}

// No attempt ran.
void blocking_call::tell_refusal(instant now, stop_reason reason) {
  if (slow().failed) end_story(reason, now);
  if (!guarded().has_listeners()) return;
  failure const why = slow().refused.as_failure();
  guarded().emit({.kind = event_kind::call_refused,
                  .operation = guarded().name(),
                  .at = now,
                  .correlation_id = shown_.correlation_id(),
                  .seen = &why,
                  .stopped = reason});
}

// attempt_timeout can't bound a callable that takes no attempt: say so, once a guard.
void blocking_call::tell_unbounded() {
  gate().clear_bounds();
  if (!guarded().first_to_tell(event_kind::unbounded_call)) return;
  emit({.kind = event_kind::unbounded_call, .at = guarded().time().now()});
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
