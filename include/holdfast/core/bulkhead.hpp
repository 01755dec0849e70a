#pragma once

#include "holdfast/base/time.hpp"

namespace holdfast {

/// Holds the attempts that run at once to a number, so that one slow dependency can't take all
/// threads, connections or memory of its callers.
struct bulkhead {
  int max_concurrent = 16;  ///< Attempts that may run at once; 0 switches the limit off.
  int max_waiting = 0;      ///< Attempts that may wait for a place; those beyond are refused.
  duration max_wait = off;  ///< How long one waits; off: until the call's deadline.

  bool operator==(bulkhead const&) const = default;
};

}  // namespace holdfast
