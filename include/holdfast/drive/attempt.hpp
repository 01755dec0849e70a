#pragma once

#include "holdfast/base/time.hpp"

#include <stop_token>
#include <string_view>

namespace holdfast {

/// One try within a guarded call, as its callable sees it. Valid during the attempt alone.
class attempt {
 public:
  attempt(int number, instant deadline, std::stop_token const* stop,
          std::string_view correlation_id) noexcept
      : stop_{stop}, correlation_id_{correlation_id}, deadline_{deadline}, number_{number} {}

  /// 1 for the first attempt.
  [[nodiscard]] int number() const noexcept { return number_; }

  /// When this attempt must have ended; never_reached where nothing limits it. Hand it to what you
  /// call: blocking code can't be stopped from outside.
  [[nodiscard]] instant deadline() const noexcept { return deadline_; }

  /// The caller's stop_token; one that never stops where the caller gave none.
  [[nodiscard]] std::stop_token stop() const noexcept {
    return stop_ != nullptr ? *stop_ : std::stop_token{};
  }

  /// What the caller named this call; empty where it did not.
  [[nodiscard]] std::string_view correlation_id() const noexcept { return correlation_id_; }

 private:
  std::stop_token const* stop_;
  std::string_view correlation_id_;
  instant deadline_;
  int number_;
};

}  // namespace holdfast
