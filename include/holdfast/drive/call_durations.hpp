#pragma once

#include "holdfast/base/random.hpp"
#include "holdfast/drive/duration_histogram.hpp"

#include <cstdint>

namespace holdfast {

/// How long the calls of one operation took that succeeded at the first attempt. All others are
/// told by events, with their durations.
///
/// Every call is timed where the operation's kind is database, http or process, or where slow calls
/// are judged: two clock reads. Of other operations one call in 64 is, drawn by chance, so that
/// regular patterns of calls are not always met at the same place.
///
/// Thread-safe. Memory: 600 bytes.
class call_durations {
 public:
  static constexpr std::uint32_t sampled_one_in = 64;

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

  /// How many calls run untimed until the next sample: 63 on average.
  [[nodiscard]] static std::uint32_t calls_to_skip(random_bits chance) noexcept {
    return static_cast<std::uint32_t>(chance() % (2 * sampled_one_in - 1));
  }

 private:
  duration_bounds bounds_;
  duration_histogram calls_;
  duration_histogram attempts_;
};

}  // namespace holdfast
