#pragma once

#include "holdfast/core/breaker_machine.hpp"
<<<<<<< HEAD
#include "holdfast/core/budget.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"
#include "holdfast/drive/thread_block.hpp"
#include "holdfast/drive/timekeeper.hpp"
=======
#include "holdfast/core/budget_machine.hpp"
>>>>>>> main

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

namespace holdfast {

/// The word in which a gate says all that a call must know: the breaker's generation, and flags.
/// Its low bits are zero: there a tally's stamp carries the epoch, a stretch of time.
namespace gate_word {

inline constexpr unsigned epoch_bits = 36;
inline constexpr std::uint64_t flag(unsigned n) { return std::uint64_t{1} << (epoch_bits + n); }

inline constexpr std::uint64_t not_closed = flag(0);  ///< a call needs the breaker's admission
inline constexpr std::uint64_t watch = flag(1);       ///< a success must be recorded one by one
inline constexpr std::uint64_t counts = flag(2);      ///< successes matter to window or budget
inline constexpr std::uint64_t tracks = flag(3);      ///< calls can be seen by guards inside them
inline constexpr std::uint64_t clocked = flag(4);     ///< attempts need the time that a clock tells
inline constexpr std::uint64_t judged_slow = flag(5);  ///< the duration of an attempt matters
inline constexpr std::uint64_t injects = flag(6);     ///< faults are injected

inline constexpr std::uint64_t detoured = flag(7);  ///< of a call alone: it went the long way

inline constexpr unsigned generation_shift = epoch_bits + 8;
inline constexpr std::uint64_t options = counts | tracks | clocked | judged_slow | injects;

[[nodiscard]] constexpr std::uint64_t generation_bits(std::uint64_t generation) noexcept {
  return generation << generation_shift;
}
[[nodiscard]] constexpr bool same_generation(std::uint64_t word, std::uint64_t generation) noexcept {
  return word >> generation_shift == generation_bits(generation) >> generation_shift;
}

[[nodiscard]] constexpr std::uint64_t epoch_of(std::uint64_t stamp) noexcept {
  return stamp & (flag(0) - 1);
}

}  // namespace gate_word

/// What a gate does besides its breaker and budget; made from options by `operation`.
struct gate_plan {
  std::uint64_t flags = 0;          ///< of gate_word::options
  duration tick = duration::zero();  ///< how often the time must be published; zero: no need
  unsigned epoch_shift = no_epochs;  ///< an epoch is 2^shift nanoseconds

  static constexpr unsigned no_epochs = 63;
};

/// The changes of state that one event has caused; two where credits tripped and a wait then ended.
class changes {
 public:
  void add(std::optional<transition> const& one) noexcept {
    if (one && count_ < kept_.size()) kept_[count_++] = *one;
  }
  [[nodiscard]] transition const* begin() const noexcept { return kept_.data(); }
  [[nodiscard]] transition const* end() const noexcept { return kept_.data() + count_; }

 private:
  std::array<transition, 2> kept_{};
  std::size_t count_ = 0;
};

/// The concurrent front of one operation's breaker and budget.
///
/// A success of a first attempt on a closed circuit can only lower a rate, so nothing needs to be
/// decided about it. It is counted in a tally of the thread's own, {stamp, count}, with plain
/// stores; the machines are given what has come together, as a credit, before the next decision
/// that could depend on it. Everything else goes to the machines one by one, under the lock: a
/// failure, a slow success, the first success of a thread in a new epoch (a bucket may have left the
/// window), and every success while the word says `watch` (a consecutive count stands above zero, or
/// failures are counted and min_calls is not reached). Property tests show that the decisions equal
/// those of a machine that is told every result.
///
/// Memory order. Nothing is reached through the word or a tally, so all of it is relaxed:
/// - The word, and the stamp of every tally, are written under the lock alone. A call reads the word
///   at its start and at its end; where both agree with each other and with the stamp of its tally,
///   the success is counted under that stamp.
/// - If a transition falls between that read and the count, the tally still carries the old stamp,
///   and the next sum knows the credit for what it is: a late result, which deposits to the budget
///   (that has no generations) and changes nothing else.
/// - A count has one writer and never goes back. A sum that happens after a success, by any order
///   the program has made, sees it, since reads of one atomic never go back behind that order; one
///   that happens at the same time may see it or not, and both are an order of events that could
///   have been.
/// - A tally is settled under the lock: what a gate took last time is kept beside it, so no success
///   is taken twice or lost, also when a thread ends and another one takes its block over.
///
/// Cost of a success: three loads that hit the thread's or a shared cache line, one store, no
/// read-modify-write; of everything else: the lock and a walk over the blocks of all threads.
class gate {
 public:
  gate(breaker const& circuit, budget const& tokens, gate_plan const& plan, timekeeper& time,
       random_bits random);
  gate(gate const&) = delete;
  gate& operator=(gate const&) = delete;
  ~gate();

  /// The present state, to be read at the start of a call.
  [[nodiscard]] std::uint64_t word() const noexcept {
    return word_.load(std::memory_order_relaxed);
  }

  /// The time of the last tick; 1 where the gate has no need of time, 0 where nobody publishes it.
  [[nodiscard]] std::uint64_t tick() const noexcept {
    return ticks_->load(std::memory_order_relaxed);
  }

  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  [[nodiscard]] timekeeper& time() const noexcept { return time_; }

  /// Counts a success of a first attempt that started under the word `started`; false where it must
  /// be recorded instead. `mine` is the calling thread's block, or null.
  [[nodiscard]] bool credit_success(std::uint64_t started, thread_block const* mine) noexcept {
    if (word() != started) return false;
    constexpr auto told = gate_word::counts | gate_word::watch | gate_word::not_closed;
    if ((started & told) == 0) return true;
    if (mine == nullptr) return false;
    tally_chunk* const chunk = mine->chunk(number_);
    if (chunk == nullptr) return false;
    tally& own = chunk->tallies[thread_block::place_of(number_)];
    std::uint64_t const stamp = started + (tick() >> epoch_shift_);
    if (own.stamp.load(std::memory_order_relaxed) != stamp) return false;
    own.count.store(own.count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return true;
  }

  /// How long an open circuit refuses for certain, judged by the last tick alone; zero where the
  /// breaker must be asked.
  [[nodiscard]] duration certain_refusal(thread_block* mine) noexcept;

  /// Wakes up whoever publishes the time, where a call needs it.
  void need_ticks() noexcept {
    if (tick_ > duration::zero()) time_.need_ticks(tick_);
  }

  /// Asks the breaker for admission.
  [[nodiscard]] core::admission admit(instant now, changes& changed);

  /// Records one outcome of an attempt that started under the word `started`, with `pass` where it
  /// was admitted by `admit`. `first_attempt` says whether it deposits to the budget.
  void record(std::uint64_t started, core::permit const* pass, verdict outcome, duration took,
              bool first_attempt, instant now, changes& changed);

  /// Whether the circuit would refuse an attempt that starts at `start`, and until when.
  [[nodiscard]] instant open_beyond(instant start);

  /// Takes the token of a retry; false where the budget is empty.
  [[nodiscard]] bool withdraw(instant now);

  /// Returns the token of a retry that will not start.
  void give_back();

  /// What a look at the running calls has found.
  void hanging(int calls, instant now, changes& changed);

  void force(breaker_state override, std::string_view why, instant until, instant now,
             changes& changed);
  void reset(std::string_view why, instant now, changes& changed);

  [[nodiscard]] breaker_stats stats(instant now, changes& changed);
  [[nodiscard]] breaker_state state();
  [[nodiscard]] double budget_tokens(instant now, changes& changed);

  /// First attempts that succeeded, since the gate was made; refused calls.
  [[nodiscard]] std::uint64_t successes();
  [[nodiscard]] std::uint64_t refusals() const noexcept;

 private:
  class locked;

  gate(breaker const& circuit, budget const& tokens, gate_plan const& plan, timekeeper& time,
       random_bits random, gate_number number);

  /// Gives the machines what the tallies have counted since the last time.
  void settle(instant now, changes& changed);
  void publish() noexcept;
  void stamp_own_tally() noexcept;

<<<<<<< HEAD
  // What a call reads: one cache line.
  std::atomic<std::uint64_t> word_{0};
  tick_source const* ticks_;                     ///< always 1 where no call needs the time
  tick_source const* clock_ticks_;               ///< those of the timekeeper
  std::atomic<std::uint64_t> refuses_until_{0};  ///< in ticks; zero where the breaker must be asked
  std::uint32_t number_;
  unsigned epoch_shift_;
  // What the locked path needs.
  fork_safe_lock lock_;
  timekeeper& time_;
  duration tick_;
  std::uint64_t flags_;
  std::uint64_t successes_ = 0;
=======
  alignas(64) std::atomic<std::uint64_t> word_;
  alignas(64) std::atomic<std::uint64_t> first_successes_{0};
  alignas(64) mutable std::mutex mutex_;
  breaker breaker_options_;
  budget budget_options_;
>>>>>>> main
  core::breaker_machine breaker_;
  core::budget_machine budget_;
};

}  // namespace holdfast
