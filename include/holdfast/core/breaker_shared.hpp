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
  bool wants_probe = false;  ///< since the last look, a call was refused for want of an allowance
  bool can_open = false;     ///< its options let it open by itself
  int probes_running = 0;
  int probes_succeeded = 0;
  int most_probes = 1;  ///< that may run at once
  duration probe_timeout{};
};

/// What another breaker for the same thing has found out.
struct found_elsewhere {
  bool open = false;
  bool by_hand = false;  ///< an operator wants it so: then the end is meant, however late it is
  instant until{};       ///< where open: the end of its wait
  duration wait{};       ///< where open: how far that has grown, before jitter
};

}  // namespace holdfast::core
