#pragma once

#include "holdfast/core/bulkhead_machine.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"

#include <atomic>
#include <cstdint>
#include <memory>

namespace holdfast {

/// Somebody who waits for a place in a bulkhead.
class place_waiter {
 public:
  place_waiter() = default;
  place_waiter(place_waiter const&) = delete;
  place_waiter& operator=(place_waiter const&) = delete;
  virtual ~place_waiter() = default;

  /// A place is its own now. Called once at most, by the thread that left the place, under no lock.
  virtual void place_given() noexcept = 0;

 private:
  friend class bulkhead_gate;

  std::shared_ptr<place_waiter> next_;  // behind this one in the queue, and kept alive by it
  place_waiter* before_ = nullptr;
  bool waits_ = false;
};

/// What became of the wish to wait.
enum class queue_answer { given, queued, full };

/// How a wait in the queue ended.
enum class queue_end { given, full, timed_out, stopped };

/// The concurrent front of one operation's bulkhead: who runs is counted in one word without a
/// lock; who waits stands in a queue under one. A place that is left while somebody waits is handed
/// to the first of the queue, so nobody barges in. The decisions are those of
/// `core::bulkhead_machine`.
///
/// Thread-safe. Cost of `enter` and of `leave`: one compare-and-swap while nobody waits. Memory:
/// the queue holds at most `max_waiting`. In the child of a fork the places of other threads are
/// free again, as soon as one is missed.
class bulkhead_gate {
 public:
  explicit bulkhead_gate(bulkhead const& options);
  bulkhead_gate(bulkhead_gate const&) = delete;
  bulkhead_gate& operator=(bulkhead_gate const&) = delete;
  ~bulkhead_gate() = default;

  /// Takes a place, where one is free and nobody waits.
  [[nodiscard]] bool enter() noexcept {
    std::uint64_t seen = counts_.load(std::memory_order_relaxed);
    // Also false where somebody waits: those stand in the high half.
    while (seen < places_.load(std::memory_order_relaxed)) {
      if (counts_.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire,
                                        std::memory_order_relaxed)) [[likely]]
        return true;
    }
    return enter_forked();
  }

  /// Gives a place back, or hands it on.
  void leave() noexcept {
    std::uint64_t seen = counts_.load(std::memory_order_relaxed);
    while (seen < one_waits) {
      if (seen == 0) return;  // taken before a fork
      if (counts_.compare_exchange_weak(seen, seen - 1, std::memory_order_release,
                                        std::memory_order_relaxed)) [[likely]]
        return;
    }
    hand_over();
  }

  /// Whether anybody may wait.
  [[nodiscard]] bool has_queue() const noexcept {
    return may_wait_.load(std::memory_order_relaxed);
  }

  /// Takes a place if one is free by now, or the last place of the queue, if that is free.
  [[nodiscard]] queue_answer queue(std::shared_ptr<place_waiter> const& waiter) noexcept;

  /// The waiter goes away. False where it has been given a place, which it must leave.
  [[nodiscard]] bool give_up(place_waiter& waiter) noexcept;

  /// Exchanges the options. Who runs or waits goes on; where there are more places, those who wait
  /// get them, and where there are fewer, nobody does until enough have left.
  void reconfigure(bulkhead const& options) noexcept;

  [[nodiscard]] int running() const noexcept { return snapshot().running; }
  [[nodiscard]] int waiting() const noexcept { return snapshot().waiting; }

 private:
  static constexpr std::uint64_t one_waits = std::uint64_t{1} << 32U;

  [[nodiscard]] static std::uint64_t packed(core::bulkhead_snapshot counts) noexcept;
  [[nodiscard]] core::bulkhead_snapshot snapshot() const noexcept;
  [[nodiscard]] bool enter_forked() noexcept;
  void hand_over() noexcept;
  [[nodiscard]] bool give_free_place() noexcept;
  [[nodiscard]] std::shared_ptr<place_waiter> unlink(place_waiter& waiter) noexcept;

  std::atomic<std::uint64_t> counts_{0};  ///< running in the low half, waiting in the high one
  std::atomic<std::uint64_t> places_;     ///< as many may run
  std::atomic<bool> may_wait_;
  bulkhead options_;  ///< under the lock
  int forks_seen_;
  fork_safe_lock lock_;  ///< for the queue, and for every change of the number that waits
  std::shared_ptr<place_waiter> first_;
  place_waiter* last_ = nullptr;
};

}  // namespace holdfast
