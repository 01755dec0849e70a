#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>

namespace holdfast::testing {

/// What the processes of a test see of each other, in memory that they share. All atomics are
/// sequentially consistent: of probes that run at once, at least the last one sees all.
struct board {
  static constexpr std::size_t processes = 100;
  static constexpr int permitted = 2;  ///< probes that may run at once on this host

  struct seat {
    std::atomic<int> probes{0};  ///< that run in the process of this seat
    std::atomic<int> open{-1};   ///< whether its circuit refuses calls; -1: not known yet
  };

  std::atomic<bool> is_down{false};  ///< the dependency
  std::atomic<bool> is_over{false};  ///< the test
  std::atomic<int> probes{0};        ///< all that were ever made
  std::atomic<int> most_at_once{0};
  std::atomic<int> troubles{0};  ///< times that a process could not use the store
  std::array<seat, processes> seats{};

  [[nodiscard]] int running() const {
    int sum = 0;
    for (seat const& each : seats) sum += each.probes;
    return sum;
  }
  [[nodiscard]] bool is_everywhere(int open) const {
    return std::ranges::all_of(seats, [&](seat const& each) { return each.open == open; });
  }
};

static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "it lies in memory that processes share");

}  // namespace holdfast::testing
