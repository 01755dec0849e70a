#pragma once

#include "holdfast/core/metric_source.hpp"
#include "holdfast/importer/import.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace holdfast {

/// The counts of imports as metrics, table by table: those that the run itself reports, exactly.
/// Watches runs in the place of another observer, and passes everything on. Thread-safe, but that
/// runs are begun one after the other. Memory: the names of the tables.
class import_metrics final : public import_observer, public metric_source {
 public:
  explicit import_metrics(import_observer& next) : next_{next} {}

  /// A run into this table begins, or the wait for its target.
  /// @param retries of the target so far: it counts those of all runs
  void begin(std::string const& table, std::uint64_t retries);
  /// It has ended.
  void end();

  void on_columns(table_schema const& schema) override;
  void on_progress(progress const& seen, instant now) override;
  void write_metrics(metric_writer& to) const override;

 private:
  struct counts {
    progress ended;  ///< of all runs before
    progress seen;   ///< of the present one
  };
  using of_tables = std::map<std::string, counts, std::less<>>;

  import_observer& next_;
  mutable std::mutex lock_;
  of_tables tables_;
  std::string present_;  ///< empty between runs
  std::uint64_t retries_before_ = 0;
};

}  // namespace holdfast
