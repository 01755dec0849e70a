#pragma once

#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/tick_listener.hpp"

#include <atomic>

namespace holdfast {

/// Looks, at every tick, for calls of one operation that run for longer than its slow_call, in the
/// frames that the threads write anyway. A call counts once two looks in a row have found it: a
/// look races with the threads, and may see the number of one call and the start of another.
class hang_search final : private tick_listener {
 public:
  explicit hang_search(operation& searched);
  ~hang_search() override;

 private:
  finding on_tick(instant now) noexcept override;
  void tell() noexcept override;

  operation& searched_;
  int found_before_ = 0;  ///< by the last look
  int reported_ = 0;      ///< to the breaker
  changes to_tell_;       ///< between a look and its telling
  static constexpr int nobody = -1;
  std::atomic<int> telling_{nobody};  ///< by `forks_so_far`; no look changes `to_tell_` meanwhile
};

}  // namespace holdfast
