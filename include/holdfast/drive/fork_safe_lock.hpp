#pragma once

#include <atomic>

namespace holdfast {

/// A mutex of four bytes that outlives the loss of its owner in a fork.
///
/// The child of a fork has one thread; a lock that another thread held at that moment would stay
/// taken for ever. So the word says in which process the lock was taken, and a child takes over
/// what its parent's threads held. What the lock guards may then be half changed.
///
/// Cost: one compare-and-swap and one exchange while nobody else wants it; waiters sleep.
/// Source of the protocol: U. Drepper, "Futexes Are Tricky", 2011, section 5 (three states).
class fork_safe_lock {
 public:
  /// Waits for the lock. True where it was taken over from a thread that a fork left behind.
  [[nodiscard]] bool lock() noexcept {
    int seen = 0;
    if (word_.compare_exchange_strong(seen, this_process() | taken, std::memory_order_acquire)) {
      return false;
    }
    return lock_contended(seen);
  }

  void unlock() noexcept {
    if ((word_.exchange(0, std::memory_order_release) & contended) != 0) [[unlikely]]
      word_.notify_one();
  }

 private:
  static constexpr int taken = 1;      ///< and nobody waits
  static constexpr int contended = 2;  ///< taken, and somebody may wait

  /// The number of forks that led here, above the two bits of the state.
  [[nodiscard]] static int this_process() noexcept {
    return forks_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] bool lock_contended(int seen) noexcept;

  friend void count_forks() noexcept;
  friend int forks_so_far() noexcept;

  // NOLINTNEXTLINE(*-avoid-non-const-global-variables,readability-identifier-naming)
  static inline constinit std::atomic<int> forks_{0};
  std::atomic<int> word_{0};
};

/// Makes the children of forks recognise themselves. Safe to call often; called by whatever makes
/// locks, before the first one can be held.
void count_forks() noexcept;

/// Tells a process from its forked child; never negative.
[[nodiscard]] int forks_so_far() noexcept;

/// Holds a lock for a scope.
class [[nodiscard]] lock_holder {
 public:
  explicit lock_holder(fork_safe_lock& held) noexcept : held_{held}, torn_{held.lock()} {}
  lock_holder(lock_holder const&) = delete;
  lock_holder& operator=(lock_holder const&) = delete;
  ~lock_holder() { held_.unlock(); }

  /// Whether what the lock guards may be half changed, by a thread that no longer exists.
  [[nodiscard]] bool torn() const noexcept { return torn_; }

 private:
  fork_safe_lock& held_;
  bool torn_;
};

}  // namespace holdfast
