#pragma once

#include "holdfast/drive/fork_safe_lock.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace holdfast {

class gate;
struct operation_options;

/// The policies that one operation had from one exchange to the next.
struct policies_version {
  std::shared_ptr<operation_options const> options;
  std::uint64_t flags = 0;  ///< what the gate's word says of them
  std::atomic<std::uint32_t> holders{0};
  // For live_policies alone, under its lock:
  policies_version* older = nullptr;
  bool in_a_frame = false;
};

/// The policies of an operation that may be exchanged while it is called. Each call uses one
/// version to its end; an exchange frees the earlier ones that no call uses any more.
///
/// Two kinds of calls keep a version alive. One that goes the quick way has written itself into the
/// first frame of its thread before it reads `present`, and notes there what it read: so whoever
/// frees looks through the frames, after a barrier in all threads of the process (membarrier(2)),
/// and pays for both sides; the call pays two plain stores. This is a hazard pointer (M. Michael,
/// "Hazard Pointers", 2004) with the asymmetric fence of J. Preshing and of Folly. All other calls
/// are counted as `holders`.
///
/// Thread-safe. Memory: the present version, and those that calls use. Where the kernel has no
/// membarrier (before 4.14), earlier versions are kept until the operation ends.
class live_policies {
 public:
  live_policies(std::shared_ptr<operation_options const> first, std::uint64_t flags);
  live_policies(live_policies const&) = delete;
  live_policies& operator=(live_policies const&) = delete;
  ~live_policies();

  /// For a call that is in a frame of its thread, and notes there what it has got.
  [[nodiscard]] policies_version& present() const noexcept {
    return *present_.load(std::memory_order_acquire);
  }

  /// The present version, kept until it is given to `let_go`.
  [[nodiscard]] policies_version& hold() noexcept;

  /// Keeps a version that the caller's frame, or another holder, keeps already.
  static void hold_too(policies_version& one) noexcept {
    one.holders.fetch_add(1, std::memory_order_relaxed);
  }
  /// Released: what the call has read may be freed by whoever sees that it is let go.
  static void let_go(policies_version& one) noexcept {
    one.holders.fetch_sub(1, std::memory_order_release);
  }

  /// Makes `next` the present version. Whoever asks `hold` meanwhile waits, so what `tell_others`
  /// changes belongs together with it. Where that throws, nothing has changed.
  /// @param of the operation's gate, for whose calls the frames are searched
  template <class TellOthers>
  void exchange(std::shared_ptr<operation_options const> next, std::uint64_t flags, gate const& of,
                TellOthers const& tell_others) {
    auto made = std::make_unique<policies_version>(std::move(next), flags);
    lock_holder const held{lock_};
    tell_others();
    made->older = present_.load(std::memory_order_relaxed);
    present_.store(made.release(), std::memory_order_release);
    free_unused(of);
  }

  /// How many versions are kept.
  [[nodiscard]] std::size_t kept() noexcept;

 private:
  void free_unused(gate const& of) noexcept;
  void mark_those_in_frames(gate const& of) noexcept;

  fork_safe_lock lock_;
  std::atomic<policies_version*> present_;  ///< the newest; the others hang on it
};

}  // namespace holdfast
