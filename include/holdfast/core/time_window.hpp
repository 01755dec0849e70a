#pragma once

#include "holdfast/core/window_totals.hpp"

#include <cstdint>
#include <vector>

namespace holdfast::core {

/// The calls of the last `span`, in buckets on a fixed grid of the monotonic clock: what is in the
/// bucket of now and in the buckets - 1 before it. No allocation after construction. What is before
/// the clock's zero counts as at its zero.
///
/// Time that steps back adds to an older bucket, or to none; it never brings a call back.
/// Memory: 24 bytes a bucket. Cost: O(1) within a bucket, O(min(elapsed, buckets)) beyond.
class time_window {
 public:
  /// A span that `buckets` do not divide is rounded up, so the window is never shorter than asked.
  time_window(duration span, int buckets);

  /// Adds calls that happened at `at`. What is older than the window is ignored.
  void add(window_totals const& what, instant at) noexcept;

  /// Lets the buckets leave that are too old at `now`.
  void advance(instant now) noexcept;

  void clear() noexcept;
  [[nodiscard]] window_totals const& totals() const noexcept { return totals_; }

  /// What the window will hold at `now` if nothing more is added.
  [[nodiscard]] window_totals totals_at(instant now) const noexcept;

  [[nodiscard]] duration bucket_width() const noexcept { return width_; }
  [[nodiscard]] window_snapshot snapshot() const;

  /// Takes the contents of a window of this kind. Where its buckets were of another width, each
  /// goes into the bucket in which it began. One that began after `now` is taken as beginning then:
  /// otherwise nothing would be counted until its time has come.
  void restore(window_snapshot const& from, instant now) noexcept;

 private:
  static constexpr std::int64_t none = -1;

  [[nodiscard]] std::int64_t index_of(instant at) const noexcept;
  [[nodiscard]] std::size_t place_of(std::int64_t index) const noexcept;
  [[nodiscard]] std::int64_t leaving_before(std::int64_t index) const noexcept;

  std::vector<window_totals> buckets_;
  std::int64_t size_;
  duration width_;
  std::int64_t newest_ = none;
  window_totals totals_{};
};

}  // namespace holdfast::core
