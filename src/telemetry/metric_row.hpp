#pragma once

#include "holdfast/drive/call_durations.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/guard_per_key.hpp"
#include "telemetry/event_counts.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast {

/// One operation at about one instant.
struct row_reading {
  std::string_view name;
  operation_kind kind = operation_kind::other;
  std::optional<guard_stats> guard;  ///< of the newest; empty where each key has one
  bool has_bulkhead = false;
  bool times_all = false;           ///< else one call in 64
  std::optional<std::size_t> keys;  ///< where each key has a guard of its own
  std::size_t open_keys = 0;        ///< of these
  std::uint64_t successes = 0;      ///< without a failure before, of all guards
  std::uint64_t refusals = 0;       ///< by open circuits
  std::uint64_t listener_failures = 0;
  event_counts const* counts = nullptr;  ///< null where there was no trouble
  call_durations const* durations = nullptr;
};

/// All that is known of the operations of one name. Thread-safe.
class metric_row {
 public:
  metric_row(std::string_view name, operation_kind kind, duration_bounds const& bounds,
             wall_clock clock);

  /// Reads this guard from now on.
  void add(guard const& one);
  void add(guard_per_key const& keys);
  /// Where there is no room for it: only its events are counted.
  void add_events_of(guard const& one) const;
  void add_events_of(guard_per_key const& keys) const;

  /// How many are read.
  [[nodiscard]] std::size_t guards() const;

  /// Lives as long as the row.
  [[nodiscard]] row_reading read() const;

 private:
  std::string const name_;
  operation_kind const kind_;
  std::shared_ptr<counting_sink> const sink_;
  std::shared_ptr<call_durations> const durations_;
  mutable std::mutex lock_;
  std::vector<guard> guards_;
  std::vector<guard_per_key> keyed_;
};

}  // namespace holdfast
