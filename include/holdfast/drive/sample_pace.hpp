#pragma once

#include "holdfast/base/random.hpp"

#include <algorithm>
#include <cstdint>

namespace holdfast {

/// Which calls of one thread are timed where not all are: all of a thread that makes few, one in
/// 256 of one that makes many.
///
/// With each tick of the clock it begins anew with every call; with each one that is timed within
/// the same tick, twice as many are left out, drawn by chance, so that regular patterns of calls
/// are not always met at the same place. So at most nine calls a tick, and one in 256 of the
/// others, pay for two clock reads. After a burst up to 511 calls are left out.
///
/// Used by one thread.
class sample_pace {
 public:
  static constexpr std::uint32_t widest = 256;

  /// Whether the next call is to be timed. Counts it where not.
  [[nodiscard]] bool is_due() noexcept {
    if (left_out_ == 0) return true;
    --left_out_;
    return false;
  }

  /// A call is timed.
  void take(std::uint64_t tick, random_bits chance) noexcept {
    one_in_ = tick == last_tick_ ? std::min(widest, 2 * one_in_) : 1;
    last_tick_ = tick;
    left_out_ = static_cast<std::uint32_t>(chance() % (2 * one_in_ - 1));
  }

 private:
  std::uint64_t last_tick_ = 0;
  std::uint32_t one_in_ = 1;
  std::uint32_t left_out_ = 0;
};

}  // namespace holdfast
