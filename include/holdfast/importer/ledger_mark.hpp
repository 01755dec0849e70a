#pragma once

#include "holdfast/importer/record.hpp"

#include <cstdint>
#include <optional>

namespace holdfast {

/// What became of a record. `differs` is a duplicate too: its key is known, its content is another.
enum class fate : std::uint8_t { stored = 0, duplicate = 1, differs = 2, rejected = 3 };

/// What the ledger keeps of one record, in eight bytes: 56 bits of its fingerprint, and its fate
/// with the reason of a rejection. The numbers are on users' disks: never renumber them.
class ledger_mark {
 public:
  constexpr ledger_mark() noexcept = default;
  constexpr ledger_mark(std::uint64_t fingerprint, fate what, rejection why) noexcept
      : bits_{(fingerprint & ~std::uint64_t{0xFF}) | (static_cast<std::uint64_t>(why) << 2U) |
              static_cast<std::uint64_t>(what)} {}
  static constexpr ledger_mark from_bits(std::uint64_t bits) noexcept {
    ledger_mark mark;
    mark.bits_ = bits;
    return mark;
  }

  [[nodiscard]] constexpr bool is_of(std::uint64_t fingerprint) const noexcept {
    return (bits_ ^ fingerprint) < 0x100;
  }
  [[nodiscard]] constexpr fate what() const noexcept { return static_cast<fate>(bits_ & 3U); }
  [[nodiscard]] constexpr rejection why() const noexcept {
    return static_cast<rejection>((bits_ >> 2U) & 0x3FU);
  }
  /// Rejected by our checks or the table, not by the source: another mapping, key or table may take
  /// the record.
  [[nodiscard]] constexpr bool may_be_judged_again() const noexcept {
    if (what() != fate::rejected) return false;
    return why() == rejection::missing || why() == rejection::wrong_type ||
           why() == rejection::out_of_range || why() == rejection::too_many_columns;
  }
  [[nodiscard]] constexpr std::uint64_t bits() const noexcept { return bits_; }

  friend constexpr bool operator==(ledger_mark, ledger_mark) = default;

 private:
  std::uint64_t bits_ = 0;
};

}  // namespace holdfast
