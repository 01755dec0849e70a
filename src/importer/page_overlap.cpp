#include "importer/page_overlap.hpp"

#include "holdfast/importer/fingerprint.hpp"

#include <algorithm>

namespace holdfast {

void page_overlap::drop_from(page_body& page, std::uint64_t wanted) const {
  auto& records = page.records;
  if (records.size() <= wanted) return;
  std::uint64_t repeated = std::min(records.size(), before_.size());
  auto const repeats = [&](std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      if (fingerprint_of(page.record(i)) != before_[before_.size() - count + i]) return false;
    }
    return true;
  };
  while (repeated > 0 && !repeats(repeated)) --repeated;
  records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(repeated));
}

void page_overlap::remember(page_body const& page) {
  before_.clear();
  for (std::size_t i = 0; i < page.records.size(); ++i) {
    before_.push_back(fingerprint_of(page.record(i)));
  }
}

}  // namespace holdfast
