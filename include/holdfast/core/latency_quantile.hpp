#pragma once

#include "holdfast/base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace holdfast::core {

/// One quantile of the latencies of one operation, over the last few thousand of them. What it
/// answers is within 5 % of the latency of that rank, from 1 us to 1 h; beyond, it is the end.
///
/// Latencies are counted in buckets whose widths grow with their values, ten to each doubling. When
/// there are `most` of them all counts are halved, so that the old ones fade; each quantile stays
/// where it was. A cursor stands at the quantile's bucket and moves by one at most.
/// No I/O, no clock, no locks, no allocation. Memory: 736 bytes. Not thread-safe.
/// Cost: O(1) to record (a halving walks over all buckets, once in 2048 times) and to ask.
/// Source: Masson, Rim, Lee, DDSketch (VLDB 2019), with linearly interpolated logarithms.
class latency_quantile {
 public:
  /// Latencies known at most. From half of it to all of it count.
  static constexpr std::uint32_t most = 4096;

  /// @param quantile 0 to 1: the share of latencies that lie below it; held to that range
  explicit latency_quantile(double quantile) noexcept;

  void record(duration latency) noexcept;

  /// The latency of that rank; zero where none was recorded.
  [[nodiscard]] duration value() const noexcept;

  /// Latencies that are known, halved ones counted as halves.
  [[nodiscard]] std::uint32_t samples() const noexcept { return total_; }

  /// Asks for another quantile of the same latencies.
  void aim(double quantile) noexcept;

  void clear() noexcept { *this = latency_quantile{quantile_}; }

 private:
  static constexpr std::size_t per_doubling = 10;
  static constexpr std::size_t least_bits = 9;  // from 2^9 ns
  static constexpr std::size_t doublings = 33;  // to 2^42 ns: 73 minutes
  static constexpr std::size_t buckets = doublings * per_doubling;
  static constexpr std::size_t word_bits = 64;

  [[nodiscard]] static std::size_t bucket_of(duration latency) noexcept;
  [[nodiscard]] std::uint32_t rank() const noexcept;
  void count(std::size_t bucket) noexcept;
  void halve() noexcept;
  void seek() noexcept;
  [[nodiscard]] std::size_t next_used(std::size_t after) const noexcept;
  [[nodiscard]] std::size_t last_used(std::size_t before) const noexcept;

  double quantile_;
  std::uint32_t total_ = 0;
  std::uint32_t below_ = 0;  // latencies in the buckets before the cursor
  std::size_t cursor_ = 0;
  std::array<std::uint64_t, (buckets + word_bits - 1) / word_bits>
      used_{};  // a bit for each bucket that has any
  std::array<std::uint16_t, buckets> counts_{};
};

}  // namespace holdfast::core
