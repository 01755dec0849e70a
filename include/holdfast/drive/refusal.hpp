#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"

namespace holdfast {

class operation;

/// Why no attempt of a call ran. Small, and cheap to make: the text is written only for those who
/// want the failure.
struct refusal {
  /// What stood in the way.
  enum class cause {
    circuit_open,   ///< by the breaker; `retry_after` says when asking again makes sense
    bulkhead_full,  ///< no place was free, or none in time
    rate_limited,   ///< the next turn comes too late; `retry_after` says when there is one
    no_time_left,   ///< the deadline of the call passed before an attempt began
    stop_requested  ///< the caller asked to stop before an attempt began
  };

  cause why = cause::circuit_open;
  duration retry_after{};  ///< zero where waiting changes nothing
  operation const* by = nullptr;

  /// The whole story as a failure: category rejected and fault local, or cancelled and nobody.
  [[nodiscard]] failure as_failure() const noexcept;
  operator failure() const { return as_failure(); }
};

}  // namespace holdfast
