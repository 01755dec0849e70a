#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/core/breaker_state.hpp"

#include <cstdint>
#include <optional>

namespace holdfast {

/// What a breaker knows at one instant.
struct breaker_stats {
  breaker_state state = breaker_state::closed;
  std::uint64_t generation = 0;  ///< rises at each change of state
  instant since{};               ///< when the present state began
  instant open_until{};          ///< end of the open wait, or of an override; else meaningless
  bool eligible = false;         ///< open, and the wait is over: the next call will be a probe
  int consecutive_failures = 0;
  std::uint64_t calls = 0;               ///< in the window; 0 where no rate is judged
  std::uint64_t failures = 0;            ///< of these
  std::uint64_t slow = 0;                ///< of these
  std::optional<double> failure_rate{};  ///< empty below min_calls: unknown, which is not 0
  std::optional<double> slow_rate{};     ///< the same
  int probes_running = 0;
  int probes_succeeded = 0;
  int hanging = 0;                 ///< what the last scan for hanging calls found
  std::uint32_t times_opened = 0;  ///< since the machine was made or restored; overrides left out
};

}  // namespace holdfast
