#pragma once

#include "holdfast/core/limiter_machine.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"

#include <array>
#include <atomic>
#include <cstddef>
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
///
/// Where the options can be exchanged, each use takes a lock: a state means something only to the
/// machine that made it.
class limiter_gate {
 public:
  /// Of the time in which the whole burst comes back, what may be paid for too early.
  static constexpr int slack_share = 16;

  /// @param changeable whether `reconfigure` may be called
  explicit limiter_gate(limiter const& options, bool changeable = false) noexcept;
  limiter_gate(limiter_gate const&) = delete;
  limiter_gate& operator=(limiter_gate const&) = delete;
  ~limiter_gate() = default;

  /// How long after a tick the turns that it gives are paid for; zero where a clock must be read.
  [[nodiscard]] static duration slack_of(limiter const& options) noexcept;

  /// Whether a tick is as good as the clock.
  [[nodiscard]] bool goes_by_ticks() const noexcept {
    return slack_.load(std::memory_order_relaxed) > 0;
  }

  /// Takes a turn that starts at once, or none. `tick` is the last one, and not zero.
  [[nodiscard]] bool take_by_tick(instant tick) noexcept {
    auto const held = held_still();
    duration const slack{slack_.load(std::memory_order_relaxed)};
    std::int64_t seen = state_.load(std::memory_order_relaxed);
    for (std::int64_t next = seen; machine().admit_by_lagging_clock(next, tick, slack);
         next = seen) {
      if (state_.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  /// Takes the next turn, if it starts within `longest`.
  core::limiter_decision ask(instant now, duration longest) noexcept {
    auto const held = held_still();
    std::int64_t seen = state_.load(std::memory_order_relaxed);
    for (;;) {
      core::limiter_decision const answer = machine().decide(seen, now, longest);
      // Nothing is reached through the state, so its order to anything else does not matter.
      if (!answer.admitted || answer.next_state == seen ||
          state_.compare_exchange_weak(seen, answer.next_state, std::memory_order_relaxed)) {
        return answer;
      }
    }
  }

  /// Gives a turn back that was not used. Nothing happens where another one was taken since, or the
  /// options were exchanged.
  /// @param turn the state that taking it has led to
  void give_back(std::int64_t turn) noexcept {
    auto const held = held_still();
    core::limiter_decision const taken{.admitted = true, .next_state = turn};
    std::int64_t seen = state_.load(std::memory_order_relaxed);
    while (!state_.compare_exchange_weak(seen, machine().give_back(seen, taken),
                                         std::memory_order_relaxed)) {
    }
  }

  /// Attempts that could start at `now`; below zero where some wait for their turn.
  [[nodiscard]] double tokens(instant now) noexcept {
    auto const held = held_still();
    return machine().tokens(state_.load(std::memory_order_relaxed), now);
  }

  /// Exchanges the options and keeps the turns that are left, up to the new burst.
  void reconfigure(limiter const& options, instant now) noexcept;

 private:
  /// Holds the lock for a scope, where there is need of it.
  class scope {
   public:
    explicit scope(fork_safe_lock* needed) noexcept : held_{needed} {
      if (held_ != nullptr) static_cast<void>(held_->lock());
    }
    scope(scope const&) = delete;
    scope& operator=(scope const&) = delete;
    ~scope() {
      if (held_ != nullptr) held_->unlock();
    }

   private:
    fork_safe_lock* held_;
  };

  [[nodiscard]] scope held_still() noexcept { return scope{changeable_ ? &lock_ : nullptr}; }
  [[nodiscard]] core::limiter_machine const& machine() const noexcept {
    return machines_[in_use_.load(std::memory_order_relaxed)];
  }

  // Two, so that a thread which a fork leaves behind leaves one that is whole.
  std::array<core::limiter_machine, 2> machines_;
  std::atomic<std::size_t> in_use_{0};
  std::atomic<duration::rep> slack_;
  std::atomic<std::int64_t> state_{core::limiter_machine::full};
  fork_safe_lock lock_;  ///< where changeable
  bool changeable_;
};

}  // namespace holdfast
