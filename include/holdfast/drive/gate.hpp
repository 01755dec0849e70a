#pragma once

#include "holdfast/core/breaker_machine.hpp"
#include "holdfast/core/budget_machine.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"
#include "holdfast/drive/gate_word.hpp"
#include "holdfast/drive/shared_budget.hpp"
#include "holdfast/drive/thread_block.hpp"
#include "holdfast/drive/timekeeper.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

namespace holdfast {

/// What a gate does besides its breaker and budget; made from options by `operation`.
struct gate_plan {
  std::uint64_t flags = 0;           ///< of gate_word, those that say what the options ask for
  duration tick = duration::zero();  ///< how often the time must be published; zero: no need
  gate_word::epochs epochs{};        ///< of the tallies
  bool budgets_retries = false;      ///< calls may retry, and the budget is limited
  bool waits_for_circuit = false;  ///< calls may wait for an open circuit: none is refused unasked
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

/// What a gate knows, as a value. Instants are of its timekeeper's clock.
struct gate_snapshot {
  core::breaker_snapshot breaker{};
  std::optional<core::budget_snapshot> budget{};

  friend bool operator==(gate_snapshot const&, gate_snapshot const&) = default;
};

/// A refusal that an open circuit's last tick is enough for; none where default-constructed.
struct certain_refusal {
  /// How often the time is published for the sake of refusals.
  static constexpr duration tick = std::chrono::milliseconds{100};
  /// Near its end a wait is judged by the clock: a tick may be late.
  static constexpr duration judged_by_clock = 2 * tick;
  /// The tick of a wait without end.
  static constexpr std::uint64_t no_end = tick_of_instant(never_reached);

  std::uint64_t now = 0;    ///< the last tick; zero where there is no such refusal
  std::uint64_t until = 0;  ///< until when nobody need look again

  explicit operator bool() const noexcept { return now != 0; }
  [[nodiscard]] duration retry_after() const noexcept {
    if (until == no_end) return off;
    return duration{static_cast<duration::rep>(until - now)} + judged_by_clock;
  }
};

/// The concurrent front of one operation's breaker and budget.
///
/// A success of a first attempt on a closed circuit can only lower a rate, so nothing needs to be
/// decided about it. It is counted in a tally of the thread's own, {stamp, count}, with plain
/// stores; the machines are given what has come together, as a credit, before the next decision
/// that could depend on it. Everything else goes to the machines one by one, under the lock: a
/// failure, a slow success, the first success of a thread in a new epoch (a bucket may have left
/// the window), and every success while the word says `watch` (a consecutive count stands above
/// zero, or failures are counted and min_calls is not reached). Property tests show that the
/// decisions equal those of a machine that is told every result.
///
/// Memory order. Nothing is reached through the word or a tally, so all of it is relaxed:
/// - The word, and the stamp of every tally, are written under the lock alone. A call reads the
///   word at its start and at its end; where both agree with each other and with the stamp of its
///   tally, the success is counted under that stamp.
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
  gate(breaker const& circuit, budget const& tokens, shared_budget const& pool,
       gate_plan const& plan, timekeeper& time, random_bits random);
  gate(gate const&) = delete;
  gate& operator=(gate const&) = delete;
  ~gate();

  /// The present state, to be read at the start of a call.
  [[nodiscard]] std::uint64_t word() const noexcept {
    std::uint64_t const present = word_.load(std::memory_order_relaxed);
    if ((present & gate_word::always) == 0) __builtin_unreachable();
    return present;
  }

  /// The time of the last tick; 1 where the gate has no need of time, 0 where nobody publishes it.
  [[nodiscard]] std::uint64_t tick() const noexcept {
    return ticks_.load(std::memory_order_relaxed)->load(std::memory_order_relaxed);
  }

  /// Whether a success of an attempt that started under the word `started` needs neither be counted
  /// nor recorded.
  [[nodiscard]] bool ignores_success(std::uint64_t started) const noexcept {
    constexpr auto told = gate_word::counts | gate_word::watch | gate_word::not_closed;
    if ((started & told) != 0) [[unlikely]]
      return false;
    return word() == started;
  }

  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  [[nodiscard]] timekeeper& time() const noexcept { return time_; }

  /// Counts a success of a first attempt that started under the word `started`; false where it must
  /// be recorded instead. `mine` is the calling thread's block.
  [[nodiscard]] [[gnu::always_inline]] bool credit_success(std::uint64_t started,
                                                           thread_block const& mine) noexcept {
    if (word() != started) [[unlikely]]
      return false;
    tally_chunk* const chunk = mine.chunk_at(chunk_);
    if (chunk == nullptr) [[unlikely]]
      return false;
    tally& own = chunk->tally_at(bytes_to_tally_);
    std::uint64_t const stamp = started + epochs().at(tick());
    if (own.stamp.load(std::memory_order_relaxed) != stamp) [[unlikely]]
      return false;
    own.count.store(own.count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return true;
  }

  /// Counts a refusal by an open circuit, where the last tick alone makes it certain; where not,
  /// the breaker must be asked. Neither clock nor lock.
  [[nodiscard]] [[gnu::always_inline]] certain_refusal refuse_for_certain(
      thread_block const& mine) noexcept {
    std::uint64_t const now = clock_ticks_->load(std::memory_order_relaxed);
    std::uint64_t const until = refuses_until_.load(std::memory_order_relaxed);
    if (now - 1 >= until) return {};  // a tick of zero is no time: later than all
    tally_chunk* const chunk = mine.chunk_at(chunk_);
    if (chunk == nullptr) [[unlikely]]
      return {};
    auto& refused = chunk->account_at(bytes_to_tally_).refused;
    std::uint64_t const count = refused.load(std::memory_order_relaxed) + 1;
    if (count % refusals_by_tick == 0) [[unlikely]]
      return {};
    refused.store(count, std::memory_order_relaxed);
    return {now, until};
  }

  /// Wakes up whoever publishes the time, where a call needs it.
  void need_ticks() noexcept {
    duration const wanted{tick_.load(std::memory_order_relaxed)};
    if (wanted > duration::zero()) time_.need_ticks(wanted);
  }

  /// The flag `bounds` has served: what it asked for has been told.
  void clear_bounds() noexcept;

  /// Asks the breaker for admission.
  [[nodiscard]] core::admission admit(instant now, changes& changed);

  /// Records one outcome of an attempt that started under the word `started`, with `pass` where it
  /// was admitted by `admit`. `first_attempt` says whether it deposits to the budget.
  void record(std::uint64_t started, core::permit const* pass, verdict outcome, duration took,
              bool first_attempt, instant now, changes& changed);

  /// Counts a call that the open circuit has refused.
  void count_refusal() noexcept;
  /// Counts a success that no attempt of its own was counted for: a hedge has won.
  void count_success() noexcept;

  /// All calls ask for this from now on, beside what the options ask for.
  /// @param tick how often the time must be published for it, where it is not anyway
  void ask_for(std::uint64_t flags, duration tick) noexcept;

  /// Whether the circuit would refuse an attempt that starts at `start`, and until when.
  [[nodiscard]] instant open_beyond(instant start);

  /// Takes the token of a retry; false where the budget is empty.
  [[nodiscard]] bool withdraw(instant now, changes& changed);

  /// Returns the token of a retry that will not start.
  void give_back() noexcept;

  /// Whether the budget is in use: a guard that never retries deposits nothing, so it must not be
  /// charged for the retries of guards inside its calls.
  [[nodiscard]] bool budgets_retries() const noexcept {
    return budgets_retries_.load(std::memory_order_relaxed);
  }
  /// It is from now on: a call was told that it may retry.
  void budget_retries() noexcept;

  /// Equal for two gates that share a budget.
  [[nodiscard]] void const* budget_identity() noexcept;

  /// Exchanges the options and keeps state, generation, window and tokens as far as the new ones
  /// can hold them. The old ones may be gone when this returns. May throw bad_alloc; then nothing
  /// has changed.
  ///
  /// Where the width of epochs changes, the few successes that are just being counted are dated by
  /// the new one: too late by less than an epoch, or too early, and then perhaps out of the window.
  void reconfigure(breaker const& circuit, budget const& tokens, shared_budget const& pool,
                   gate_plan const& plan, instant now, changes& changed);

  /// What a look at the running calls has found.
  void hanging(int calls, instant now, changes& changed);

  void force(breaker_state override, std::string_view why, instant until, instant now,
             changes& changed);
  void reset(std::string_view why, instant now, changes& changed);

  /// All that breaker and budget know, as a value; the budget's only where it is not shared.
  [[nodiscard]] gate_snapshot snapshot(instant now, changes& changed);
  /// Takes up where a snapshot was made. Calls in progress become late: their results change
  /// nothing.
  void restore(gate_snapshot const& from, instant now);

  // See the functions of these names of core::breaker_machine. Those that may change its state do
  // nothing where it is no longer that of `generation`, and answer the one that it has then.
  void share(instant until, instant now);
  [[nodiscard]] core::breaker_shared_view look_for_sharing(instant now);
  std::optional<std::uint64_t> allow_probes(std::uint64_t generation, instant until, instant now,
                                            changes& changed);
  std::optional<std::uint64_t> adopt(std::uint64_t generation, core::found_elsewhere const& found,
                                     instant now, changes& changed);

  [[nodiscard]] breaker_stats stats(instant now, changes& changed);
  [[nodiscard]] breaker_state state();
  /// When the breaker began to count what it judges now.
  [[nodiscard]] instant counting_since() noexcept;
  [[nodiscard]] double budget_tokens(instant now, changes& changed);

  /// Calls that succeeded without a failure before, since the gate was made; nothing where they are
  /// not counted.
  [[nodiscard]] std::optional<std::uint64_t> successes();
  /// Refused calls.
  [[nodiscard]] std::uint64_t refusals() const noexcept;

 private:
  class locked;

  /// Every 256th refusal asks the clock, so that ticks that have stopped can't keep a circuit open.
  static constexpr std::uint64_t refusals_by_tick = 256;

  gate(breaker const& circuit, budget const& tokens, shared_budget const& pool,
       gate_plan const& plan, timekeeper& time, random_bits random, gate_number number);

  /// Gives the machines what the tallies have counted since the last time.
  void settle(instant now, changes& changed);
  void publish() noexcept;
  template <class Change>
  std::optional<std::uint64_t> unless_changed(std::uint64_t generation, instant now,
                                              changes& changed, Change const& change);
  void stamp_own_tally() noexcept;
  [[nodiscard]] tally_chunk* own_chunk() const noexcept;
  void deposit_one() noexcept;

  [[nodiscard]] gate_word::epochs epochs() const noexcept {
    return epochs_.load(std::memory_order_relaxed);
  }
  void follow(gate_plan const& plan) noexcept;

  // What a call reads: one cache line.
  std::atomic<std::uint64_t> word_{0};
  std::atomic<tick_source const*> ticks_;        ///< always 1 where no call needs the time
  tick_source const* clock_ticks_;               ///< those of the timekeeper
  std::atomic<std::uint64_t> refuses_until_{0};  ///< a tick; zero where the breaker must be asked
  std::uint32_t number_;
  std::uint32_t chunk_;           ///< of the number: where its tallies are
  std::uint32_t bytes_to_tally_;  ///< and where in there
  std::atomic<gate_word::epochs> epochs_;
  // What the locked path needs.
  fork_safe_lock lock_;
  timekeeper& time_;
  std::atomic<duration::rep> tick_;
  bool waits_for_circuit_;
  std::atomic<bool> budgets_retries_;
  int allowed_in_ = 0;  ///< by `forks_so_far`: where probes were allowed
  std::uint64_t flags_;
  std::uint64_t successes_ = 0;
  core::breaker_machine breaker_;
  core::budget_machine budget_;
  std::shared_ptr<budget_pool> pool_;  ///< in place of `budget_`, where not null
};

}  // namespace holdfast
