#pragma once

#include "holdfast/drive/guarded_call.hpp"

#include <cstddef>
#include <optional>

namespace holdfast {

/// One guarded call in progress, on the stack of its caller: admission, attempts, waits and the
/// end. It asks the machines and obeys; a success at the first attempt runs inline and does nothing
/// else. Used by one thread.
///
/// Its owner must end every attempt that was begun with exactly one of `succeeded`, `again_after`
/// and `abandon`. There is no destructor that would do it: it would cost the happy path.
class blocking_call : public guarded_call {
 public:
  blocking_call() noexcept = default;

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
                            gate_word::judged_slow | gate_word::injects | gate_word::limited |
                            gate_word::live | gate_word::sampled;
    auto const slow = takes_attempt ? detour : detour | gate_word::bounds;
    if ((word & slow) != 0 || options != nullptr) [[unlikely]] {
      // Not `== sampled`: that would keep a copy of what the condition above only tests.
      if ((word & slow & ~gate_word::sampled) == 0 && options == nullptr) {
        if (entry const quick = begin_untimed(guarded, word); quick.word != 0) [[likely]]
          return quick;
      }
      if ((word & (gate_word::limited | gate_word::live)) != 0) {
        return begin_out_of_line(guarded, word, options, takes_attempt);
      }
      return begin_slowly(guarded, word, options, takes_attempt);
    }
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

  /// The attempt succeeded; the call ends.
  [[gnu::always_inline]] void succeeded(operation& guarded, entry here) noexcept {
    if (!here.has(gate_word::flags & ~gate_word::always)) return;
    if (here.has(gate_word::tracks)) {
      here.block->leave_to(0);
    } else {
      here.block = this_thread_block;
    }
    if (here.has(gate_word::counts)) [[likely]] {
      if (guarded.gate().credit_success(here.word, *here.block)) [[likely]]
        return;
    } else if (guarded.gate().ignores_success(here.word)) [[likely]] {
      return;
    }
    if (here.has(gate_word::limited)) return succeeded_limited(guarded, here);
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

  /// Where `begin` answered word 0: the attempt to be made all the same, with faults injected; word
  /// 0 where none may run.
  [[nodiscard]] entry injecting() const noexcept { return slow().faulty; }

  /// Where faults are injected: waits as drawn, and answers the failure that takes the place of the
  /// attempt, or nothing where it is to run.
  [[nodiscard]] std::optional<failure> injected();

 private:
  /// A call of a sampled gate that is none of those that are timed, begun as if there were none;
  /// word 0 where it is one, or can't be begun so.
  [[nodiscard]] [[gnu::always_inline]] entry begin_untimed(operation& guarded,
                                                           std::uint64_t word) noexcept {
    std::uint64_t const tick = guarded.gate().tick();
    thread_block* const block = this_thread_block;
    bool const tracked = (word & gate_word::tracks) != 0;
    if ((tracked && !block->is_free_at(tick)) || block->is_sample_due()) return {};
    show_nothing_of(guarded);
    shown_.call_started = tick;
    if (!tracked) return {word};
    block->enter(0, guarded.gate(), tick, shown_);
    return {word, block};
  }
  /// @param word says that the guard is limited, or that its policies are live
  [[nodiscard]] entry begin_out_of_line(operation& guarded, std::uint64_t word,
                                        call_options const* options, bool takes_attempt);
  // Apart, so that what is quick saves no registers for what is not.
  [[nodiscard]] [[gnu::noinline]] entry begin_slowly(operation& guarded, std::uint64_t word,
                                                     call_options const* options,
                                                     bool takes_attempt);
  [[nodiscard]] entry begin_at_once(std::uint64_t word, bool takes_attempt) noexcept;
  [[nodiscard]] bool read_policies(std::uint64_t word, thread_block& mine) noexcept;
  [[nodiscard]] entry let_in(std::uint64_t word, call_options const* options);
  [[nodiscard]] entry begin_again(entry before);
  /// Waits for as long as `step` says so.
  [[nodiscard]] call_step wait_through(call_step step);
  [[nodiscard]] queue_end wait_for_place();

  void find_parent(thread_block& mine) noexcept;
  [[nodiscard]] entry enter(std::uint64_t word, thread_block& mine, std::uint64_t started) noexcept;
  void leave(entry here) noexcept;
  [[nodiscard]] thread_block* joined_block() noexcept;

  void succeeded_limited(operation& guarded, entry here) noexcept;
  [[gnu::noinline]] void succeeded_slowly(operation& guarded, entry here) noexcept;
  /// A thread can't be in two attempts: says so, once a guard.
  void tell_unhedged() noexcept;

  // Two kilobytes that a call touches only where it has failed.
  alignas(story) std::byte story_room_[sizeof(story)];  // NOLINT(*-avoid-c-arrays)
};

}  // namespace holdfast
