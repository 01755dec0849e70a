#include "holdfast/state/operation_record.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

instant moved(instant at, duration by) noexcept {
  return at == never_reached ? never_reached : later(at, by);
}

void move(core::breaker_snapshot& breaker, duration by) noexcept {
  breaker.since = moved(breaker.since, by);
  breaker.closed_since = moved(breaker.closed_since, by);
  breaker.open_until = moved(breaker.open_until, by);
  for (core::probe_place& each : breaker.probes) each.expires = moved(each.expires, by);
  if (breaker.window) breaker.window->newest_begins = moved(breaker.window->newest_begins, by);
}

/// Leaves the buckets out that begin before the clock does.
void forget_before_zero(core::window_snapshot& window) {
  if (window.buckets.empty() || window.bucket_width <= duration::zero()) return;
  instant const newest = window.newest_begins;
  std::int64_t const fit =
      newest < instant{} ? 0 : newest.time_since_epoch() / window.bucket_width + 1;
  auto const held = static_cast<std::int64_t>(window.buckets.size());
  window.buckets.erase(window.buckets.begin(),
                       window.buckets.begin() + (held - std::min(held, fit)));
}

/// By how much the times of a record are moved to lie on this process's clock.
duration shift_of(operation_record const& record, clock_reading const& clock) noexcept {
  duration const gone = elapsed(record.saved_at, clock.wall);
  return later(clock.now, -gone).time_since_epoch();
}

}  // namespace

operation_record record_of(std::string_view operation, core::breaker_snapshot breaker,
                           std::optional<core::budget_snapshot> const& budget,
                           clock_reading const& clock) {
  operation_record made{.operation = operation,
                        .saved_at = std::max(clock.wall, wall_time{}),
                        .breaker = std::move(breaker),
                        .budget = budget};
  duration const by = -clock.now.time_since_epoch();
  move(made.breaker, by);
  if (made.budget) made.budget->refilled = moved(made.budget->refilled, by);
  return made;
}

core::breaker_snapshot breaker_at(operation_record const& record, clock_reading const& clock) {
  core::breaker_snapshot breaker = record.breaker;
  move(breaker, shift_of(record, clock));
  if (breaker.window) forget_before_zero(*breaker.window);
  return breaker;
}

std::optional<core::budget_snapshot> budget_at(operation_record const& record,
                                               clock_reading const& clock) {
  auto budget = record.budget;
  if (budget) budget->refilled = moved(budget->refilled, shift_of(record, clock));
  return budget;
}

wall_time wall_time_of(operation_record const& record, instant at) noexcept {
  return at == never_reached ? wall_time::max() : later(record.saved_at, at.time_since_epoch());
}

}  // namespace holdfast
