#pragma once

#include "holdfast/base/problem.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/importer/run.hpp"
#include "holdfast/importer/source.hpp"
#include "holdfast/importer/totals.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace holdfast {

/// What came of importing one source.
struct source_report {
  std::string source;
  std::string table;
  run_ending ending = run_ending::finished;
  problem why;                ///< where it did not finish
  bool resumed = false;       ///< an earlier process had begun the run
  std::uint64_t skipped = 0;  ///< records read again and found in the counters already
  std::uint64_t gone = 0;  ///< records that were accounted for and are not in the source any more
  std::uint64_t changed = 0;  ///< records that were accounted for with other content
  import_totals totals;       ///< of the whole run, earlier processes included
  source_stats stats;         ///< of this process
  std::uint64_t target_retries = 0;
  duration took{};  ///< of this process
  std::optional<std::uint64_t> rows_in_table;
  std::uint64_t missing_rows = 0;  ///< at least so many stored rows are not in the table any more

  [[nodiscard]] std::uint64_t retries() const noexcept { return stats.retries + target_retries; }
};

/// Why a run did not finish and how to go on, in two lines; empty where it did.
[[nodiscard]] std::string describe_ending(source_report const& report);

/// The result for people, a few lines: what was read, what became of it, what is in the table, and
/// for a run that did not finish why and how to go on. Ends without a line break.
[[nodiscard]] std::string describe(source_report const& report);

}  // namespace holdfast
