#include "holdfast/core/time_window.hpp"

#include <algorithm>

namespace holdfast::core {

time_window::time_window(duration span, int buckets)
    : buckets_(static_cast<std::size_t>(buckets)),
      size_{buckets},
      width_{span / buckets + duration{span % buckets == duration::zero() ? 0 : 1}} {}

std::int64_t time_window::index_of(instant at) const noexcept {
  return elapsed(instant{}, at) / width_;
}

/// Where the bucket of an index lies; of the window's oldest ones the index may be below zero.
std::size_t time_window::place_of(std::int64_t index) const noexcept {
  return static_cast<std::size_t>((index < 0 ? index + size_ : index) % size_);
}

/// How many of the oldest buckets leave before the one of `index` is the newest.
std::int64_t time_window::leaving_before(std::int64_t index) const noexcept {
  if (newest_ == none || index <= newest_) return 0;
  return std::min(index - newest_, size_);
}

void time_window::advance(instant now) noexcept {
  std::int64_t const index = index_of(now);
  std::int64_t const leaving = leaving_before(index);
  for (std::int64_t i = 1; i <= leaving; ++i) {
    window_totals& oldest = buckets_[place_of(newest_ - size_ + i)];
    totals_ -= oldest;
    oldest = {};
  }
  newest_ = std::max(newest_, index);
}

void time_window::add(window_totals const& what, instant at) noexcept {
  advance(at);
  std::int64_t const index = index_of(at);
  if (newest_ - index >= size_) return;
  buckets_[place_of(index)] += what;
  totals_ += what;
}

void time_window::clear() noexcept {
  std::fill(buckets_.begin(), buckets_.end(), window_totals{});
  totals_ = {};
}

window_totals time_window::totals_at(instant now) const noexcept {
  window_totals left = totals_;
  std::int64_t const leaving = leaving_before(index_of(now));
  for (std::int64_t i = 1; i <= leaving; ++i) left -= buckets_[place_of(newest_ - size_ + i)];
  return left;
}

window_snapshot time_window::snapshot() const {
  window_snapshot copy{.kind = window_kind::time, .bucket_width = width_};
  if (newest_ == none) return copy;
  copy.newest_begins = instant{newest_ * width_};
  copy.buckets.reserve(static_cast<std::size_t>(size_));
  for (std::int64_t i = 1; i <= size_; ++i)
    copy.buckets.push_back(buckets_[place_of(newest_ - size_ + i)]);
  return copy;
}

void time_window::restore(window_snapshot const& from, instant now) noexcept {
  clear();
  newest_ = none;
  if (from.buckets.empty() || from.bucket_width <= duration::zero()) return;
  // Newest first: what is older than this window may be so old that its time can't be told.
  instant begins = std::min(from.newest_begins, now);
  advance(begins);
  for (auto each = from.buckets.rbegin(); each != from.buckets.rend(); ++each) {
    add(*each, begins);
    begins = later(begins, -from.bucket_width);
  }
}

}  // namespace holdfast::core
