#pragma once

#include "holdfast/core/limiter_machine.hpp"

#include <atomic>
#include <cstdint>

namespace holdfast {

/// The concurrent front of one operation's limiter: its whole state is one word, exchanged without
/// a lock. Thread-safe. The decisions are those of `core::limiter_machine`.
///
/// A clock costs ten times as much as all the rest. Where the burst is large (64 turns or more) and
/// takes so long to come back that a tick is short beside it (0.64 s or more), a turn can be taken
/// by the last tick: admitted as of the tick, which is not later than now, and paid for as of
/// `slack` after it, which is not earlier. So the rate holds without a clock, and at most a
/// sixteenth of the burst is missing until `slack` has passed. A tick that comes later than that
/// costs precision: for as long as it is late.
class limiter_gate {
 public:
  /// Of the time in which the whole burst comes back, what may be paid for too early.
  static constexpr int slack_share = 16;

  explicit limiter_gate(limiter const& options) noexcept;
  limiter_gate(limiter_gate const&) = delete;
  limiter_gate& operator=(limiter_gate const&) = delete;
  ~limiter_gate() = default;

  /// How long after a tick the turns that it gives are paid for; zero where a clock must be read.
  [[nodiscard]] static duration slack_of(limiter const& options) noexcept;

  /// Whether a tick is as good as the clock.
  [[nodiscard]] bool goes_by_ticks() const noexcept { return slack_ > duration::zero(); }

  /// Takes a turn that starts at once, or none. `tick` is the last one, and not zero.
  [[nodiscard]] bool take_by_tick(instant tick) noexcept {
    std::int64_t seen = state_.load(std::memory_order_relaxed);
    for (std::int64_t next = seen; machine_.admit_by_lagging_clock(next, tick, slack_);
         next = seen) {
      if (state_.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  /// Takes the next turn, if it starts within `longest`.
  core::limiter_decision ask(instant now, duration longest) noexcept {
    std::int64_t seen = state_.load(std::memory_order_relaxed);
    for (;;) {
      core::limiter_decision const answer = machine_.decide(seen, now, longest);
      // Nothing is reached through the state, so its order to anything else does not matter.
      if (!answer.admitted || answer.next_state == seen ||
          state_.compare_exchange_weak(seen, answer.next_state, std::memory_order_relaxed)) {
        return answer;
      }
    }
  }

  /// Gives a turn back that was not used.
  /// @param turn the state that taking it has led to
  void give_back(std::int64_t turn) noexcept {
    core::limiter_decision const taken{.admitted = true, .next_state = turn};
    std::int64_t seen = state_.load(std::memory_order_relaxed);
    while (!state_.compare_exchange_weak(seen, machine_.give_back(seen, taken),
                                         std::memory_order_relaxed)) {
    }
  }

  /// Attempts that could start at `now`; below zero where some wait for their turn.
  [[nodiscard]] double tokens(instant now) const noexcept {
    return machine_.tokens(state_.load(std::memory_order_relaxed), now);
  }

 private:
  core::limiter_machine machine_;
  duration slack_;
  std::atomic<std::int64_t> state_{core::limiter_machine::full};
};

}  // namespace holdfast
