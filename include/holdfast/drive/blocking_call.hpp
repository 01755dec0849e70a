#pragma once

#include "holdfast/core/retry_machine.hpp"
#include "holdfast/core/story.hpp"
#include "holdfast/drive/attempt.hpp"
#include "holdfast/drive/call_context.hpp"
#include "holdfast/drive/call_options.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/refusal.hpp"

#include <cstddef>
#include <new>
#include <optional>
#include <type_traits>

namespace holdfast {

/// Where a call stands that has been let in. Passed by value, in two registers: what lies in memory
/// would make each call wait for the stores of the one before it.
struct entry {
  std::uint64_t word = 0;         ///< the gate's, with the call's own flags; 0: no attempt may run
  thread_block* block = nullptr;  ///< of this thread; null where nothing is written there

  [[nodiscard]] bool has(std::uint64_t flags) const noexcept { return (word & flags) != 0; }
};

/// One guarded call in progress, on the stack of its caller: admission, attempts, waits and the
/// end. It asks the machines and obeys; a success at the first attempt runs inline and does nothing
/// else. Used by one thread.
///
/// Its owner must end every attempt that was begun with exactly one of `succeeded`, `again_after`
/// and `abandon`. There is no destructor that would do it: it would cost the happy path.
class blocking_call {
 public:
  blocking_call() noexcept = default;
  blocking_call(blocking_call const&) = delete;
  blocking_call& operator=(blocking_call const&) = delete;
  ~blocking_call() = default;

  /// Asks for the first attempt of a call of `guarded`, which every function here is told anew: its
  /// owner has it in a register. Where none may run, `refused()` says why; where faults are
  /// injected, `injecting()` has the entry: both look the same here, to keep it short.
  /// @param word          of its gate, read for this call
  /// @param options       null where nothing is different for this call; must outlive it
  /// @param takes_attempt whether the callable can be told its deadline
  [[nodiscard]] [[gnu::always_inline]] entry begin(operation& guarded, std::uint64_t word,
                                                   call_options const* options,
                                                   bool takes_attempt) {
    if (gate_word::is_plain(word) && options == nullptr) {
      if (takes_attempt) show_nothing_of(guarded);
      return {word};
    }
    // One condition at a time: compilers turn them into one branch each, not into arithmetic.
    constexpr auto detour = gate_word::not_closed | gate_word::ticked | gate_word::clocked |
                            gate_word::judged_slow | gate_word::injects;
    auto const slow = takes_attempt ? detour : detour | gate_word::bounds;
    if ((word & slow) != 0 || options != nullptr) [[unlikely]]
      return begin_slowly(guarded, word, options, takes_attempt);
    std::uint64_t const tick = guarded.gate().tick();
    thread_block* const block = this_thread_block;
    if (!block->is_free_at(tick)) [[unlikely]]
      return begin_slowly(guarded, word, options, takes_attempt);
    shown_.guarded = &guarded;
    shown_.detail = nullptr;
    shown_.call_started = tick;
    block->enter(0, guarded.gate(), tick, shown_);
    return {word, block};
  }

  /// The attempt to be made now.
  [[nodiscard]] attempt current() const noexcept { return attempt{shown_}; }

  /// The attempt succeeded; the call ends.
  [[gnu::always_inline]] void succeeded(operation& guarded, entry here) noexcept {
    if (!here.has(gate_word::flags & ~gate_word::always)) return;
    thread_block* mine = here.block;
    if (here.has(gate_word::tracks)) {
      mine->leave_to(0);
    } else {
      mine = this_thread_block;
    }
    if (here.has(gate_word::counts)) [[likely]] {
      if (guarded.gate().credit_success(here.word, *mine)) [[likely]]
        return;
    } else if (guarded.gate().ignores_success(here.word)) [[likely]] {
      return;
    }
    succeeded_slowly(guarded, here);
  }

  /// The attempt failed. Answers the next one, to be made now, after any wait; or word 0 where the
  /// call ends with this failure.
  /// @param wish what the caller's own predicate says about another attempt, in place of the
  ///             failure's advice; nothing where it has none
  [[nodiscard]] entry again_after(operation& guarded, failure const& seen, entry here,
                                  std::optional<bool> wish = std::nullopt);

  /// The attempt ended without an outcome: its permit is given back.
  void abandon(operation& guarded, entry here) noexcept;

  [[nodiscard]] refusal const& refused() const noexcept { return slow().refused; }

  /// Where `begin` answered word 0: the attempt to be made all the same, with faults injected; word
  /// 0 where none may run.
  [[nodiscard]] entry injecting() const noexcept { return slow().faulty; }

  /// Where faults are injected: waits as drawn, and answers the failure that takes the place of the
  /// attempt, or nothing where it is to run.
  [[nodiscard]] std::optional<failure> injected();

 private:
  /// What only a call that failed at least once needs.
  struct trouble {
    trouble(core::retry_machine const& judging, instant since) noexcept
        : machine{judging}, started{since} {}

    core::retry_machine machine;
    instant started;
    story told{};  // in its place from the start: two kilobytes
  };

  /// What only a call needs that takes the long way: it is not looked at before, so that the happy
  /// path need not clear it.
  struct slow_part : call_detail {
    core::permit pass{};  ///< of the present attempt, where the breaker was asked
    bool admitted = false;
    refusal refused{};
    entry faulty{};
    std::optional<trouble> failed{};
  };
  static_assert(std::is_trivially_destructible_v<slow_part>);

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
  [[nodiscard]] entry begin_slowly(operation& guarded, std::uint64_t word,
                                   call_options const* options, bool takes_attempt);
  [[nodiscard]] entry let_in(std::uint64_t word, call_options const* options);
  void find_parent(thread_block& mine) noexcept;
  [[nodiscard]] entry enter(std::uint64_t word, thread_block& mine, std::uint64_t started) noexcept;
  void leave(entry here) noexcept;
  [[nodiscard]] bool refuses_for_certain();
  [[nodiscard]] thread_block* joined_block() noexcept;
  [[nodiscard]] bool is_over_before_it_began(instant now);
  [[nodiscard]] bool admit_first(instant now);
  [[nodiscard]] core::admission admit(instant now);
  [[nodiscard]] stop_reason wait_for_circuit(instant& now);

  void record(entry here, verdict outcome, instant now);
  void succeeded_slowly(operation& guarded, entry here) noexcept;
  [[nodiscard]] bool was_asked() const noexcept { return went_slowly() && slow().admitted; }
  [[nodiscard]] bool is_quick(entry here) const noexcept;

  void open_trouble(instant now);
  void tell_failure(failure const& seen, instant now);
  [[nodiscard]] core::retry_step decide(failure const& seen, std::optional<bool> wish, instant now);
  [[nodiscard]] core::retry_step hold_to_circuit(core::retry_step decided, instant now);
  [[nodiscard]] bool pause_for(core::retry_step const& step, failure const& seen, instant now);
  [[nodiscard]] stop_reason admit_again();
  [[nodiscard]] entry begin_again(entry before);
  [[nodiscard]] entry end_with(stop_reason reason, failure const& seen, instant now);
  void end_story(stop_reason reason, instant now);
  void deliver_story();

  void emit(event what);
  void tell_refusal(instant now, stop_reason reason);
  void tell_unbounded();
  void tell_amplification(instant now);

  call_context shown_;
  alignas(slow_part) std::byte storage_[sizeof(slow_part)];  // NOLINT(*-avoid-c-arrays)
};

}  // namespace holdfast
