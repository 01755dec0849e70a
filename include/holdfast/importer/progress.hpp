#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/importer/source.hpp"
#include "holdfast/importer/totals.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace holdfast {

/// How a run stands at one moment.
struct progress {
  import_totals totals;            ///< committed, of the whole run
  std::uint64_t read_here = 0;     ///< records read by this process
  std::uint64_t skipped_here = 0;  ///< of them, those that a resumed run has counted already
  std::uint64_t target_retries = 0;
  source_stats source;
  std::string waiting_for;  ///< why nothing moves; empty while it does
  instant waiting_until{};  ///< with `waiting_for`
};

/// Rate and time left of one run, from progress told at any times. No clock of its own.
///
/// The rate is that of the last seconds, not of the whole run: each sample weighs less by half
/// every three seconds.
class progress_meter {
 public:
  explicit progress_meter(instant started) noexcept : started_{started}, last_{started} {}

  void sample(progress const& seen, instant now) noexcept;

  /// Records read a second.
  [[nodiscard]] double rate() const noexcept { return rate_; }

  /// Time left, by the records that the service holds or by the bytes of the file; nothing where
  /// neither is known or nothing moves.
  [[nodiscard]] std::optional<duration> time_left(progress const& seen) const noexcept;

  [[nodiscard]] duration running(instant now) const noexcept { return elapsed(started_, now); }

 private:
  instant started_;
  instant last_;
  std::uint64_t last_read_ = 0;
  std::uint64_t last_bytes_ = 0;
  double rate_ = 0;
  double byte_rate_ = 0;
};

/// "12,345 stored, 3 duplicates, 2 rejected, 1,830 records/s, 4 retries, circuit closed, 12s left":
/// what is zero or unknown is left out, but for what was stored. One line, without a line break.
[[nodiscard]] std::string progress_line(progress const& seen, progress_meter const& meter,
                                        instant now);

/// "1,234,567".
[[nodiscard]] std::string with_separators(std::uint64_t number);

/// For people: "8s", "2m 5s", "3h 20m", rounded down to what matters.
[[nodiscard]] std::string rough_time(duration value);

/// The text cut to `columns` characters of a terminal, at a UTF-8 boundary.
[[nodiscard]] std::string cut_to(std::string text, std::size_t columns);

}  // namespace holdfast
