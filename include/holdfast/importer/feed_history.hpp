#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/importer/ledger_mark.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace holdfast {

/// The marks of one committed batch: of the records at `first`, `first` + 1, and so on.
struct mark_span {
  std::int64_t batch = 0;  ///< its row in the ledger, growing within a run
  std::uint64_t first = 0;
  std::vector<ledger_mark> marks;

  [[nodiscard]] std::uint64_t end() const noexcept { return first + marks.size(); }
};

/// Where one run's spans have been read to, in order of (first, batch).
struct span_cursor {
  std::int64_t run = 0;
  std::uint64_t first = 0;
  std::int64_t batch = 0;
};

/// Reads the first span of a run after a cursor; nothing at the end.
using span_reader = std::function<expected<std::optional<mark_span>, failure>(span_cursor const&)>;

/// What earlier runs of a feed made of each record, read along with the source.
///
/// Asks for positions in growing order only. Memory: the marks of the batches that cover the
/// present position and of the one after, for each run.
class feed_history {
 public:
  feed_history(std::vector<std::int64_t> const& runs, span_reader reader);

  /// The mark of this record, if it is accounted for: same position, same fingerprint. Where
  /// several runs have it, the earliest says that did not reject it by a check. Cost: one
  /// comparison where nothing is left to read, and nothing for runs whose next span lies ahead.
  [[nodiscard]] expected<std::optional<ledger_mark>, failure> find(std::uint64_t position,
                                                                   std::uint64_t fingerprint) {
    if (near_.empty() && far_.empty()) return std::optional<ledger_mark>{};
    return search(position, fingerprint);
  }

 private:
  /// One run: the spans that may cover the present position, and the first one beyond it.
  struct thread {
    span_cursor cursor;
    std::vector<mark_span> open{};
    std::optional<mark_span> ahead{};
    bool at_end = false;

    [[nodiscard]] bool is_over() const noexcept { return at_end && open.empty(); }
    /// Nothing of it covers a position before that of `ahead`, which is where the cursor stands.
    [[nodiscard]] bool is_far() const noexcept { return open.empty() && ahead.has_value(); }
  };

  [[nodiscard]] expected<std::optional<ledger_mark>, failure> search(std::uint64_t position,
                                                                     std::uint64_t fingerprint);
  void bring_near(std::uint64_t position);
  void send_away();
  [[nodiscard]] expected<void, failure> advance(thread& run, std::uint64_t position);
  [[nodiscard]] expected<void, failure> look_ahead(thread& run);

  std::vector<thread> near_;  ///< in order of the runs
  std::vector<thread> far_;   ///< the one whose next span begins first is the last
  span_reader reader_;
};

}  // namespace holdfast
