#pragma once

#include "holdfast/importer/record.hpp"
#include "holdfast/importer/totals.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// One record that the ledger does not know yet, or that is judged again, as it stands in a batch.
struct batch_entry {
  std::uint64_t position = 0;
  std::uint64_t line = 0;  ///< from 1; 0 where there are no lines
  std::uint64_t fingerprint = 0;
  std::size_t bytes_at = 0;  ///< where its bytes begin in the batch
  std::size_t bytes = 0;
  std::size_t raw_bytes = 0;
  std::size_t cells_at = 0;
  std::size_t cells = 0;
  rejection rejected = rejection::none;
  std::string detail;                    ///< for people: why it was rejected
  std::optional<ledger_mark> earlier{};  ///< how an earlier run has rejected it
};

/// The records of consecutive positions that are committed together: known ones as a count, new
/// ones with all their bytes, packed one after the other.
///
/// Memory: the bytes of the new records, twice at most while it grows, and about 120 bytes and 12 a
/// cell for each of them.
class batch {
 public:
  /// A record that a committed batch of this very run has counted already.
  void add_skipped(std::uint64_t position, ledger_mark mark) { add_mark(position, mark); }

  /// A record that an earlier run has accounted for: counted here, and not written again.
  void add_known(std::uint64_t position, ledger_mark mark);

  /// A record to be written; where `why` is given, to the rejected ones. Copies its bytes.
  /// @param earlier how an earlier run has rejected it, if it is judged again
  void add_new(record const& of, std::uint64_t fingerprint, rejection why, std::string detail,
               std::optional<ledger_mark> earlier = std::nullopt);

  [[nodiscard]] std::span<batch_entry const> entries() const noexcept { return entries_; }
  [[nodiscard]] std::span<cell const> cells(batch_entry const& of) const noexcept {
    return std::span{cells_}.subspan(of.cells_at, of.cells);
  }
  [[nodiscard]] std::string_view text(batch_entry const& of, cell const& in) const noexcept {
    return {bytes_.data() + of.bytes_at + in.offset, in.size};
  }
  [[nodiscard]] std::string_view raw(batch_entry const& of) const noexcept {
    return {bytes_.data() + of.bytes_at, of.raw_bytes};
  }

  /// Position of the first record, and of the one after the last.
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] std::uint64_t end() const noexcept { return first_ + marks_.size(); }
  /// One mark a record; those of new records are without fate until they are written.
  [[nodiscard]] std::vector<ledger_mark> const& marks() const noexcept { return marks_; }
  /// What became of the known records.
  [[nodiscard]] import_totals const& known() const noexcept { return known_; }
  /// Whether the ledger has nothing to learn from it.
  [[nodiscard]] bool nothing_to_write() const noexcept {
    return entries_.empty() && known_.read == 0;
  }
  [[nodiscard]] std::uint64_t size_in_bytes() const noexcept { return bytes_.size(); }

  /// Empties it for the next use, and gives back memory beyond `keep` bytes of records.
  void clear(std::uint64_t keep);

 private:
  void add_mark(std::uint64_t position, ledger_mark mark);

  std::uint64_t first_ = 0;
  std::vector<ledger_mark> marks_;
  std::vector<batch_entry> entries_;
  std::vector<cell> cells_;
  std::string bytes_;
  import_totals known_;
};

}  // namespace holdfast
