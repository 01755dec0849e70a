#pragma once

#include "holdfast/base/time.hpp"

namespace holdfast {

/// How many keys a guard_per_key remembers, and for how long. Keys come from outside, so they are
/// bounded in number and length; those beyond share one guard.
struct key_limits {
  int max_keys = 10'000;                        ///< Keys that have a guard of their own at once.
  int max_key_length = 64;                      ///< Bytes of a key.
  duration idle_after = std::chrono::hours{1};  ///< Forgets a key that nobody asked for so long.

  bool operator==(key_limits const&) const = default;
};

}  // namespace holdfast
