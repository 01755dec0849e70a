#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/core/breaker_state.hpp"
#include "holdfast/core/probe_places.hpp"
#include "holdfast/core/window_totals.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace holdfast::core {

/// All that a breaker machine knows, as a value without ties to it. Instants are of the machine's
/// clock; whoever keeps a snapshot for longer than that clock converts them.
struct breaker_snapshot {
  breaker_state state = breaker_state::closed;
  std::uint64_t generation = 1;
  int consecutive_failures = 0;
  int probe_successes = 0;
  int hanging = 0;
  std::uint32_t times_opened = 0;
  bool told_would_open = false;
  duration wait{};
  instant since{};
  instant closed_since{};
  instant open_until{};
  std::uint64_t random_state = 0;
  std::vector<probe_place> probes{};
  std::optional<window_snapshot> window{};  ///< empty where no rate is judged

  friend bool operator==(breaker_snapshot const&, breaker_snapshot const&) = default;
};

}  // namespace holdfast::core
