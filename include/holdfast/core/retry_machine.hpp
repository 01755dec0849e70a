#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/random.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/core/backoff.hpp"
#include "holdfast/core/retry.hpp"
#include "holdfast/core/retry_step.hpp"

#include <cstdint>

namespace holdfast::core {

/// Where one call stands: everything that a retry machine knows but its options. A plain value.
struct retry_snapshot {
  instant started{};                 ///< when the first attempt began
  instant deadline = never_reached;  ///< when the whole call must have ended
  std::uint64_t random = 0;          ///< state of the stream of chance
  pause_sequence pauses{};
  duration waited_for_circuit{};  ///< of wait_for_circuit
  int attempt_limit = 0;          ///< of this call alone; 0 where the options' own counts
  int failed_attempts = 0;
  bool reprepared = false;  ///< whether a statement was prepared again

  friend bool operator==(retry_snapshot const&, retry_snapshot const&) = default;
};

/// Decides after each failed attempt of one call, by three separate questions: may we (advice,
/// idempotency), how long (attempts, elapsed, deadline), how far apart (backoff and jitter).
///
/// No I/O, no clock, no locks; one object a call, so the state of jitter is never shared between
/// calls. 80 bytes, no heap.
class retry_machine {
 public:
  /// @param options  must outlive the machine
  /// @param started  when the first attempt began
  /// @param random   a stream of this call's own, such as `random_bits::split` gives
  /// @param deadline when the whole call must have ended; never_reached where there is none
  retry_machine(retry const& options, instant started, random_bits random,
                instant deadline = never_reached) noexcept;

  /// What to do now that an attempt has failed.
  ///
  /// A failure of category rejected says that a circuit is open: it is waited for as long as
  /// `wait_for_circuit` allows, and uses up no attempt. Its `retry_after` is believed; one that is
  /// absent is replaced by the usual pause. Such a wait is never shorter than a millisecond, so the
  /// number of waits is bounded.
  /// Cost: at most one draw, no allocation.
  [[nodiscard]] retry_step on_failure(failure const& seen, instant now) noexcept;

  /// Whether an attempt may begin at `now`, which can be later than the step said: a wait may end
  /// late. Not at the deadline or after it, and not past max_elapsed.
  [[nodiscard]] bool may_start(instant now) const noexcept;

  /// Fewer or more attempts than the options say, for this call alone; at least 1.
  void limit_attempts(int max_attempts) noexcept;

  /// Attempts that have failed so far; refusals by a circuit are none.
  [[nodiscard]] int failed_attempts() const noexcept { return failed_attempts_; }

  /// When the call began.
  [[nodiscard]] instant started() const noexcept { return started_; }

  [[nodiscard]] retry_snapshot snapshot() const noexcept;

  /// Continues where another machine stood. What no machine can have produced (a negative count, a
  /// growth that is no number) is replaced by what is nearest to it.
  void restore(retry_snapshot const& from) noexcept;

 private:
  [[nodiscard]] stop_reason refusal(failure const& seen) noexcept;
  [[nodiscard]] duration pause_after(failure const& seen) noexcept;
  [[nodiscard]] retry_step after_rejection(failure const& seen, instant now) noexcept;

  retry const* options_;
  instant started_;
  instant deadline_;
  random_bits random_;
  pause_sequence pauses_;
  duration waited_for_circuit_{};
  int attempt_limit_ = 0;
  int failed_attempts_ = 0;
  bool reprepared_ = false;
};

}  // namespace holdfast::core
