#pragma once

#include "change_feed.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/guard_per_key.hpp"
#include "holdfast/manage/health_report.hpp"

#include <string_view>

namespace holdfast {

/// How well an operation is, by what its breaker is and how many tokens its budget holds.
/// @param required whether its open circuit makes the process unready
[[nodiscard]] operation_health health_of(guard const& one, bool required, change_feed const& feed);

/// How well an operation is that has a guard for each key: its state is that of the worst key.
/// @param required whether the process is unready where the circuits of all keys are open
[[nodiscard]] operation_health health_of_keys(std::string_view operation, guard_per_key const& keys,
                                              bool required);

/// Adds an operation to a report, and what follows from it for all.
void add_to(health_report& all, operation_health one);

/// Something about the process itself that is not well, and no reason to call it unready.
void warn(health_report& all, std::string reason);

}  // namespace holdfast
