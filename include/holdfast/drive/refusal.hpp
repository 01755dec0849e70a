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
    no_time_left,   ///< the deadline of the call had passed before it began
    stop_requested  ///< the caller's stop_token was set before it began
  };

  cause why = cause::circuit_open;
  duration retry_after{};  ///< zero where waiting changes nothing
  operation const* by = nullptr;

  /// The whole story as a failure: category rejected and fault local, or cancelled and nobody.
  [[nodiscard]] failure as_failure() const noexcept;
  operator failure() const { return as_failure(); }
};

}  // namespace holdfast
