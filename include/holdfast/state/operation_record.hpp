#pragma once

#include "holdfast/base/fixed_text.hpp"
#include "holdfast/core/breaker_snapshot.hpp"
#include "holdfast/core/budget_machine.hpp"
#include "holdfast/state/wall_time.hpp"

#include <optional>
#include <string_view>

namespace holdfast {

/// The name of an operation: any bytes, 1 to 120 of them.
using operation_name = fixed_text<120>;

/// What is kept of one operation. Its instants count from `saved_at`: on their clock it was zero
/// then. So one number ties a record to wall time, and taking it up is one shift of all its times.
struct operation_record {
  operation_name operation{};
  wall_time saved_at{};
  core::breaker_snapshot breaker{};
  std::optional<core::budget_snapshot> budget{};

  friend bool operator==(operation_record const&, operation_record const&) = default;
};

/// What two machines told just now, at `clock`, as a record.
[[nodiscard]] operation_record record_of(std::string_view operation, core::breaker_snapshot breaker,
                                         std::optional<core::budget_snapshot> const& budget,
                                         clock_reading const& clock);

/// The breaker of a record on this process's clock, for `breaker_machine::restore`.
///
/// What lay some time in the past at the saving lies that time, and the time since, in the past. A
/// clock that was set back can't tell the time since: then none has passed, so nothing ends later
/// than it would have, had the process gone on. One that was set ahead only makes everything older.
/// Results of a time window from before this clock's zero (before the machine was started) are left
/// out, since the window would take them for younger than they are.
[[nodiscard]] core::breaker_snapshot breaker_at(operation_record const& record,
                                                clock_reading const& clock);

/// The budget of a record on this process's clock, in the same way.
[[nodiscard]] std::optional<core::budget_snapshot> budget_at(operation_record const& record,
                                                             clock_reading const& clock);

/// An instant of a record in wall time, for people; `wall_time::max()` for one that never comes.
[[nodiscard]] wall_time wall_time_of(operation_record const& record, instant at) noexcept;

}  // namespace holdfast
