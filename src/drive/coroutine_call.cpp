#include "holdfast/drive/coroutine_call.hpp"

#include <new>

namespace holdfast {
namespace {

[[nodiscard]] bool says_anything(call_options const& options) noexcept {
  return options.max_attempts || options.deadline != never_reached ||
         options.stop.stop_possible() || !options.correlation_id.empty() ||
         options.story != nullptr || options.context != nullptr || options.within != nullptr;
}

/// Without a block of its own a thread's successes are recorded one by one.
void join_thread_block() noexcept {
  try {
    static_cast<void>(joined_thread_block());
  } catch (std::bad_alloc const&) {  // NOLINT(bugprone-empty-catch): then so be it
  }
}

}  // namespace

coroutine_call::coroutine_call(operation& guarded, policies_version* version,
                               call_options const& options) noexcept
    : coroutine_call{guarded, version} {
  if (!says_anything(options)) return;
  slow().options = &options;
  if (options.within != nullptr) slow().within = &options.within->call();
}

call_step coroutine_call::begin_slowly(bool timed) {
  join_thread_block();
  call_options const* const options = shown_.options();
  if (options != nullptr && options->max_attempts.value_or(1) > 1 && !gate().budgets_retries()) {
    gate().budget_retries();
  }
  if ((word_ & gate_word::not_closed) != 0 && refuses_for_certain()) return call_step::end;
  bool const is_joined = this_thread_block != &no_thread_block.block;
  timed = timed && is_joined && takes_sample(*this_thread_block);
  call_step const step = start(timed ? word_ | gate_word::clocked : word_, options);
  gate().need_ticks();
  word_ |= gate_word::recorded;  // so that a success is looked at more closely
  return step;
}

void coroutine_call::succeeded_slowly() noexcept {
  join_thread_block();
  bool const is_timed = (word_ & gate_word::judged_slow) != 0 || is_sampled();
  bool const quick = !is_timed || times_as_quick(word_);
  bool const counts =
      quick && (word_ & gate_word::not_closed) == 0 && !was_asked() && shown_.number() == 1;
  std::uint64_t const began = gate_word::without_own_flags(word_);
  if (counts &&
      (gate().ignores_success(began) || gate().credit_success(began, *this_thread_block))) {
    return leave_place(word_);
  }
  end_attempt(word_, verdict::success, guarded().time().now());
}

void coroutine_call::call_succeeded(bool counted) noexcept {
  tell_success(guarded().time().now(), counted);
}

void coroutine_call::call_succeeded_by_hedge(duration took) noexcept {
  bool const failed_before = went_slowly() && slow().failed && slow().failed->ran;
  if (!failed_before) {
    gate().count_success();
    constexpr auto timed = gate_word::judged_slow | gate_word::clocked;
    bool const by_clock = (word_ & timed) == timed || is_sampled();
    instant const started = instant_of_tick(shown_.call_started);
    if (by_clock) guarded().record_durations(elapsed(started, guarded().time().now()), took);
  }
  call_succeeded();
}

void coroutine_call::tell_failed_beside(failure const& seen, int number) {
  emit({.kind = event_kind::attempt_failed,
        .at = guarded().time().now(),
        .attempt = number,
        .seen = &seen});
}

void coroutine_call::attempt_failed(failure const& seen) {
  instant const now = guarded().time().now();
  runs_ = false;
  end_attempt(word_, verdict_on(seen, shown_.policies().breaker.throttled_counts), now);
  tell_failure(seen, shown_, now);
}

call_step coroutine_call::after_failure(failure const& seen, std::optional<bool> wish) {
  call_step const next = noted(next_after(seen, wish, guarded().time().now()));
  word_ |= gate_word::recorded;
  return next;
}

void coroutine_call::note_failure(failure const& seen, call_context const& of) {
  tell_failure(seen, of, guarded().time().now());
}

void coroutine_call::number_attempts_to(int last) noexcept {
  if (last > shown_.number()) slow().number = last;
}

void coroutine_call::tell_hedge(int number, stop_reason refused) {
  bool const started = refused == stop_reason::none;
  emit({.kind = started ? event_kind::hedge_started : event_kind::hedge_refused,
        .at = guarded().time().now(),
        .attempt = number,
        .stopped = refused});
}

failure coroutine_call::cancelled_by_deadline() const noexcept {
  failure told{.category = category::timeout,
               .severity = severity::medium,
               .fault = fault::dependency,
               .advice = advice::if_idempotent,
               .text = guarded().name()};
  told.text.append(": the attempt did not end by its deadline and was cancelled");
  return told;
}

void coroutine_call::abandoned() noexcept {
  runs_ = false;
  end_attempt(word_, verdict::abandoned, guarded().time().now());
}

void coroutine_call::abandon() noexcept {
  if (runs_) abandoned();
  give_up_waiting();
}

}  // namespace holdfast
