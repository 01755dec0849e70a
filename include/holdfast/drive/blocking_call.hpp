#pragma once

#include "holdfast/core/retry_machine.hpp"
#include "holdfast/core/story.hpp"
#include "holdfast/drive/attempt.hpp"
#include "holdfast/drive/call_context.hpp"
#include "holdfast/drive/call_options.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/refusal.hpp"

#include <optional>

namespace holdfast {

/// One guarded call in progress, on the stack of its caller: admission, attempts, waits and the
/// end. It asks the machines and obeys; a success at the first attempt runs inline and does nothing
/// else. Used by one thread.
///
/// Its owner must end every attempt that was begun with exactly one of `succeeded`, `again_after`
/// and `abandon`. There is no destructor that would do it: it would cost the happy path.
class blocking_call {
 public:
  /// @param options null where nothing is different for this call; must outlive it
  blocking_call(operation& guarded, call_options const* options) noexcept {
    shown_.guarded = &guarded;
    shown_.options = options;
  }
  blocking_call(blocking_call const&) = delete;
  blocking_call& operator=(blocking_call const&) = delete;
  ~blocking_call() = default;

  /// Asks for the first attempt. False where none may run; then `refused()` says why.
  [[nodiscard]] bool begin() {
    word_ = gate().word();
    constexpr auto detour = gate_word::not_closed | gate_word::clocked | gate_word::injects;
    if ((word_ & detour) != 0 || shown_.options != nullptr) [[unlikely]]
      return begin_slowly();
    if ((word_ & (gate_word::tracks | gate_word::counts)) == 0) return true;
    shown_.block = this_thread_block;
    std::uint64_t const tick = gate().tick();
    if (shown_.block == nullptr || tick == 0) [[unlikely]]
      return begin_slowly();
    shown_.call_started = tick;
    shown_.attempt_started = tick;
    return (word_ & gate_word::tracks) == 0 || enter();
  }

  /// The attempt to be made now.
  [[nodiscard]] attempt current() const noexcept { return attempt{shown_}; }

  /// The attempt succeeded; the call ends.
  void succeeded() noexcept {
    leave();
    if ((word_ & gate_word::judged_slow) != 0 ||
        !gate().credit_success(word_, shown_.block)) [[unlikely]]
      succeeded_slowly();
  }

  /// The attempt failed. True where another attempt is to be made now, after any wait; false where
  /// the call ends with this failure.
  /// @param wish what the caller's own predicate says about another attempt, in place of the
  ///             failure's advice; nothing where it has none
  [[nodiscard]] bool again_after(failure const& seen, std::optional<bool> wish = std::nullopt);

  /// The attempt ended without an outcome: its permit is given back.
  void abandon() noexcept;

  [[nodiscard]] refusal const& refused() const noexcept { return refused_; }

  /// Where faults are injected: waits as drawn, and answers the failure that takes the place of the
  /// attempt, or nothing where it is to run.
  [[nodiscard]] bool injects() const noexcept { return (word_ & gate_word::injects) != 0; }
  [[nodiscard]] std::optional<failure> injected();

 private:
  /// What only a call that failed at least once needs.
  struct trouble {
    core::retry_machine machine;
    story told;
    instant started;
  };

  [[nodiscard]] operation& guarded() const noexcept { return *shown_.guarded; }
  [[nodiscard]] holdfast::gate& gate() const noexcept { return shown_.guarded->gate(); }

  /// Writes this call into the thread's frames.
  [[nodiscard]] bool enter() noexcept {
    thread_block& mine = *shown_.block;
    shown_.depth = mine.depth.load(std::memory_order_relaxed);
    if (shown_.depth >= thread_block::max_depth) [[unlikely]]
      return enter_untracked();
    call_frame& frame = mine.frames[shown_.depth];
    frame.gate.store(gate().number(), std::memory_order_relaxed);
    frame.started.store(shown_.attempt_started, std::memory_order_relaxed);
    frame.call = &shown_;
    mine.depth.store(shown_.depth + 1, std::memory_order_relaxed);
    return true;
  }
  void leave() noexcept {
    if ((word_ & gate_word::tracks) != 0) {
      shown_.block->depth.store(shown_.depth, std::memory_order_relaxed);
    }
  }
  bool enter_untracked() noexcept;

  [[nodiscard]] bool begin_slowly();
  [[nodiscard]] bool refuses_for_certain();
  void join(std::uint64_t started);
  [[nodiscard]] bool is_over_before_it_began(instant now);
  [[nodiscard]] bool admit_first(instant now);
  [[nodiscard]] core::admission admit(instant now);
  [[nodiscard]] bool waits_for_circuit(instant now);

  void record(verdict outcome, instant now);
  void succeeded_slowly() noexcept;
  [[nodiscard]] bool is_quick() const noexcept;

  void open_trouble(instant now);
  void tell_failure(failure const& seen, instant now);
  [[nodiscard]] core::retry_step decide(failure const& seen, std::optional<bool> wish, instant now);
  [[nodiscard]] core::retry_step hold_to_circuit(core::retry_step decided, instant now);
  [[nodiscard]] bool pause_for(core::retry_step const& step, failure const& seen, instant now);
  [[nodiscard]] stop_reason begin_again();
  [[nodiscard]] bool end_with(stop_reason reason, failure const& seen, instant now);
  void deliver_story();

  void emit(event what);
  void tell_refusal(instant now);
  void tell_amplification(instant now);

  call_context shown_;
  std::uint64_t word_ = 0;
  bool admitted_ = false;  ///< by the breaker, with `pass_`
  core::permit pass_{};
  refusal refused_{};
  std::optional<trouble> trouble_;
};

}  // namespace holdfast
