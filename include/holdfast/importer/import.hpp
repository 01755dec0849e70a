#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/drive/timekeeper.hpp"
#include "holdfast/importer/mapping.hpp"
#include "holdfast/importer/progress.hpp"
#include "holdfast/importer/record_intake.hpp"
#include "holdfast/importer/report.hpp"
#include "holdfast/importer/run.hpp"
#include "holdfast/importer/source.hpp"
#include "holdfast/importer/target.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace holdfast {

/// Watches a run. Called by the thread that runs it.
class import_observer {
 public:
  virtual ~import_observer() = default;

  /// The table was made, or its columns have changed.
  virtual void on_columns(table_schema const& schema) = 0;

  /// Every 100 ms at most while records are read; at each second of a wait; at the end.
  virtual void on_progress(progress const& seen, instant now) = 0;
};

/// One source on its way into one table: what was checked before anything was read.
class import_job {
 public:
  /// Checks the source, the mapping and the table against each other, without writing. The source,
  /// the target and the mapping must outlive the job. All problems are told at once.
  /// @param there what `target.shape_of(table)` says
  [[nodiscard]] static expected<std::unique_ptr<import_job>, problems> prepare(
      record_source& source, import_target& target, mapping const& by, std::string const& table,
      std::optional<table_shape> there);

  /// Looks at the table too, without patience: a target that can't tell now is a problem.
  [[nodiscard]] static expected<std::unique_ptr<import_job>, problems> prepare(
      record_source& source, import_target& target, mapping const& by, std::string const& table);

  /// Reads the source to its end, or as far as it goes. Blocks; a stop request ends it soon, with
  /// what was read committed.
  ///
  /// Memory: one batch (run_limits::batch_bytes and one record more; twice that while it grows),
  /// and what the source holds.
  [[nodiscard]] source_report run(run_limits const& limits, std::stop_token const& stop,
                                  import_observer& observer, timekeeper& time = system_time());

  [[nodiscard]] feed const& of() const noexcept { return feed_; }
  [[nodiscard]] table_schema const& schema() const noexcept { return schema_; }

 private:
  import_job(record_source& source, import_target& target, mapping const& by, feed of,
             table_schema schema);

  friend class import_driver;

  record_source& source_;
  import_target& target_;
  feed feed_;
  table_schema schema_;
  record_intake intake_;
};

/// The table that a file goes to by default: its name without folders and extensions.
[[nodiscard]] std::string table_named_after(std::string const& path);

/// What is wrong with a table's name; empty if nothing is.
[[nodiscard]] problems check_table_name(std::string const& table);

}  // namespace holdfast
