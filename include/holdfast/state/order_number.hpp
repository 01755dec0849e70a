#pragma once

#include "holdfast/state/wall_time.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace holdfast {

/// The number of the order after number `last`: one more, but at least the second since 1970 in
/// which it is given. So numbers go on rising where a store was set aside and has forgotten the
/// last one, and processes that remember it still obey.
[[nodiscard]] constexpr std::int64_t order_number_after(std::int64_t last,
                                                        wall_time given_at) noexcept {
  auto const second = std::chrono::floor<std::chrono::seconds>(given_at).time_since_epoch();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  return std::max<std::int64_t>(last == most ? most : last + 1, second.count());
}

}  // namespace holdfast
