#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/core/stop_reason.hpp"

#include <variant>

namespace holdfast::core {

struct call_now {
  friend bool operator==(call_now, call_now) = default;
};
struct wait {
  instant until;
  friend bool operator==(wait, wait) = default;
};
struct stop {
  stop_reason reason;
  friend bool operator==(stop, stop) = default;
};

/// What to do after a failed attempt: make the next one now, make it at `until` and not before, or
/// hand the failure to the caller.
using retry_step = std::variant<call_now, wait, stop>;

}  // namespace holdfast::core
