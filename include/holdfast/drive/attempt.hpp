#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/drive/call_context.hpp"

#include <stop_token>
#include <string_view>

namespace holdfast {

/// One try within a guarded call, as its callable sees it. Valid during the attempt alone.
class attempt {
 public:
  explicit attempt(call_context const& call) noexcept : call_{&call} {}

  /// 1 for the first attempt.
  [[nodiscard]] int number() const noexcept { return call_->number(); }

  /// When this attempt must have ended; never_reached where nothing limits it. Hand it to what you
  /// call: blocking code can't be stopped from outside.
  ///
  /// It is the earliest of: attempt_timeout from the start of this attempt, total_timeout from that
  /// of the call, what the caller gave by `with`, and the deadline of the attempt within which this
  /// guard was called. Limits of 0.8 s and more count from the last tick before their start, so
  /// they may end up to 0.1 s early. Cost: no clock is read; a few loads.
  [[nodiscard]] instant deadline() const noexcept { return call_->deadline(); }

  /// The caller's stop_token; one that never stops where the caller gave none.
  [[nodiscard]] std::stop_token stop() const noexcept { return call_->stop(); }

  /// What the caller named this call; empty where it did not.
  [[nodiscard]] std::string_view correlation_id() const noexcept { return call_->correlation_id(); }

  /// Where a connector writes what it knows of a failure beside its code: the phase and the
  /// server's fields. Empty at the start of each attempt; null where nobody asked for it. Events
  /// point to it, and the guard fills in operation, attempt and correlation id.
  [[nodiscard]] failure_context* context() const noexcept { return call_->context(); }

  /// For drivers: the call that this is an attempt of.
  [[nodiscard]] call_context const& call() const noexcept { return *call_; }

 private:
  call_context const* call_;
};

}  // namespace holdfast
