#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/importer/batch.hpp"
#include "holdfast/importer/feed_history.hpp"
#include "holdfast/importer/table_schema.hpp"
#include "holdfast/importer/totals.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// One source read into one table: what the ledger keeps account of.
struct feed {
  std::string source;  ///< `record_source::identity()`
  std::string table;
};

/// Where a run of a feed begins or goes on. Written by the target at every batch.
struct run_start {
  std::int64_t run = 0;
  std::uint64_t sequence = 0;       ///< batches committed so far
  std::uint64_t next_position = 0;  ///< every record before it is accounted for
  std::string checkpoint;           ///< of the source, after the last batch
  bool resumed = false;             ///< an earlier process has begun it
  import_totals totals;             ///< of the whole run so far
  std::vector<std::int64_t> runs;   ///< all runs of the feed whose marks are to be read
  std::int64_t horizon = 0;         ///< the last batch of them
  /// Rows of the table that other runs have stored; nothing where that can't be counted (a view).
  std::optional<std::uint64_t> stored_by_others;
};

/// The operation that every transaction of a target, and every look at it, is done under.
inline constexpr char const* write_operation = "db.import.write";

/// What came of asking the target for something.
enum class target_status {
  done,     ///< it did: what was to be written is committed
  refused,  ///< not now (locked, open circuit): ask again after `retry_after`; nothing was written
  stopped,  ///< can't go on (`why`); nothing was written, and a later run resumes
};

struct target_answer {
  target_status status = target_status::done;
  duration retry_after{};  ///< with `refused`
  problem why;             ///< with `refused` and `stopped`
};

/// The database that records go to, with its ledger in it. Not thread-safe.
class import_target {
 public:
  virtual ~import_target() = default;

  /// Whether anything stands in the way of writing to it, found without writing a row: `stopped`
  /// where the user must mend it, `refused` where it can't tell now.
  [[nodiscard]] virtual target_answer check() = 0;

  /// The table as it is now; nothing where it is not there yet. Why not, where it can't tell.
  [[nodiscard]] virtual expected<std::optional<table_shape>, target_answer> shape_of(
      std::string const& table) = 0;

  /// Makes the ledger if needed, and begins a run of this feed or goes on with an unfinished one.
  [[nodiscard]] virtual target_answer begin(feed const& of, run_start& run) = 0;

  /// What the earlier runs of the feed made of each record.
  [[nodiscard]] virtual feed_history history(run_start const& run) = 0;

  /// Commits a batch with its ledger row in one transaction, after changing the table to what
  /// `schema` says. Brings `run` and the shape in `schema` up to date if that is done.
  [[nodiscard]] virtual target_answer write(feed const& of, table_schema& schema,
                                            batch const& records, std::string const& checkpoint,
                                            run_start& run) = 0;

  /// Marks the run as finished, and makes the table if no record has done so yet.
  [[nodiscard]] virtual target_answer finish(feed const& of, table_schema& schema,
                                             run_start& run) = 0;

  /// Tries once.
  [[nodiscard]] virtual expected<std::uint64_t, problem> rows_in(std::string const& table) = 0;

  /// What `--into` named, for messages.
  [[nodiscard]] virtual std::string const& name() const = 0;

  /// What a failure means to the run that met it: `refused` where it may pass, else `stopped`.
  [[nodiscard]] virtual target_answer answer_to(failure const& seen) const = 0;

  /// Columns that a table can have there.
  [[nodiscard]] virtual std::size_t column_limit() const = 0;

  /// Writes that were second or later attempts.
  [[nodiscard]] virtual std::uint64_t retries() const = 0;
};

}  // namespace holdfast
