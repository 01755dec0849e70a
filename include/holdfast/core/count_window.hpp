#pragma once

#include "holdfast/core/window_totals.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace holdfast::core {

/// The last N calls, exactly: a ring of two bits a call. No allocation after construction.
/// Memory: N / 4 bytes. Cost: O(1) a call, O(min(n, N) / 64) for n successes at once.
class count_window {
 public:
  explicit count_window(int calls);

  /// Adds one call; the oldest leaves where the window is full.
  void add(bool failed, bool slow) noexcept;

  /// Adds `successes` quick successes; the same as adding them one by one.
  void credit(std::uint64_t successes) noexcept;

  void clear() noexcept;
  [[nodiscard]] window_totals const& totals() const noexcept { return totals_; }

  [[nodiscard]] window_snapshot snapshot() const;

  /// Takes the contents of a window of this kind; of a larger one its newest calls.
  void restore(window_snapshot const& from) noexcept;

 private:
  using words = std::vector<std::uint64_t>;

  void make_room(std::size_t from, std::size_t to) noexcept;

  std::size_t size_;
  words failed_;  // one bit a call; those of places not yet used are 0
  words slow_;
  std::size_t next_ = 0;
  window_totals totals_{};
};

}  // namespace holdfast::core
