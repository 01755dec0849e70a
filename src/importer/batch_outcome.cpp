#include "importer/batch_outcome.hpp"

#include <algorithm>
#include <cstdint>

namespace holdfast {

void batch_outcome::note(batch const& records, batch_entry const& entry,
                         insert_result const& seen) {
  marks[entry.position - records.first()] = {entry.fingerprint, seen.what, seen.why};
  totals.count(seen.what, seen.why);
}

std::string batch_outcome::fingerprints(batch const& records) const {
  auto const is_news = [&](batch_entry const& entry) {
    return entry.earlier != marks[entry.position - records.first()];
  };
  return std::ranges::any_of(records.entries(), is_news) ? packed(marks) : std::string{};
}

std::string packed(std::span<ledger_mark const> marks) {
  std::string bytes;
  bytes.reserve(marks.size() * 8);
  for (ledger_mark const mark : marks) {
    for (unsigned i = 0; i < 8; ++i) {
      bytes.push_back(static_cast<char>((mark.bits() >> (8 * i)) & 0xFFU));
    }
  }
  return bytes;
}

std::vector<ledger_mark> unpacked(std::span<std::byte const> bytes) {
  std::vector<ledger_mark> marks;
  marks.reserve(bytes.size() / 8);
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 8; ++i) bits |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
    marks.push_back(ledger_mark::from_bits(bits));
  }
  return marks;
}

}  // namespace holdfast
