#include "holdfast/telemetry/metrics.hpp"

#include "telemetry/metric_row.hpp"
#include "telemetry/operation_metrics.hpp"

#include <utility>

namespace holdfast {
namespace {

constexpr std::string_view name_of_others = "other";

[[nodiscard]] metrics_options completed(metrics_options options) {
  if (!options.clock) options.clock = [] { return std::chrono::system_clock::now(); };
  return options;
}

}  // namespace

metrics::metrics(metrics_options options) : options_{completed(std::move(options))} {}

metrics::~metrics() = default;

// What is told by guards may come back here: nothing is said to them under the lock.
void metrics::watch(guard const& one) {
  operation_kind const kind = one.policies().kind;
  std::unique_lock held{lock_};
  std::shared_ptr<metric_row> const row = row_of(one.name(), kind);
  bool const fits = guards_ < options_.most_guards;
  if (fits) ++guards_;
  held.unlock();
  if (fits) {
    row->add(one);
  } else {
    row->add_events_of(one);
  }
}

void metrics::watch(std::string_view name, guard_per_key const& keys) {
  operation_kind const kind = keys.other().policies().kind;
  std::unique_lock held{lock_};
  std::shared_ptr<metric_row> const row = row_of(name, kind);
  bool const fits = guards_ < options_.most_guards;
  if (fits) ++guards_;
  held.unlock();
  if (fits) {
    row->add(keys);
  } else {
    row->add_events_of(keys);
  }
}

std::shared_ptr<metric_row> metrics::row_of(std::string_view name, operation_kind kind) {
  auto const found = rows_.find(name);
  if (found != rows_.end()) return found->second;
  auto const made = [&](std::string_view shown, operation_kind of) {
    return std::make_shared<metric_row>(shown, of, options_.bounds, options_.clock);
  };
  if (rows_.size() < options_.most_operations && name != name_of_others) {
    return rows_.emplace(name, made(name, kind)).first->second;
  }
  ++overflowed_;
  if (!others_) others_ = made(name_of_others, operation_kind::other);
  return others_;
}

void metrics::forget(std::string_view name) {
  std::lock_guard const held{lock_};
  auto const found = rows_.find(name);
  if (found == rows_.end()) return;
  guards_ -= found->second->guards();
  rows_.erase(found);
}

void metrics::write_metrics(metric_writer& to) const {
  std::vector<std::shared_ptr<metric_row const>> kept;
  overflow seen;
  {
    std::lock_guard const held{lock_};
    kept.reserve(rows_.size() + 1);
    for (auto const& [name, row] : rows_) kept.push_back(row);
    if (others_) kept.push_back(others_);
    seen = {.named = rows_.size(), .overflowed = overflowed_};
  }
  std::vector<row_reading> readings;
  readings.reserve(kept.size());
  for (auto const& each : kept) readings.push_back(each->read());
  write_operation_metrics(to, readings, seen);
}

}  // namespace holdfast
