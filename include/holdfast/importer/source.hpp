#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/importer/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// What came of asking a source for its next record.
enum class read_status {
  record,   ///< `out` holds one, accepted or rejected by the source
  end,      ///< every record was read
  refused,  ///< not now (open circuit, outage): ask again after `retry_after`; nothing is lost
  stopped,  ///< can't go on (`why`); all that was read before is good and a later run may resume
};

struct read_result {
  read_status status = read_status::end;
  duration retry_after{};       ///< with `refused`
  std::optional<failure> seen;  ///< with `refused`: the failure behind it
  problem why;                  ///< with `refused` (for the progress line) and `stopped`
};

/// Numbers that only the source knows, for the progress line and the report.
struct source_stats {
  std::uint64_t requests = 0;         ///< HTTP requests made, failed ones too
  std::uint64_t failed_requests = 0;  ///< of them, those that failed
  std::uint64_t retries = 0;          ///< of them, those that were second or later attempts
  std::uint64_t bytes_read = 0;       ///< of the file, before decompression
  std::uint64_t bytes_total = 0;      ///< size of the file; 0 where unknown
  std::uint64_t records_total = 0;    ///< what the service says it holds; 0 where unknown
  std::string circuit;                ///< state of the breaker; empty where there is none
};

/// Records one after the other, in an order that a second reading repeats. Not thread-safe.
class record_source {
 public:
  virtual ~record_source() = default;

  /// Reads the next record into `out`, whose position is one more than the last one's. Never
  /// blocks for longer than one guarded request.
  [[nodiscard]] virtual read_result read(record& out) = 0;

  /// Names of the columns seen so far, in order; grows while records with new keys are read.
  [[nodiscard]] virtual std::vector<std::string> const& columns() const = 0;

  /// What stands in the ledger for this source: absolute path, URL or "-".
  [[nodiscard]] virtual std::string const& identity() const = 0;

  /// Where the next record will be read, in a form that `resume` understands; empty if this source
  /// can only be read again from its start (files: reading is cheap, and it proves the content).
  [[nodiscard]] virtual std::string checkpoint() const { return {}; }

  /// Goes to a checkpoint of an earlier process, before the first read: the next record has
  /// `position`. False where the source can't: then it starts at its first record.
  [[nodiscard]] virtual bool resume(std::string const& checkpoint, std::uint64_t position) {
    static_cast<void>(checkpoint);
    static_cast<void>(position);
    return false;
  }

  [[nodiscard]] virtual source_stats stats() const = 0;

  /// How the source is read, for the plan: "CSV, comma, gzip, UTF-8". May be empty.
  [[nodiscard]] virtual std::string describe() const { return {}; }
};

}  // namespace holdfast
