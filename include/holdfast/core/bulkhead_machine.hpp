#pragma once

#include "holdfast/core/bulkhead.hpp"

namespace holdfast::core {

/// What a bulkhead says to one attempt.
enum class bulkhead_answer {
  admitted,  ///< it has a place, and must leave
  queue,     ///< it waits, until it is handed a place or gives up
  refuse,    ///< no place, and none to wait in
};

/// How full a bulkhead is, as a value.
struct bulkhead_snapshot {
  int running = 0;
  int waiting = 0;

  friend bool operator==(bulkhead_snapshot const&, bulkhead_snapshot const&) = default;
};

/// Counts who runs and who waits. Who waits, and in what order, its driver knows: it hands each
/// place to the one that has waited longest. While somebody waits no place is free, so nobody can
/// barge in: a place that is left goes to who waits, and not back to be asked for.
///
/// It counts while it is switched off as well, so that it can be switched on while calls run.
/// No I/O, no clock, no locks, no allocation. Memory: 16 bytes. Not thread-safe.
/// Source: the semaphore with FIFO hand-over, as golang.org/x/sync/semaphore has it.
class bulkhead_machine {
 public:
  explicit bulkhead_machine(bulkhead const& options) noexcept { take(options); }

  /// One attempt asks for a place. A probe never queues, nor does who has no time to wait.
  [[nodiscard]] bulkhead_answer enter(bool may_queue = true) noexcept;

  /// One attempt has ended. True: its place belongs to the longest waiter now, who is to be told,
  /// and who leaves it in turn. Where nobody has entered, nothing is left.
  [[nodiscard]] bool leave() noexcept;

  /// One that was queued goes without a place: it was cancelled, or its time is up. Not for one
  /// that has been handed a place meanwhile: that one must leave.
  void give_up() noexcept;

  /// Exchanges the options. The longest waiters, as many as answered, have places now and are to be
  /// told. Those beyond a lower limit run on; those beyond a shorter queue wait on.
  [[nodiscard]] int reconfigure(bulkhead const& options) noexcept;

  [[nodiscard]] int running() const noexcept { return now_.running; }
  [[nodiscard]] int waiting() const noexcept { return now_.waiting; }

  /// Whether an attempt that asked now would find a place.
  [[nodiscard]] bool has_place() const noexcept { return now_.running < places_; }

  [[nodiscard]] bulkhead_snapshot snapshot() const noexcept { return now_; }
  void restore(bulkhead_snapshot const& from) noexcept;

 private:
  void take(bulkhead const& options) noexcept;
  [[nodiscard]] int hand_over() noexcept;

  int places_ = 0;
  int queue_places_ = 0;
  bulkhead_snapshot now_{};
};

}  // namespace holdfast::core
