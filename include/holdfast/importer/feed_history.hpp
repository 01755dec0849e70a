#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/importer/ledger_mark.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace holdfast {

/// The records of one committed batch: those at `first`, `first` + 1, and so on.
struct mark_span {
  std::int64_t batch = 0;  ///< its row in the ledger, growing within a run
  std::uint64_t first = 0;
  std::uint64_t records = 0;

  [[nodiscard]] std::uint64_t end() const noexcept { return first + records; }
};

/// Where one run's spans have been read to, in order of (first, batch).
struct span_cursor {
  std::int64_t run = 0;
  std::uint64_t first = 0;
  std::int64_t batch = 0;
};

/// How a history reads its ledger.
struct mark_reader {
  /// The first span of a run after a cursor; nothing at the end.
  std::function<expected<std::optional<mark_span>, failure>(span_cursor const&)> next_span;
  /// The marks of a batch, one for each record of its span.
  std::function<expected<std::vector<ledger_mark>, failure>(std::int64_t batch)> marks_of;
};

/// What earlier runs of a feed made of each record, read along with the source.
///
/// Asks for positions in growing order only. Memory: the marks of the batches that cover the
/// present position, and about 100 bytes for each run.
class feed_history {
 public:
  feed_history(std::vector<std::int64_t> const& runs, mark_reader reader);

  /// The mark of this record, if it is accounted for: same position, same fingerprint. Where
  /// several runs have it, the earliest says that did not reject it by a check. Cost: one
  /// comparison where nothing is left to read, and nothing for runs whose next span lies ahead.
  [[nodiscard]] expected<std::optional<ledger_mark>, failure> find(std::uint64_t position,
                                                                   std::uint64_t fingerprint) {
    if (near_.empty() && far_.empty()) return std::optional<ledger_mark>{};
    return search(position, fingerprint);
  }

 private:
  /// A span that may cover the present position, with what the ledger says of its records.
  struct open_span {
    mark_span of;
    std::vector<ledger_mark> marks;
  };
  /// One run: its open spans, and the first one beyond the present position.
  struct thread {
    span_cursor cursor;
    std::vector<open_span> open{};
    std::optional<mark_span> ahead{};
    bool at_end = false;

    [[nodiscard]] bool is_over() const noexcept { return at_end && open.empty(); }
    /// Nothing of it covers a position before that of `ahead`, which is where the cursor stands.
    [[nodiscard]] bool is_far() const noexcept { return open.empty() && ahead.has_value(); }
  };

  [[nodiscard]] expected<std::optional<ledger_mark>, failure> search(std::uint64_t position,
                                                                     std::uint64_t fingerprint);
  [[nodiscard]] expected<void, failure> move_to(std::uint64_t position);
  void bring_near(std::uint64_t position);
  void send_away();
  [[nodiscard]] expected<void, failure> advance(thread& run, std::uint64_t position) const;
  [[nodiscard]] expected<void, failure> look_ahead(thread& run) const;
  [[nodiscard]] expected<void, failure> open_ahead(thread& run, std::uint64_t position) const;

  std::vector<thread> near_;       ///< in order of the runs
  std::vector<thread> far_;        ///< the one whose next span begins first is the last
  std::uint64_t next_change_ = 0;  ///< up to here the same spans are open
  mark_reader reader_;
};

}  // namespace holdfast
