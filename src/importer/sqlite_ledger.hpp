#pragma once

#include "holdfast/connect/sqlite/database.hpp"
#include "holdfast/importer/batch.hpp"
#include "holdfast/importer/feed_history.hpp"
#include "holdfast/importer/target.hpp"
#include "importer/batch_outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// The holdfast_* tables of one SQLite database. Every writing member runs inside a transaction of
/// the caller. Errors are SQLite's own.
class sqlite_ledger {
 public:
  /// The version of the ledger in this database; 0 where it has none.
  [[nodiscard]] static expected<std::int64_t, failure> version_of(sqlite::database& in);

  /// Makes the tables where they are missing.
  [[nodiscard]] static expected<void, failure> create(sqlite::database& in);

  /// Compiles the statements; the tables must be there.
  [[nodiscard]] static expected<sqlite_ledger, failure> open(sqlite::database& in);

  /// Forgets the runs into a table that is gone, with what they kept aside: what they stored is
  /// gone with it.
  [[nodiscard]] expected<void, failure> discard_runs(std::string_view table);

  /// Goes on with the unfinished run of this feed, or adds a new one. A table that is empty though
  /// something was stored in it is taken for a new one: its runs are discarded.
  [[nodiscard]] expected<run_start, failure> begin_run(feed const& of);

  /// The first span of a run after the cursor, of batches up to `horizon`.
  [[nodiscard]] expected<std::optional<mark_span>, failure> next_span(span_cursor const& after,
                                                                      std::int64_t horizon);
  /// The marks of a batch; none where it is not there any more.
  [[nodiscard]] expected<std::vector<ledger_mark>, failure> marks_of(std::int64_t batch);

  /// Renews the row of an earlier run, if the entry was rejected then.
  [[nodiscard]] expected<void, failure> add_rejected(std::int64_t run, feed const& of,
                                                     batch_entry const& entry, rejection why,
                                                     std::string_view detail, std::string_view raw);
  [[nodiscard]] expected<void, failure> add_duplicate(std::int64_t run, feed const& of,
                                                      batch_entry const& entry,
                                                      std::string_view key, bool differs,
                                                      std::string_view raw);

  /// Adds the batch and moves the run on, and drops the rejected rows of what is no more rejected.
  /// False where another process has moved the run meanwhile.
  [[nodiscard]] expected<bool, failure> add_batch(run_start const& run, batch const& written,
                                                  batch_outcome const& outcome,
                                                  std::string const& checkpoint);

  /// Ends the run. False where another process has moved it meanwhile.
  [[nodiscard]] expected<bool, failure> finish_run(run_start const& run);

 private:
  explicit sqlite_ledger(sqlite::database& in) noexcept : in_{&in} {}
  [[nodiscard]] expected<void, failure> prepare();
  [[nodiscard]] expected<std::optional<run_start>, failure> unfinished_run(feed const& of);
  [[nodiscard]] expected<void, failure> load_reasons(run_start& run);
  [[nodiscard]] expected<void, failure> load_earlier_runs(run_start& run, feed const& of);
  /// How many rows the runs into this table have stored; nothing where it is no table but a view.
  [[nodiscard]] expected<std::optional<std::uint64_t>, failure> stored_in(std::string const& table);
  [[nodiscard]] expected<void, failure> drop_rejected(std::int64_t run, batch const& written,
                                                      std::vector<ledger_mark> const& marks);
  [[nodiscard]] expected<void, failure> add_reasons(std::int64_t run, import_totals const& delta);

  sqlite::database* in_;
  std::optional<sqlite::statement> add_batch_;
  std::optional<sqlite::statement> move_run_;
  std::optional<sqlite::statement> add_rejected_;
  std::optional<sqlite::statement> renew_rejected_;
  std::optional<sqlite::statement> drop_rejected_;
  std::optional<sqlite::statement> add_duplicate_;
  std::optional<sqlite::statement> add_reason_;
  std::optional<sqlite::statement> next_span_;
  std::optional<sqlite::statement> marks_of_;
};

}  // namespace holdfast
