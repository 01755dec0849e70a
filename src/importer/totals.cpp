#include "holdfast/importer/totals.hpp"

namespace holdfast {

void import_totals::count(fate what, rejection why) noexcept {
  ++read;
  switch (what) {
    case fate::stored: ++stored; return;
    case fate::duplicate: ++duplicates; return;
    case fate::differs:
      ++duplicates;
      ++differs;
      return;
    case fate::rejected:
      ++rejected;
      ++reasons[static_cast<std::size_t>(why) % rejection_count];
      return;
  }
}

import_totals& import_totals::operator+=(import_totals const& other) noexcept {
  read += other.read;
  stored += other.stored;
  duplicates += other.duplicates;
  differs += other.differs;
  rejected += other.rejected;
  for (std::size_t i = 0; i < reasons.size(); ++i) reasons[i] += other.reasons[i];
  return *this;
}

}  // namespace holdfast
