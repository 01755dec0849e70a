#pragma once

#include "holdfast/core/retry_machine.hpp"
#include "holdfast/core/story.hpp"
#include "holdfast/drive/attempt.hpp"
#include "holdfast/drive/bulkhead_gate.hpp"
#include "holdfast/drive/call_context.hpp"
#include "holdfast/drive/call_options.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/refusal.hpp"

#include <cstddef>
#include <new>
#include <optional>
#include <type_traits>

namespace holdfast {

/// What a driver is to do next about a call.
enum class call_step {
  attempt,  ///< make the attempt
  pause,    ///< wait until `pause_until`, or a stop; then tell `resumed`
  queue,    ///< wait in the bulkhead's queue until `queue_until`, or a stop; then tell `queued`
  end       ///< nothing: the call is over, or `refused` says why no attempt may run
};

/// Where a call stands that has been let in. Passed by value, in two registers: what lies in memory
/// would make each call wait for the stores of the one before it.
struct entry {
  std::uint64_t word = 0;         ///< the gate's, with the call's own flags; 0: no attempt may run
  thread_block* block = nullptr;  ///< of this thread; null where nothing is written there

  [[nodiscard]] bool has(std::uint64_t flags) const noexcept { return (word & flags) != 0; }
};

/// One guarded call in progress, whatever executes it: it asks the machines, step by step, and says
/// what is to be done. It never waits. Drivers derive from it: `blocking_call` waits in the thread,
/// `coroutine_call` leaves the waiting to the executor.
///
/// Used by one thread at a time.
class guarded_call {
 public:
  guarded_call(guarded_call const&) = delete;
  guarded_call& operator=(guarded_call const&) = delete;

  /// The attempt to be made now.
  [[nodiscard]] attempt current() const noexcept { return attempt{shown_}; }

  [[nodiscard]] refusal const& refused() const noexcept { return slow().refused; }

  /// Takes the tokens of one more attempt: one from the budget of the call, and of each call around
  /// it that has one in use; a budget that several of them share is charged once. All of them or
  /// none.
  /// @param taken a bit for each that paid, to be given back unless the attempt starts
  [[nodiscard]] static bool take_tokens(call_context const& of, instant now, std::uint32_t& taken);
  static void give_tokens_back(call_context const& of, std::uint32_t& taken) noexcept;

 protected:
  /// What only a call that failed at least once needs, or that waits.
  struct trouble {
    explicit trouble(core::retry_machine const& judging) noexcept : machine{judging} {}

    core::retry_machine machine;
    std::uint32_t tokens = 0;  ///< a bit for each budget that has paid for the next attempt
    bool ran = false;          ///< whether an attempt has failed: not only a circuit was waited for
    bool last_told = false;    ///< that attempt_failed has told the last failure
    int retries = 0;           ///< that have started
  };

  enum class pause_kind { none, before_attempt, for_turn };

  /// What only a call needs that takes the long way: it is not looked at before, so that the happy
  /// path need not clear it.
  struct slow_part : call_detail {
    core::permit pass{};  ///< of the present attempt, where the breaker was asked
    bool admitted = false;
    bool has_place = false;  ///< in the bulkhead, while something is still waited for
    bool sampled = false;    ///< its duration is taken, by the clock
    pause_kind pausing = pause_kind::none;
    instant pause_until{};
    std::int64_t turn = 0;  ///< of the limiter, that is waited for
    refusal refused{};
    entry faulty{};
    std::optional<trouble> failed{};
    story* told = nullptr;             ///< null where nobody will read it
    bool told_on_heap = false;         ///< and is to be freed
    policies_version* held = nullptr;  ///< to be let go; null where a frame keeps them, or fixed
  };
  static_assert(std::is_trivially_destructible_v<slow_part>);

  guarded_call() noexcept = default;
  ~guarded_call() = default;

  [[nodiscard]] operation& guarded() const noexcept { return *shown_.guarded; }
  [[nodiscard]] holdfast::gate& gate() const noexcept { return shown_.guarded->gate(); }
  [[nodiscard]] slow_part& slow() noexcept {
    if (shown_.detail == nullptr) shown_.detail = ::new (static_cast<void*>(storage_)) slow_part;
    return static_cast<slow_part&>(*shown_.detail);
  }
  [[nodiscard]] bool went_slowly() const noexcept { return shown_.detail != nullptr; }
  [[nodiscard]] slow_part const& slow() const noexcept {
    return static_cast<slow_part const&>(*shown_.detail);
  }

  /// What the plain way has left out.
  void show_nothing_of(operation& guarded) noexcept {
    shown_.guarded = &guarded;
    shown_.detail = nullptr;
    shown_.call_started = 0;
  }

  /// Notes when the call begins, by a tick or a look at the clock, and asks for the first attempt:
  /// whether there is time, then the breaker, where the word says so, bulkhead and limiter.
  [[nodiscard]] call_step start(std::uint64_t word, call_options const* options);

  /// The failure as the guard's rules make it.
  [[nodiscard]] failure revised(failure const& seen) const noexcept;
  /// Records that the attempt failed, and decides what comes next.
  [[nodiscard]] call_step failed(failure const& seen, std::uint64_t word, std::optional<bool> wish);
  /// Notes a failed attempt, of which `of` tells number and start.
  void tell_failure(failure const& seen, call_context const& of, instant now);
  /// Decides what comes after a failure that was recorded and told.
  [[nodiscard]] call_step next_after(failure const& seen, std::optional<bool> wish, instant now);
  /// The pause is over: it was `reached`, or a stop ended it.
  [[nodiscard]] call_step resumed(bool reached);

  [[nodiscard]] instant pause_until() const noexcept { return slow().pause_until; }

  /// Until when a place may be waited for.
  [[nodiscard]] instant queue_until() const noexcept;
  /// The wait in the queue is over, or did not begin: it was full.
  [[nodiscard]] call_step queued(queue_end how);

  /// Holds the present policies of a guard whose policies are live, for a call that is in no frame
  /// yet; answers the word that belongs to them.
  [[nodiscard]] std::uint64_t hold_policies(std::uint64_t word) noexcept;
  /// Holds the policies that the call began with, before its frame is left.
  void hold_own_policies() noexcept;
  void let_go_policies() noexcept;

  /// The call is abandoned while it waits: what was taken for its next attempt is given back.
  void give_up_waiting() noexcept;

  /// Gives back what the attempt held, and records its outcome.
  void end_attempt(std::uint64_t word, verdict outcome, instant now);
  /// Gives back the place of an attempt that ran under this word.
  void leave_place(std::uint64_t word) noexcept {
    if ((word & gate_word::limited) != 0) guarded().limits()->places.leave();
  }
  /// What is told after a success that came late, or after a wait.
  /// @param counted as one that came at once: attempts beside it have failed, and were told
  void tell_success(instant now, bool counted = false);
  [[nodiscard]] bool was_asked() const noexcept { return went_slowly() && slow().admitted; }
  /// Whether a success that is not simply counted is of a first attempt and quick enough to be
  /// counted all the same. Records how long it took, where that is wanted.
  [[nodiscard]] bool times_as_quick(std::uint64_t word) const noexcept;
  /// Whether this call of a sampled gate is one of those that are timed.
  [[nodiscard]] bool takes_sample(thread_block& mine) noexcept;
  [[nodiscard]] bool is_sampled() const noexcept { return went_slowly() && slow().sampled; }

  /// What the last tick knows for certain needs neither clock nor lock.
  [[nodiscard]] bool refuses_for_certain();
  void tell_unbounded();
  void emit(event what);
  /// Frees a story that was made on the heap.
  void drop_story() noexcept;

  call_context shown_;

 private:
  [[nodiscard]] bool is_first() const noexcept { return !slow().failed || !slow().failed->ran; }
  [[nodiscard]] bool is_probe() const noexcept {
    return was_asked() && slow().pass.probe_place != core::permit::no_place;
  }
  [[nodiscard]] bool is_over_before_it_began(instant now);
  [[nodiscard]] call_step ask_circuit(instant now);
  [[nodiscard]] bool admit(instant now);
  [[nodiscard]] call_step wait_for_circuit(instant now);
  [[nodiscard]] call_step take_place(instant now);
  [[nodiscard]] call_step take_turn(instant now);
  [[nodiscard]] call_step turn_came(bool reached, instant now);
  [[nodiscard]] bool still_admitted(instant now);
  [[nodiscard]] call_step begin_attempt(instant now);
  [[nodiscard]] call_step refuse(refusal::cause why, duration retry_after, stop_reason reason,
                                 instant now);
  [[nodiscard]] call_step end_with(stop_reason reason, instant now);
  void give_admission_back(instant now);

  void open_trouble(instant now);
  [[nodiscard]] duration last_took() const noexcept;
  [[nodiscard]] core::retry_step decide(failure const& seen, std::optional<bool> wish, instant now);
  [[nodiscard]] core::retry_step hold_to_circuit(core::retry_step decided, instant now);
  void end_story(stop_reason reason, instant now);
  void deliver_story();

  void tell_refusal(instant now, stop_reason reason);
  void tell_amplification(instant now);

  alignas(slow_part) std::byte storage_[sizeof(slow_part)];  // NOLINT(*-avoid-c-arrays)
};

}  // namespace holdfast
