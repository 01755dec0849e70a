#pragma once

#include "holdfast/drive/duration_histogram.hpp"

namespace holdfast {

/// How long the calls of one operation took that succeeded at the first attempt. All others are
/// told by events, with their durations.
///
/// Every call is timed where the operation's kind is database, http or process, or where slow calls
/// are judged: two clock reads. Of other operations some are: see sample_pace.
///
/// Thread-safe. Memory: 600 bytes.
class call_durations {
 public:
  explicit call_durations(duration_bounds const& bounds = {}) noexcept : bounds_{bounds} {}

  /// @param call    from its start to its end, with what it waited for in queues
  /// @param attempt without
  void record(duration call, duration attempt) noexcept {
    calls_.record(call, bounds_);
    attempts_.record(attempt, bounds_);
  }

  [[nodiscard]] duration_bounds const& bounds() const noexcept { return bounds_; }
  [[nodiscard]] duration_histogram const& calls() const noexcept { return calls_; }
  [[nodiscard]] duration_histogram const& attempts() const noexcept { return attempts_; }

 private:
  duration_bounds bounds_;
  duration_histogram calls_;
  duration_histogram attempts_;
};

}  // namespace holdfast
