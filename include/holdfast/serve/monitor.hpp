#pragma once

#include "holdfast/manage/manager.hpp"
#include "holdfast/serve/served.hpp"
#include "holdfast/telemetry/event_book.hpp"
#include "holdfast/telemetry/event_log.hpp"
#include "holdfast/telemetry/metrics.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

class audit_counts;

/// What a process knows of its own guards: metrics, events, states, health.
///
///     holdfast::monitor monitor;
///     monitor.watch(page);
///     auto server = holdfast::server::open(monitor);
///
/// or, of all guards of a resilience file:
///
///     holdfast::monitor monitor;
///     holdfast::manager manager{"resilience.yaml", monitor.watching({})};
///     monitor.show(manager);
///
/// Thread-safe. Guards may outlive it. Make it before the manager and end it after; servers end
/// before both.
class monitor final : public served {
 public:
  /// @param log is told of all that guards and their manager tell; may be null
  explicit monitor(metrics_options options = {}, std::shared_ptr<event_log> log = nullptr);
  ~monitor() override;

  /// Watches a guard; once each.
  void watch(guard const& one);
  /// Watches the guards of all keys.
  void watch(std::string_view name, guard_per_key const& keys);

  /// The options with this monitor told of everything.
  [[nodiscard]] manager_options watching(manager_options options);
  /// Health, orders and the state of the file are those of this manager from now on. Nothing may be
  /// asked of the monitor once the manager has ended.
  void show(manager& of);

  /// Adds metrics that others keep, such as those of an import.
  void add(std::shared_ptr<metric_source const> more);

  [[nodiscard]] health_report health() override;
  [[nodiscard]] expected<std::vector<circuit_view>, failure> circuits() override;
  [[nodiscard]] expected<circuit_view, failure> circuit(std::string_view operation) override;
  [[nodiscard]] expected<std::vector<noted_event>, failure> events(std::string_view operation,
                                                                   std::size_t limit) override;
  /// Carried out at once.
  [[nodiscard]] expected<void, failure> obey(order_record const& order) override;
  void write_metrics(metric_writer& to) override;

 private:
  [[nodiscard]] manager* managed() const;
  [[nodiscard]] std::vector<guard> keys() const;
  [[nodiscard]] std::optional<guard> find(std::string_view operation) const;
  [[nodiscard]] expected<void, failure> obey_here(order_record const& order);
  [[nodiscard]] circuit_view view_of(guard const& one) const;
  [[nodiscard]] operation_health health_of(guard const& one) const;

  metrics metrics_;
  std::shared_ptr<event_book> const book_;
  std::shared_ptr<event_log> const log_;  ///< may be null
  std::shared_ptr<audit_counts> const audits_;
  mutable std::mutex lock_;
  registry known_;
  std::vector<guard_per_key> keyed_;
  manager* manager_ = nullptr;
  std::vector<std::shared_ptr<metric_source const>> more_;
};

}  // namespace holdfast
