#pragma once

#include "holdfast/drive/guarded_call.hpp"

#include <cstdint>
#include <optional>

namespace holdfast {

/// One guarded call in progress, in the frame of a coroutine: it may be resumed by another thread
/// each time, and destroyed wherever it waits. Used by one thread at a time. Knows no executor: who
/// drives it waits as it says.
///
/// Nothing is written into frames of threads, so guards inside see only what they are given by
/// `guard::within`.
class coroutine_call : public guarded_call {
 public:
  /// @param version of the guard's policies, held by the caller; null where they are fixed
  coroutine_call(operation& guarded, policies_version* version) noexcept {
    show_nothing_of(guarded);
    shown_.version = version;
  }
  /// @param options what is different for this call; must outlive it
  coroutine_call(operation& guarded, policies_version* version,
                 call_options const& options) noexcept;
  coroutine_call(coroutine_call const&) = delete;
  coroutine_call& operator=(coroutine_call const&) = delete;
  /// Gives back whatever the call holds: a permit, a place, a turn, tokens.
  ~coroutine_call() {
    if (runs_ || waits_ || went_slowly()) [[unlikely]]
      abandon();
  }

  /// Asks for the first attempt.
  [[nodiscard]] call_step begin() {
    holdfast::gate& asked = gate();
    word_ = asked.word();
    if ((word_ & gate_word::live) != 0) {
      word_ = gate_word::with_flags(word_, shown_.version->flags);
    }
    constexpr auto detour = gate_word::not_closed | gate_word::clocked | gate_word::judged_slow |
                            gate_word::injects | gate_word::limited;
    std::uint64_t const tick = asked.tick();
    shown_.call_started = tick;
    bool const timed = (word_ & gate_word::sampled) != 0 && this_thread_block->is_sample_due();
    if ((word_ & detour) != 0 || went_slowly() || tick == 0 || timed) [[unlikely]] {
      bool const quick = (word_ & detour) == gate_word::limited && !went_slowly() && tick != 0 &&
                         !timed && guarded().limits()->enter_at_once();
      if (!quick) return noted(begin_slowly(timed));
    }
    runs_ = true;
    return call_step::attempt;
  }

  /// The attempt succeeded; the call ends.
  void succeeded() noexcept {
    attempt_succeeded();
    if (went_slowly()) [[unlikely]]
      call_succeeded();
  }

  /// The attempt failed. See `guarded_call::failed`.
  [[nodiscard]] call_step failed(failure const& seen, std::optional<bool> wish = std::nullopt) {
    failure const judged = revised(seen);
    attempt_failed(judged);
    return after_failure(judged, wish);
  }

  /// The attempt ended without an outcome.
  void abandoned() noexcept;

  // The same in parts, for calls that make several attempts at once:

  void attempt_succeeded() noexcept {
    runs_ = false;
    if ((word_ & gate_word::counts) != 0) {
      if (gate().credit_success(word_, *this_thread_block)) [[likely]]
        return leave_place(word_);
    } else if (gate().ignores_success(word_)) {
      return leave_place(word_);
    }
    succeeded_slowly();
  }
  /// @param counted by attempt_succeeded, as one that came at once
  void call_succeeded(bool counted = false) noexcept;
  /// The call succeeds by an attempt beside the first one, which ran for `took`.
  void call_succeeded_by_hedge(duration took) noexcept;
  /// An attempt beside the one that is told by `after_failure` has failed.
  void tell_failed_beside(failure const& seen, int number);
  /// @param seen as the guard's rules make it: see `revised`; so with those that follow
  void attempt_failed(failure const& seen);
  [[nodiscard]] call_step after_failure(failure const& seen, std::optional<bool> wish);
  /// Notes a failure of an attempt beside the first one.
  void note_failure(failure const& seen, call_context const& of);
  /// So many attempts have been made so far.
  void number_attempts_to(int last) noexcept;
  /// An attempt beside the first one has started, or may not.
  void tell_hedge(int number, stop_reason refused);

  [[nodiscard]] call_step resumed(bool reached) { return noted(guarded_call::resumed(reached)); }
  [[nodiscard]] call_step queued(queue_end how) { return noted(guarded_call::queued(how)); }
  /// What was to be waited for is not: `how` says why, where it was a place.
  [[nodiscard]] call_step not_waited(call_step for_what, queue_end how) {
    return for_what == call_step::queue ? queued(how) : resumed(false);
  }
  /// The caller was cancelled before the attempt that may start now has started.
  [[nodiscard]] call_step cancelled_before_attempt() {
    abandoned();
    return noted(guarded_call::resumed(false));
  }
  /// What was waited for in the queue is the call's own from now on, whatever becomes of it.
  void place_received() noexcept { slow().has_place = true; }
  /// So that none of it is made while attempts look at the call.
  void make_details() noexcept { static_cast<void>(slow()); }
  using guarded_call::pause_until;
  using guarded_call::queue_until;
  using guarded_call::revised;

  /// What an attempt has come to that was cancelled at its deadline.
  [[nodiscard]] failure cancelled_by_deadline() const noexcept;

  [[nodiscard]] bool injects() const noexcept { return (word_ & gate_word::injects) != 0; }
  /// When the present attempt must have ended.
  [[nodiscard]] instant deadline() const noexcept { return shown_.deadline(); }
  [[nodiscard]] call_context const& shown() const noexcept { return shown_; }
  [[nodiscard]] operation& guarded() const noexcept { return guarded_call::guarded(); }

 private:
  friend class hedged_attempt;

  [[nodiscard]] call_step noted(call_step step) noexcept {
    runs_ = step == call_step::attempt;
    waits_ = step == call_step::pause || step == call_step::queue;
    return step;
  }
  /// @param timed whether its turn to be timed has come
  [[nodiscard]] call_step begin_slowly(bool timed);
  void succeeded_slowly() noexcept;
  void abandon() noexcept;

  std::uint64_t word_ = 0;
  bool runs_ = false;   // an attempt, which must be ended
  bool waits_ = false;  // for the next one, for which something may be held
};

}  // namespace holdfast
