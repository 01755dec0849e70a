#pragma once

#include "holdfast/drive/timekeeper.hpp"

#include <functional>
#include <vector>

namespace holdfast {

/// A clock that moves only when told; a wait moves it to its end at once.
class manual_time final : public timekeeper {
 public:
  [[nodiscard]] instant now() noexcept override {
    ++reads;
    return present;
  }

  bool sleep_until(instant until, std::stop_token const& stop) override {
    slept.push_back(until - present);
    if (during_sleep) during_sleep();
    if (stop.stop_requested()) return false;
    present = until + oversleeps;
    return true;
  }

  instant present{};
  int reads = 0;
  duration oversleeps{};
  std::vector<duration> slept;
  std::function<void()> during_sleep;
};

}  // namespace holdfast
