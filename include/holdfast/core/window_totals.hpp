#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/core/breaker_window.hpp"

#include <cstdint>
#include <vector>

namespace holdfast::core {

/// What a window, or one bucket of it, has counted.
struct window_totals {
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;
  std::uint64_t slow = 0;

  constexpr window_totals& operator+=(window_totals const& more) noexcept {
    calls += more.calls;
    failures += more.failures;
    slow += more.slow;
    return *this;
  }
  constexpr window_totals& operator-=(window_totals const& less) noexcept {
    calls -= less.calls;
    failures -= less.failures;
    slow -= less.slow;
    return *this;
  }
  friend bool operator==(window_totals const&, window_totals const&) = default;
};

/// The contents of a window as a value. Of the two halves only the one of its kind is filled.
struct window_snapshot {
  window_kind kind = window_kind::count;

  // Count window: one bit a call, oldest first; bit 0 of word 0 is the oldest.
  std::uint64_t calls = 0;
  std::vector<std::uint64_t> failed{};
  std::vector<std::uint64_t> slow{};

  // Time window: buckets, oldest first; the last begins at `newest_begins`.
  std::vector<window_totals> buckets{};
  duration bucket_width{};
  instant newest_begins{};

  friend bool operator==(window_snapshot const&, window_snapshot const&) = default;
};

}  // namespace holdfast::core
