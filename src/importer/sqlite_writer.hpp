#pragma once

#include "holdfast/connect/sqlite/database.hpp"
#include "holdfast/connect/sqlite/transaction.hpp"
#include "holdfast/importer/target.hpp"
#include "importer/sqlite_ledger.hpp"
#include "importer/sqlite_table.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace holdfast {

/// The transactions of the importer on one SQLite database, each a single attempt: what fails is
/// rolled back and may be tried again. Errors are SQLite's own.
class sqlite_writer {
 public:
  /// What a transaction came to when nothing failed.
  enum class commit_result {
    done,
    outrun,  ///< rolled back: another process has moved the run
  };

  /// Opens the database. Its address must not change afterwards: statements point into it.
  [[nodiscard]] static expected<std::unique_ptr<sqlite_writer>, failure> open(
      std::string const& path, duration lock_timeout);

  [[nodiscard]] sqlite::database& database() noexcept { return in_; }
  [[nodiscard]] sqlite_ledger& ledger() noexcept { return *ledger_; }

  [[nodiscard]] expected<commit_result, failure> begin(feed const& of, run_start& run);
  [[nodiscard]] expected<commit_result, failure> write(feed const& of, table_schema& schema,
                                                       batch const& records,
                                                       std::string const& checkpoint,
                                                       run_start& run);
  [[nodiscard]] expected<commit_result, failure> finish(table_schema& schema, run_start& run);

 private:
  /// What one batch came to.
  struct written {
    std::vector<ledger_mark> marks;
    import_totals totals;
  };

  explicit sqlite_writer(sqlite::database in) noexcept : in_{std::move(in)}, table_{in_} {}
  [[nodiscard]] expected<void, failure> open_ledger(feed const& of);
  [[nodiscard]] expected<written, failure> add_records(feed const& of, table_schema const& schema,
                                                       batch const& records, run_start const& run);
  [[nodiscard]] expected<void, failure> keep_aside(feed const& of, table_schema const& schema,
                                                   batch const& records, batch_entry const& entry,
                                                   insert_result const& seen, run_start const& run);

  sqlite::database in_;
  sqlite_table table_;
  std::optional<sqlite_ledger> ledger_;
};

}  // namespace holdfast
