#pragma once

#include "holdfast/base/time.hpp"

#include <stop_token>

namespace holdfast {

/// Where blocking drivers get the time from and how they wait. Thread-safe.
class timekeeper {
 public:
  timekeeper() = default;
  timekeeper(timekeeper const&) = delete;
  timekeeper& operator=(timekeeper const&) = delete;
  virtual ~timekeeper() = default;

  [[nodiscard]] virtual instant now() noexcept = 0;

  /// Waits until `until`, or until a stop is requested. Returns whether the time was reached.
  virtual bool sleep_until(instant until, std::stop_token const& stop) = 0;
};

/// The steady clock of this machine.
[[nodiscard]] timekeeper& system_time() noexcept;

}  // namespace holdfast
