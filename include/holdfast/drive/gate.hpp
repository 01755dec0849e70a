#pragma once

#include "holdfast/core/breaker_machine.hpp"
#include "holdfast/core/budget_machine.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

namespace holdfast {

/// The concurrent front of one operation's breaker and budget.
///
/// A success of a first attempt on a closed circuit can change no decision while no failure stands
/// against it. So it is only counted, and the machines are given the count, as a credit, before the
/// next decision that could depend on it. Every other result goes to the machines one by one, under
/// the lock.
///
/// Memory order: `word_` is written under the lock alone, with release; a call reads it once at its
/// start, with acquire, and once at its end. Where both reads give the same plain word, no decision
/// fell between them and the credit belongs to that generation. A transition that falls between the
/// second read and the addition finds the credit in the next sum: it then deposits to the budget,
/// which has no generations, and a closed breaker with no failures standing ignores it.
///
/// Cost: two loads and one relaxed addition for a success; a mutex for everything else.
class gate {
 public:
  gate(breaker const& options, budget const& tokens, random_bits random);

  /// The present state, to be read at the start of a call.
  [[nodiscard]] std::uint64_t word() const noexcept {
    return word_.load(std::memory_order_acquire);
  }

  /// Whether a call that starts under `word` needs no admission.
  [[nodiscard]] static constexpr bool is_plain(std::uint64_t word) noexcept {
    return (word & flags) == 0;
  }

  /// Counts a success of a first attempt that started under the plain word `started`; false where
  /// it must be recorded instead.
  [[nodiscard]] bool credit_success(std::uint64_t started) noexcept {
    if (word_.load(std::memory_order_acquire) != started) return false;
    first_successes_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }

  /// The permit of a call that started under the plain word `started`.
  [[nodiscard]] static core::permit permit_of(std::uint64_t started) noexcept {
    return {.generation = started >> flag_bits};
  }

  /// Asks the breaker for admission.
  [[nodiscard]] core::admission admit(instant now);

  /// Records one outcome. `first_attempt` says whether it deposits to the budget.
  std::optional<transition> record(core::permit const& pass, verdict outcome, bool first_attempt,
                                   instant now);

  /// Charges the budget for the retry that `decided` would make; stops where the circuit is open
  /// beyond the start of that attempt, so that no caller sleeps only to be refused.
  [[nodiscard]] core::retry_step allow(core::retry_step decided, instant now);

  /// Returns the token of a retry that will not start.
  void give_back();

  [[nodiscard]] breaker_state state() const;
  [[nodiscard]] double budget_tokens(instant now);

 private:
  static constexpr std::uint64_t not_closed = 1;
  static constexpr std::uint64_t watch = 2;  ///< successes must be recorded one by one
  static constexpr std::uint64_t flags = not_closed | watch;
  static constexpr unsigned flag_bits = 2;

  void settle_credits();
  void publish() noexcept;

  alignas(64) std::atomic<std::uint64_t> word_;
  alignas(64) std::atomic<std::uint64_t> first_successes_{0};
  alignas(64) mutable std::mutex mutex_;
  breaker breaker_options_;
  budget budget_options_;
  core::breaker_machine breaker_;
  core::budget_machine budget_;
};

}  // namespace holdfast
