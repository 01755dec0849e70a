#pragma once

#include "holdfast/serve/served.hpp"
#include "holdfast/state/state_store.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What a state store knows of the circuits of other processes: how they were when each was last
/// kept, and why. Orders are given to those processes through the store. No counters: those are
/// their own.
class stored_circuits final : public served {
 public:
  /// @param store_name  for texts: "sqlite:state.db"
  /// @param is_required whether an operation must not be open for all to be well; null: none is
  stored_circuits(std::unique_ptr<state_store> store, std::string store_name,
                  std::function<bool(std::string_view operation)> is_required = nullptr);

  [[nodiscard]] health_report health() override;
  [[nodiscard]] expected<std::vector<circuit_view>, failure> circuits() override;
  [[nodiscard]] expected<circuit_view, failure> circuit(std::string_view operation) override;
  /// Changes of state alone: nothing else is kept.
  [[nodiscard]] expected<std::vector<noted_event>, failure> events(std::string_view operation,
                                                                   std::size_t limit) override;
  [[nodiscard]] expected<void, failure> obey(order_record const& order) override;
  void write_metrics(metric_writer& to) override;

 private:
  [[nodiscard]] expected<std::vector<operation_record>, failure> load();
  [[nodiscard]] circuit_view view_of(operation_record const& record);

  std::unique_ptr<state_store> const store_;
  std::string const name_;
  std::function<bool(std::string_view)> const is_required_;
  std::vector<std::string> set_aside_;  ///< since this began; there are few
};

}  // namespace holdfast
