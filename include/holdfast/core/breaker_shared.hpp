#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/core/breaker_state.hpp"

#include <cstdint>

namespace holdfast::core {

/// What there is to know of a breaker for whoever shares it with others.
struct breaker_shared_view {
  breaker_state state = breaker_state::closed;
  std::uint64_t generation = 0;
  instant open_until{};
  duration wait{};           ///< how far the open wait has grown, before jitter
  bool wants_probe = false;  ///< a call was refused that would have been a probe
  int probes_running = 0;
  int most_probes = 1;  ///< that may run at once
  duration probe_timeout{};
};

/// What another breaker for the same thing has found out.
struct found_elsewhere {
  bool open = false;
  instant until{};  ///< where open: the end of its wait
  duration wait{};  ///< where open: how far that has grown, before jitter
};

}  // namespace holdfast::core
