#pragma once

#include "holdfast/core/metric_source.hpp"
#include "holdfast/drive/duration_histogram.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/guard_per_key.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

class metric_row;

/// What metrics are kept of.
struct metrics_options {
  /// Operations with labels of their own; further ones are counted together, as `other`.
  std::size_t most_operations = 10'000;
  /// Guards that are read at all; of further ones only failures are counted, as `other`.
  std::size_t most_guards = 100'000;
  duration_bounds bounds{};  ///< of the buckets of all histograms
  /// The time of day, for exemplars; the system's where empty.
  std::function<std::chrono::system_clock::time_point()> clock{};
};

/// The metrics of guarded operations. What a guard counts anyway is read when a page is asked for;
/// the rest comes from its events. docs/observability.md lists every metric.
///
///     holdfast::metrics metrics;
///     metrics.watch(page);
///     std::string text = expose(exposition_format::prometheus, {&metrics});
///
/// A guard that is watched counts every success (a nanosecond at most) and takes durations:
/// see call_durations. There is no way back, so watch it once.
///
/// Thread-safe. Memory: a kilobyte for each operation, 5 KiB more once it has failed, 10 KiB more
/// where its failed calls have correlation ids; a handle for each guard, which keeps it alive.
/// Cost of a reading: about 5 microseconds an operation.
class metrics final : public metric_source {
 public:
  explicit metrics(metrics_options options = {});
  ~metrics() override;

  /// Takes in a guard under its name. Guards of one name are counted together; state and levels are
  /// those of the newest.
  void watch(guard const& one);
  /// Takes in the guards of all keys of an operation, counted together.
  void watch(std::string_view name, guard_per_key const& keys);

  /// Leaves an operation out of the next readings. Nothing where there is none.
  void forget(std::string_view name);

  void write_metrics(metric_writer& to) const override;

 private:
  using named_rows = std::map<std::string, std::shared_ptr<metric_row>, std::less<>>;

  /// Under the lock.
  [[nodiscard]] std::shared_ptr<metric_row> row_of(std::string_view name, operation_kind kind);

  metrics_options const options_;
  mutable std::mutex lock_;
  named_rows rows_;
  std::shared_ptr<metric_row> others_;  ///< null until it is needed
  std::size_t guards_ = 0;
  std::size_t overflowed_ = 0;
};

}  // namespace holdfast
