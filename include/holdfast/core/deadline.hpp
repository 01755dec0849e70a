#pragma once

#include "holdfast/base/time.hpp"

#include <algorithm>

namespace holdfast {

/// Limits one attempt. Blocking code can't be killed: the limit is a deadline handed to the
/// callable as `attempt::deadline()`, which connectors turn into socket and statement timeouts.
struct attempt_timeout {
  duration limit = std::chrono::seconds{10};  ///< From the start of each attempt.

  bool operator==(attempt_timeout const&) const = default;
};

/// Limits a whole call, its retries and their pauses included: no attempt starts and no pause ends
/// then or later, and every attempt's deadline is held to it.
struct total_timeout {
  duration limit = std::chrono::seconds{60};  ///< From the start of the call.

  bool operator==(total_timeout const&) const = default;
};

namespace core {

/// When an attempt that starts now must end: after its own limit, or with the whole call.
[[nodiscard]] constexpr instant attempt_deadline(instant now, duration limit,
                                                 instant call_deadline) noexcept {
  instant const own = is_off(limit) ? never_reached : later(now, limit);
  return std::min(own, call_deadline);
}

}  // namespace core
}  // namespace holdfast
