#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/transaction.hpp"
#include "holdfast/importer/batch.hpp"
#include "holdfast/importer/feed_history.hpp"
#include "holdfast/importer/target.hpp"
#include "importer/batch_outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast {

/// How a run stands in the ledger, and the transaction that has locked it.
struct ledger_run {
  std::uint64_t sequence = 0;
  std::string state{};
  std::int64_t backend = 0;  ///< process on the server
  std::string xid{};
};

/// The holdfast_* tables of a PostgreSQL database, found by the search_path. Every writing member
/// works within a transaction of the caller, and leaves no trace without it.
class postgres_ledger {
 public:
  /// @param writer names this process in the batches that it commits: by that it knows its own
  explicit postgres_ledger(std::string writer) : writer_{std::move(writer)} {}

  /// The version of the ledger in this database; 0 where it has none.
  [[nodiscard]] static expected<std::int64_t, failure> version_of(postgres::connection& in);

  /// Makes the tables where they are missing. One process at a time: others wait for it.
  [[nodiscard]] static expected<void, failure> create(postgres::transaction& in);

  /// Keeps every run into this table where it is until the transaction ends, as `create` keeps new
  /// ones from beginning: only so can it be told whether the table is there, and what is in it.
  [[nodiscard]] static expected<void, failure> hold_runs(postgres::transaction& in,
                                                         std::string const& table);

  /// Forgets the runs into a table that is gone, with what they kept aside.
  [[nodiscard]] static expected<void, failure> discard_runs(postgres::transaction& in,
                                                            std::string const& table);

  /// Goes on with the unfinished run of this feed, or adds a new one. A table that is empty though
  /// something was stored in it is taken for a new one: its runs are discarded.
  /// @param counts_rows whether the table's rows are those that were stored in it: not of a view
  [[nodiscard]] static expected<run_start, failure> begin_run(postgres::transaction& in,
                                                              feed const& of, bool counts_rows);

  /// The statement that keeps every other process from moving the run until the transaction ends.
  /// It waits for one that is still committing, so what it reads is final.
  static constexpr std::string_view lock_run_sql =
      "SELECT sequence, state, pg_backend_pid(), pg_current_xact_id()::text FROM holdfast_runs"
      " WHERE id = $1 FOR UPDATE";
  [[nodiscard]] static std::optional<ledger_run> locked_run(postgres::rows const& answer);

  /// Ends the session that had locked a run, if it is still in that very transaction: the link to
  /// it was lost, and the server does not know.
  [[nodiscard]] static expected<void, failure> end_lost_session(postgres::connection& in,
                                                                ledger_run const& lost);

  /// Whether this process has committed the batch of this number: its answer was lost then.
  [[nodiscard]] expected<bool, failure> is_own_batch(postgres::transaction& in, std::int64_t run,
                                                     std::uint64_t sequence) const;
  /// The run as the ledger has it.
  [[nodiscard]] static expected<run_start, failure> read_run(postgres::transaction& in,
                                                             std::int64_t run);

  /// Adds the batch and moves the run on. The run must be locked.
  [[nodiscard]] expected<void, failure> add_batch(postgres::transaction& in, run_start const& run,
                                                  batch const& written,
                                                  batch_outcome const& outcome,
                                                  std::string const& checkpoint) const;

  /// Ends the run. False where another process has moved it meanwhile.
  [[nodiscard]] static expected<bool, failure> finish_run(postgres::transaction& in,
                                                          run_start const& run);

  /// The first span of a run after the cursor, of batches up to `horizon`.
  [[nodiscard]] static expected<std::optional<mark_span>, failure> next_span(
      postgres::connection& in, span_cursor const& after, std::int64_t horizon);
  /// The marks of a batch; none where it is not there any more.
  [[nodiscard]] static expected<std::vector<ledger_mark>, failure> marks_of(
      postgres::connection& in, std::int64_t batch);

 private:
  std::string writer_;
};

}  // namespace holdfast
