#pragma once

#include "holdfast/base/time.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace holdfast {

/// Upper bounds of a histogram's buckets, rising; beyond the last one there is one bucket more.
class duration_bounds {
 public:
  static constexpr std::size_t most = 24;

  /// 1 ms to 60 s, each about 2.5 times the one before: wide enough for a cache and for a report.
  duration_bounds() noexcept;

  /// Throws invalid_options unless there are 1 .. `most`, above zero and rising.
  explicit duration_bounds(std::span<duration const> upper);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] duration operator[](std::size_t at) const noexcept { return upper_[at]; }

  /// The bucket of a value: the first whose bound is not below it; `size()` where there is none.
  [[nodiscard]] std::size_t bucket_of(duration value) const noexcept {
    std::size_t at = 0;
    while (at < size_ && upper_[at] < value) ++at;
    return at;
  }

 private:
  std::array<duration, most> upper_{};
  std::size_t size_ = 0;
};

/// How many values fell into each bucket, and their sum: what Prometheus calls a histogram.
/// Thread-safe. Cost of a value: two atomic additions. Memory: 208 bytes.
class duration_histogram {
 public:
  /// What it has counted, at about one instant.
  struct counted {
    std::array<std::uint64_t, duration_bounds::most + 1> in_bucket{};
    std::uint64_t values = 0;
    duration sum{};
  };

  /// @return the bucket of the value
  std::size_t record(duration value, duration_bounds const& bounds) noexcept {
    if (value < duration::zero()) value = duration::zero();
    std::size_t const at = bounds.bucket_of(value);
    in_bucket_[at].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(static_cast<std::uint64_t>(value.count()), std::memory_order_relaxed);
    return at;
  }

  [[nodiscard]] counted read() const noexcept;

 private:
  std::array<std::atomic<std::uint64_t>, duration_bounds::most + 1> in_bucket_{};
  std::atomic<std::uint64_t> sum_{0};  ///< nanoseconds; enough for five centuries of them
};

}  // namespace holdfast
