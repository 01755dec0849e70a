#include "holdfast/core/latency_quantile.hpp"

#include <algorithm>
#include <bit>

namespace holdfast::core {

latency_quantile::latency_quantile(double quantile) noexcept
    : quantile_{std::clamp(quantile, 0.0, 1.0)} {}

void latency_quantile::record(duration latency) noexcept {
  if (total_ == most) halve();
  std::size_t const bucket = bucket_of(latency);
  count(bucket);
  ++total_;
  if (total_ == 1) cursor_ = bucket;
  if (bucket < cursor_) ++below_;
  seek();
}

duration latency_quantile::value() const noexcept {
  if (total_ == 0) return duration::zero();
  // Within the doubling from `base` to the next power of two, a bucket reaches from `from` tenths
  // of it to one more. The harmonic mean of its ends is off by the same share at both of them.
  auto const base = static_cast<double>(std::uint64_t{1} << (least_bits + cursor_ / per_doubling));
  auto const from = static_cast<double>(per_doubling + cursor_ % per_doubling);
  double const tenths = 2 * from * (from + 1) / (2 * from + 1);
  return duration{static_cast<std::int64_t>(base * tenths / double{per_doubling})};
}

void latency_quantile::aim(double quantile) noexcept {
  quantile_ = std::clamp(quantile, 0.0, 1.0);
  below_ = 0;
  cursor_ = 0;
  seek();
}

std::size_t latency_quantile::bucket_of(duration latency) noexcept {
  constexpr std::int64_t least = std::int64_t{1} << least_bits;
  constexpr std::int64_t furthest = (std::int64_t{1} << (least_bits + doublings)) - 1;
  auto const value =
      static_cast<std::uint64_t>(std::clamp<std::int64_t>(latency.count(), least, furthest));
  auto const bits = static_cast<std::size_t>(std::bit_width(value)) - 1;
  std::uint64_t const past = value - (std::uint64_t{1} << bits);
  return (bits - least_bits) * per_doubling + ((past * per_doubling) >> bits);
}

std::uint32_t latency_quantile::rank() const noexcept {
  return static_cast<std::uint32_t>(quantile_ * static_cast<double>(total_ - 1));
}

void latency_quantile::count(std::size_t bucket) noexcept {
  ++counts_[bucket];
  used_[bucket / word_bits] |= std::uint64_t{1} << (bucket % word_bits);
}

/// Halves the running sums and not the counts by themselves, which would lose the lone latencies of
/// a long tail: so each quantile keeps its place, to half a latency.
void latency_quantile::halve() noexcept {
  used_ = {};
  std::uint32_t sum = 0;
  std::uint32_t kept = 0;
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    sum += counts_[bucket];
    counts_[bucket] = static_cast<std::uint16_t>(sum / 2 - kept);
    kept = sum / 2;
    if (counts_[bucket] != 0) used_[bucket / word_bits] |= std::uint64_t{1} << (bucket % word_bits);
  }
  total_ = kept;
  aim(quantile_);
}

/// Moves the cursor to the bucket that has the latency of the quantile's rank. After one more
/// latency that is this bucket, or the next one that has any, to one side.
void latency_quantile::seek() noexcept {
  if (total_ == 0) return;
  std::uint32_t const wanted = rank();
  while (below_ > wanted) {
    cursor_ = last_used(cursor_);
    below_ -= counts_[cursor_];
  }
  while (below_ + counts_[cursor_] <= wanted) {
    below_ += counts_[cursor_];
    cursor_ = next_used(cursor_);
  }
}

std::size_t latency_quantile::next_used(std::size_t after) const noexcept {
  std::size_t word = (after + 1) / word_bits;
  std::uint64_t left = used_[word] & (~std::uint64_t{0} << ((after + 1) % word_bits));
  while (left == 0) left = used_[++word];
  return word * word_bits + static_cast<std::size_t>(std::countr_zero(left));
}

std::size_t latency_quantile::last_used(std::size_t before) const noexcept {
  std::size_t word = before / word_bits;
  std::uint64_t left = used_[word] & ~(~std::uint64_t{0} << (before % word_bits));
  while (left == 0) left = used_[--word];
  return word * word_bits + (word_bits - 1) - static_cast<std::size_t>(std::countl_zero(left));
}

}  // namespace holdfast::core
