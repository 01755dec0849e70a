#include "holdfast/drive/duration_histogram.hpp"

#include "holdfast/drive/rejected.hpp"

#include <string>

namespace holdfast {

duration_bounds::duration_bounds() noexcept {
  constexpr std::array<std::int64_t, 13> milliseconds{1,   3,    8,    20,    50,    120,  300,
                                                      800, 2000, 5000, 10000, 25000, 60000};
  for (std::int64_t const each : milliseconds) {
    upper_[size_++] = std::chrono::milliseconds{each};
  }
}

duration_bounds::duration_bounds(std::span<duration const> upper) {
  bool rises = !upper.empty() && upper.size() <= most;
  duration before{};
  for (std::size_t i = 0; rises && i < upper.size(); ++i) {
    rises = upper[i] > before;
    before = upper_[i] = upper[i];
  }
  if (!rises) {
    throw invalid_options{"the bounds of a histogram: allowed: 1 .. " + std::to_string(most) +
                          " of them, above zero, each greater than the one before"};
  }
  size_ = upper.size();
}

duration_histogram::counted duration_histogram::read() const noexcept {
  counted seen;
  for (std::size_t i = 0; i < seen.in_bucket.size(); ++i) {
    seen.in_bucket[i] = in_bucket_[i].load(std::memory_order_relaxed);
    seen.values += seen.in_bucket[i];
  }
  seen.sum = duration{static_cast<duration::rep>(sum_.load(std::memory_order_relaxed))};
  return seen;
}

}  // namespace holdfast
