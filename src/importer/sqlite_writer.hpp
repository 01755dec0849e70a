#pragma once

#include "holdfast/connect/sqlite/database.hpp"
#include "holdfast/connect/sqlite/transaction.hpp"
#include "holdfast/importer/target.hpp"
#include "importer/sqlite_ledger.hpp"
#include "importer/sqlite_table.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace holdfast {

/// The transactions of the importer on one SQLite database, each a single attempt: what fails is
/// rolled back and may be tried again. Errors are SQLite's own.
class sqlite_writer {
 public:
  /// What a transaction came to when nothing failed.
  enum class commit_result {
    done,
    outrun,        ///< rolled back: another process has moved the run
    rolled_back,   ///< rolled back by a rule of the table itself: `why` says by which record
    refused_late,  ///< rolled back: a deferred constraint refused the batch as a whole
  };

  /// Opens the database. Its address must not change afterwards: statements point into it.
  [[nodiscard]] static expected<std::unique_ptr<sqlite_writer>, failure> open(
      std::string const& path, duration lock_timeout);

  [[nodiscard]] sqlite::database& database() noexcept { return in_; }
  [[nodiscard]] sqlite_ledger& ledger() noexcept { return *ledger_; }
  /// What SQLite said of the last transaction that the table's own rules have ended.
  [[nodiscard]] std::string const& why() const noexcept { return why_; }

  [[nodiscard]] expected<commit_result, failure> begin(feed const& of, run_start& run);
  [[nodiscard]] expected<commit_result, failure> write(feed const& of, table_schema& schema,
                                                       batch const& records,
                                                       std::string const& checkpoint,
                                                       run_start& run);
  [[nodiscard]] expected<commit_result, failure> finish(table_schema& schema, run_start& run);

 private:
  class change;
  explicit sqlite_writer(sqlite::database in) noexcept : in_{std::move(in)}, table_{in_} {}
  /// Begins a transaction in which `schema` knows the table as it is.
  [[nodiscard]] expected<std::unique_ptr<change>, failure> begin_change(table_schema& schema);
  [[nodiscard]] expected<void, failure> look_again(table_schema& schema);
  [[nodiscard]] expected<commit_result, failure> write_batch(feed const& of, table_schema& schema,
                                                             batch const& records,
                                                             std::string const& checkpoint,
                                                             run_start& run);
  [[nodiscard]] expected<commit_result, failure> commit(change& open, table_schema& schema);
  [[nodiscard]] expected<void, failure> open_ledger(feed const& of);
  [[nodiscard]] expected<batch_outcome, failure> add_records(feed const& of,
                                                             table_schema const& schema,
                                                             batch const& records,
                                                             run_start const& run);
  [[nodiscard]] expected<void, failure> keep_aside(feed const& of, table_schema const& schema,
                                                   batch const& records, batch_entry const& entry,
                                                   insert_result const& seen, run_start const& run);

  sqlite::database in_;
  sqlite_table table_;
  std::optional<sqlite_ledger> ledger_;
  std::optional<std::int64_t> seen_version_;  ///< of the database's schema, as last looked at
  std::string why_;
};

}  // namespace holdfast
