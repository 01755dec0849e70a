#pragma once

#include "holdfast/drive/timekeeper.hpp"

#include <cstdint>
#include <optional>

namespace holdfast {

/// Ticks of 0 and 1 are no time: nobody publishes it, or nobody needs it.
[[nodiscard]] inline bool is_time(std::uint64_t tick) noexcept { return tick > 1; }

[[nodiscard]] inline std::optional<instant> time_of(std::uint64_t tick) noexcept {
  if (!is_time(tick)) return std::nullopt;
  return instant_of_tick(tick);
}

}  // namespace holdfast
