#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/core/retry.hpp"

#include <vector>

namespace holdfast {

/// The most attempts that any sequence of failures can lead to.
[[nodiscard]] int most_attempts(retry const& options) noexcept;

/// For each pause of a call, the longest that it can be, whatever the failures and the draws were.
/// Exact where no category has numbers of its own, otherwise a bound.
[[nodiscard]] std::vector<duration> longest_pauses(retry const& options);

/// For each pause of a call of which every attempt fails with the same category, the shortest that
/// can be drawn.
[[nodiscard]] std::vector<duration> shortest_pauses(retry const& options, category seen);

}  // namespace holdfast
