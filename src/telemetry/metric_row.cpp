#include "telemetry/metric_row.hpp"

namespace holdfast {
namespace {

[[nodiscard]] bool times_all(operation_options const& policies) noexcept {
  return policies.kind != operation_kind::other || policies.breaker.slow_call_rate != off;
}

}  // namespace

metric_row::metric_row(std::string_view name, operation_kind kind, duration_bounds const& bounds,
                       wall_clock clock)
    : name_{name},
      kind_{kind},
      sink_{std::make_shared<counting_sink>(bounds, std::move(clock))},
      durations_{std::make_shared<call_durations>(bounds)} {}

void metric_row::add(guard const& one) {
  {
    std::lock_guard const held{lock_};
    guards_.push_back(one);
  }
  one.measure(sink_, durations_);
}

void metric_row::add(guard_per_key const& keys) {
  {
    std::lock_guard const held{lock_};
    keyed_.push_back(keys);
  }
  keys.measure(sink_, durations_);
}

void metric_row::add_events_of(guard const& one) const {
  one.on_event(std::shared_ptr<event_sink>{sink_});
}

void metric_row::add_events_of(guard_per_key const& keys) const {
  keys.on_event(std::shared_ptr<event_sink>{sink_});
}

std::size_t metric_row::guards() const {
  std::lock_guard const held{lock_};
  return guards_.size() + keyed_.size();
}

row_reading metric_row::read() const {
  std::vector<guard> guards;
  std::vector<guard_per_key> keyed;
  {
    std::lock_guard const held{lock_};
    guards = guards_;
    keyed = keyed_;
  }
  row_reading found;
  found.name = name_;
  found.kind = kind_;
  for (guard const& each : guards) {
    guard_stats const seen = each.stats();
    found.successes += seen.successes.value_or(0);
    found.refusals += seen.refusals;
    found.listener_failures += seen.listener_failures;
    found.guard = seen;
  }
  if (found.guard) {
    operation_options const policies = guards.back().policies();
    found.has_bulkhead = policies.bulkhead.max_concurrent > 0;
    found.times_all = times_all(policies);
  }
  for (guard_per_key const& each : keyed) {
    key_stats const seen = each.stats();
    found.successes += seen.successes;
    found.refusals += seen.refusals;
    found.keys = found.keys.value_or(0) + seen.keys;
    found.open_keys += seen.open;
  }
  found.counts = sink_->counts();
  found.durations = durations_.get();
  return found;
}

}  // namespace holdfast
