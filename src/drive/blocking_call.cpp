#include "holdfast/drive/blocking_call.hpp"

#include <memory>
#include <new>
#include <stop_token>

namespace holdfast {
namespace {

/// A thread that waits for a place. Its wait is one of the timekeeper that a stop ends: that of the
/// caller, or the place.
class blocked_waiter final : public place_waiter {
 public:
  void place_given() noexcept override { ended_.request_stop(); }
  void stop() noexcept { ended_.request_stop(); }
  [[nodiscard]] std::stop_token ended() const noexcept { return ended_.get_token(); }

 private:
  std::stop_source ended_;
};

/// A waiter in the queue for a scope: the thread may be cancelled while it waits.
class queued_waiter {
 public:
  explicit queued_waiter(bulkhead_gate& places)
      : places_{places}, waiter_{std::make_shared<blocked_waiter>()} {}
  queued_waiter(queued_waiter const&) = delete;
  queued_waiter& operator=(queued_waiter const&) = delete;
  ~queued_waiter() {
    if (waits_ && !places_.give_up(*waiter_)) places_.leave();
  }

  [[nodiscard]] queue_answer join() {
    queue_answer const answer = places_.queue(waiter_);
    waits_ = answer == queue_answer::queued;
    return answer;
  }

  /// Whether a place has been given by `until`, or by the time of a stop.
  [[nodiscard]] bool wait(timekeeper& time, instant until, std::stop_token const& stop) {
    std::stop_callback const forward{stop, [this] { waiter_->stop(); }};
    static_cast<void>(time.sleep_until(until, waiter_->ended()));
    waits_ = false;
    return !places_.give_up(*waiter_);
  }

 private:
  bulkhead_gate& places_;
  std::shared_ptr<blocked_waiter> waiter_;
  bool waits_ = false;
};

}  // namespace

// ----- Beginning

entry blocking_call::begin_out_of_line(operation& guarded_by, std::uint64_t word,
                                       call_options const* options, bool takes_attempt) {
  show_nothing_of(guarded_by);
  if (options == nullptr) {
    if (entry const quick = begin_at_once(word, takes_attempt); quick.word != 0) return quick;
  }
  return begin_slowly(guarded_by, word, options, takes_attempt);
}

entry blocking_call::begin_slowly(operation& guarded_by, std::uint64_t word,
                                  call_options const* options, bool takes_attempt) {
  show_nothing_of(guarded_by);
  if (gate_word::is_plain(word)) word |= gate_word::shown;
  if ((word & gate_word::live) != 0) word = hold_policies(word);
  if (options != nullptr) {
    slow().options = options;
    if (options->within != nullptr) slow().within = &options->within->call();
    if (options->max_attempts.value_or(1) > 1 && !gate().budgets_retries()) gate().budget_retries();
  }
  if ((word & gate_word::bounds) != 0 && !takes_attempt) tell_unbounded();
  entry const here = let_in(word, options);
  if (here.word == 0) let_go_policies();
  if (!here.has(gate_word::injects)) return here;
  slow().faulty = here;
  return {};
}

// A place and a turn, both free, and the policies that the word speaks of: all that most calls of
// such a guard need.
entry blocking_call::begin_at_once(std::uint64_t word, bool takes_attempt) noexcept {
  constexpr auto unusual = gate_word::not_closed | gate_word::ticked | gate_word::clocked |
                           gate_word::judged_slow | gate_word::injects;
  if ((word & (takes_attempt ? unusual : unusual | gate_word::bounds)) != 0) return {};
  std::uint64_t const tick = gate().tick();
  thread_block* const block = this_thread_block;
  bool const tracked = (word & gate_word::tracks) != 0;
  bool const live = (word & gate_word::live) != 0;
  if (tracked ? !block->is_free_at(tick) : live) return {};
  if ((word & gate_word::sampled) != 0 && block->is_sample_due()) return {};
  if (live) block->frames[0].policies.store(nullptr, std::memory_order_relaxed);
  shown_.call_started = tick;
  if (tracked) block->enter(0, gate(), tick, shown_);
  bool const limited = (word & gate_word::limited) != 0;
  if ((live && !read_policies(word, *block)) || (limited && !guarded().limits()->enter_at_once())) {
    if (tracked) block->leave_to(0);
    return {};
  }
  if (limited) word |= gate_word::shown;
  return {word, tracked ? block : nullptr};
}

// The frame is written, so that the present policies are kept from here on; a barrier in whoever
// would free them orders the two, here it is only the compiler that must not.
bool blocking_call::read_policies(std::uint64_t word, thread_block& mine) noexcept {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  policies_version& present = guarded().live()->present();
  mine.frames[0].policies.store(&present, std::memory_order_release);
  shown_.version = &present;
  return gate_word::with_flags(word, present.flags) == word;
}

entry blocking_call::let_in(std::uint64_t word, call_options const* options) {
  if ((word & gate_word::not_closed) != 0 && refuses_for_certain()) return {};
  thread_block* const block = joined_block();
  if (block != nullptr && (word & gate_word::tracks) != 0) find_parent(*block);
  bool const timed = (word & gate_word::sampled) != 0 && block != nullptr && takes_sample(*block);
  call_step step = start(timed ? word | gate_word::clocked : word, options);
  if (step != call_step::attempt) step = wait_through(step);
  if (step == call_step::end) return {};
  gate().need_ticks();  // last: during a wait for the circuit nobody keeps them
  constexpr auto recorded = gate_word::not_closed | gate_word::judged_slow;
  if ((word & recorded) != 0 || was_asked() || timed) word |= gate_word::recorded;
  if ((word & gate_word::limited) != 0) word |= gate_word::shown;
  // Without a block all is recorded under the lock, and guards inside see nothing of this call.
  if (block == nullptr) return {(word & ~gate_word::tracks) | gate_word::recorded};
  if ((word & gate_word::tracks) == 0) return {word, block};
  return enter(word, *block, shown_.attempt_started());
}

// The call within whose attempt this one is made must be known before this one is let in: its
// deadline may have passed.
void blocking_call::find_parent(thread_block& mine) noexcept {
  std::size_t const depth = mine.depth();
  bool const known = went_slowly() && slow().within != nullptr;
  if (depth == 0 || depth >= thread_block::max_depth || known) return;
  slow().within = mine.frames[depth - 1].call;
}

// The first frame of a thread is left by a store of zero, without a look at the call's depth.
entry blocking_call::enter(std::uint64_t word, thread_block& mine, std::uint64_t started) noexcept {
  std::size_t const depth = mine.depth();
  if (depth >= thread_block::max_depth) return {word & ~gate_word::tracks, &mine};
  if (depth != 0 || went_slowly()) slow().depth = static_cast<std::uint32_t>(depth);
  if ((word & gate_word::live) != 0) {
    mine.frames[depth].policies.store(shown_.version, std::memory_order_relaxed);
  }
  mine.enter(depth, gate(), started, shown_);
  if (depth == 0) return {word, &mine};
  return {(word & ~gate_word::tracks) | gate_word::nested, &mine};
}

void blocking_call::leave(entry here) noexcept {
  if (here.has(gate_word::tracks)) here.block->leave_to(0);
  if (here.has(gate_word::nested)) here.block->leave_to(slow().depth);
}

thread_block* blocking_call::joined_block() noexcept {
  try {
    return &joined_thread_block();
  } catch (std::bad_alloc const&) {
    return nullptr;
  }
}

// ----- Waiting

call_step blocking_call::wait_through(call_step step) {
  // The cancellation of the thread may end a wait: what was taken for the attempt is given back.
  struct giving_up {
    ~giving_up() {
      if (waiting) call.give_up_waiting();
    }
    blocking_call& call;
    bool waiting;
  } unwound{*this, true};
  for (;;) {
    if (step == call_step::pause) {
      step = resumed(guarded().time().sleep_until(pause_until(), shown_.stop()));
    } else if (step == call_step::queue) {
      step = queued(wait_for_place());
    } else {
      unwound.waiting = false;
      return step;
    }
  }
}

queue_end blocking_call::wait_for_place() {
  queued_waiter mine{guarded().limits()->places};
  switch (mine.join()) {
    case queue_answer::given: return queue_end::given;
    case queue_answer::full: return queue_end::full;
    case queue_answer::queued: break;
  }
  if (mine.wait(guarded().time(), queue_until(), shown_.stop())) return queue_end::given;
  return shown_.stop().stop_requested() ? queue_end::stopped : queue_end::timed_out;
}

// ----- Ending an attempt

// All that most calls of a limited guard need.
void blocking_call::succeeded_limited(operation& guarded_by, entry here) noexcept {
  bool const usual = !here.has(gate_word::recorded | gate_word::nested) && !went_slowly();
  if (usual && gate().credit_success(gate_word::without_own_flags(here.word), *this_thread_block)) {
    leave(here);
    return leave_place(here.word);
  }
  succeeded_slowly(guarded_by, here);
}

void blocking_call::succeeded_slowly(operation& guarded_by, entry here) noexcept {
  if (gate_word::is_plain(here.word)) show_nothing_of(guarded_by);
  leave(here);
  bool const quick = !here.has(gate_word::recorded) || times_as_quick(here.word);
  bool const counts = quick && !was_asked() && shown_.number() == 1;
  std::uint64_t const began = gate_word::without_own_flags(here.word);
  bool const counted =
      counts && (gate().ignores_success(began) || gate().credit_success(began, *this_thread_block));
  tell_unhedged();
  if (counted) {
    leave_place(here.word);
  } else {
    instant const now = guarded().time().now();
    end_attempt(here.word, verdict::success, now);
    tell_success(now);
  }
  let_go_policies();
}

void blocking_call::abandon(operation& guarded_by, entry here) noexcept {
  if (gate_word::is_plain(here.word)) show_nothing_of(guarded_by);
  leave(here);
  end_attempt(here.word, verdict::abandoned, guarded().time().now());
  drop_story();
  let_go_policies();
}

void blocking_call::tell_unhedged() noexcept {
  hedge_gate const* const hedging = guarded().hedging();
  if (hedging == nullptr || !hedging->is_on() ||
      !guarded().first_to_tell(event_kind::unhedged_call))
    return;
  emit({.kind = event_kind::unhedged_call, .at = guarded().time().now()});
}

// ----- After a failure

entry blocking_call::again_after(operation& guarded_by, failure const& seen, entry here,
                                 std::optional<bool> wish) {
  if (gate_word::is_plain(here.word)) show_nothing_of(guarded_by);
  hold_own_policies();
  leave(here);
  tell_unhedged();
  if (slow().told == nullptr) slow().told = ::new (static_cast<void*>(story_room_)) story;
  call_step const step = wait_through(failed(revised(seen), here.word, wish));
  if (step != call_step::end) return begin_again(here);
  let_go_policies();
  return {};
}

entry blocking_call::begin_again(entry before) {
  constexpr auto in_a_frame = gate_word::tracks | gate_word::nested;
  std::uint64_t const word = before.word | gate_word::recorded;
  if (!before.has(in_a_frame)) return {word, before.block};
  return enter((word & ~gate_word::nested) | gate_word::tracks, *before.block,
               slow().again_started);
}

std::optional<failure> blocking_call::injected() {
  core::injected_fault const drawn = guarded().draw_fault(shown_.policies().fault_injection);
  if (drawn.latency > duration::zero()) {
    timekeeper& time = guarded().time();
    time.sleep_until(later(time.now(), drawn.latency), shown_.stop());
  }
  return drawn.fails;
}

}  // namespace holdfast
