#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/manage/operation_settings.hpp"

namespace holdfast {

/// The most that one call can come to by its policies, whatever its attempts do.
struct worst_case {
  int attempts = 1;  ///< hedges included
  duration time{};   ///< until the call ends; off: nothing bounds it
  /// The same where the server asks for a longer pause each time, as long as `max_retry_after`
  /// allows.
  duration time_if_told_to_wait{};

  friend bool operator==(worst_case const&, worst_case const&) = default;
};

/// Computes it from the options alone: rounds by every category, the longest draw of each pause,
/// attempts that take all of their time, waits for a place, a turn and a circuit; held to
/// max_elapsed and to total_timeout. Exact where no category has numbers of its own, otherwise a
/// bound. Of blocking code it holds where the callable keeps the deadline that it is handed.
/// Cost: proportional to max_attempts.
[[nodiscard]] worst_case worst_case_of(operation_settings const& settings);

}  // namespace holdfast
