#pragma once

#include "holdfast/connect/postgres/pool.hpp"
#include "holdfast/connect/postgres/transact.hpp"
#include "holdfast/importer/target.hpp"
#include "importer/batch_outcome.hpp"
#include "importer/postgres_ledger.hpp"
#include "importer/postgres_rows.hpp"
#include "importer/postgres_shape.hpp"

#include <optional>
#include <string>

namespace holdfast {

/// Whether to expect that no key of the next batch is there already. What COPY has written until it
/// meets one is undone, so after each that is met more batches go the other way, up to 64.
class key_luck {
 public:
  [[nodiscard]] bool expects_new() const noexcept { return wait_ == 0; }
  void on_batch(bool met_known_key) noexcept;

 private:
  int wait_ = 0;  // batches until the next try
  int next_wait_ = 1;
};

/// The transactions of the importer on one PostgreSQL database, each a single attempt: what fails
/// is rolled back and may be tried again, also where its COMMIT was left unanswered. The next
/// attempt waits for the lock of the run, and then the ledger says whether it was done.
class postgres_writer {
 public:
  /// What a transaction came to when nothing failed.
  enum class commit_result {
    done,
    outrun,  ///< nothing was written: another process has moved the run
  };

  /// @param writer        names this process in the ledger
  /// @param batch_timeout of a transaction that rewrites no table
  postgres_writer(postgres::pool on, std::string writer, duration batch_timeout);

  [[nodiscard]] postgres::pool const& pool() const noexcept { return pool_; }

  [[nodiscard]] expected<commit_result, failure> begin(feed const& of, run_start& run);
  [[nodiscard]] expected<commit_result, failure> write(feed const& of, table_schema& schema,
                                                       batch const& records,
                                                       std::string const& checkpoint,
                                                       run_start& run);
  [[nodiscard]] expected<commit_result, failure> finish(table_schema& schema, run_start& run);

 private:
  /// What one batch came to.
  struct written {
    commit_result how = commit_result::done;
    batch_outcome outcome{};
    bool met_known_key = false;
    std::optional<run_start> found{};  ///< it was committed already: the run as it is now
  };

  [[nodiscard]] expected<written, failure> write_batch(postgres::transaction& in, feed const& of,
                                                       table_schema& schema, batch const& records,
                                                       std::string const& checkpoint,
                                                       run_start const& run);
  [[nodiscard]] expected<written, failure> add_records(postgres::transaction& in, feed const& of,
                                                       table_schema& schema, batch const& records,
                                                       std::string const& checkpoint,
                                                       run_start const& run);
  /// Lets go of what an attempt whose link was lost may still hold on the server.
  [[nodiscard]] expected<void, failure> end_lost_session();
  /// Brings the table to what the schema says.
  [[nodiscard]] expected<void, failure> reshape(postgres::transaction& in, table_schema& schema);
  [[nodiscard]] expected<void, failure> look_again(postgres::transaction& in, table_schema& schema);
  [[nodiscard]] row_path path_of(table_schema const& schema, int run_number) const noexcept;
  [[nodiscard]] postgres::transaction_options options(table_schema const* reshaped = nullptr) const;

  postgres::pool pool_;
  postgres_ledger ledger_;
  duration batch_timeout_;
  bool takes_copy_ = false;  // the table, as last looked at
  key_luck luck_;
  std::optional<ledger_run> open_{};  // of a batch of which it is not known that it has ended
};

}  // namespace holdfast
