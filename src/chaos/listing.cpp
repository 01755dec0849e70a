#include "listing.hpp"

#include "chance.hpp"

namespace holdfast {
namespace {

/// One draw for the three changes of a record, which exclude each other.
std::optional<page_flaw> change_of_record(record_faults const& faults, random_bits& random) {
  double const draw = random.uniform();
  double const texts = faults.null_nested + faults.text_numbers;
  if (draw < faults.null_nested) return page_flaw::null_nested;
  if (draw < texts) return page_flaw::text_numbers;
  if (draw < texts + faults.unknown_field) return page_flaw::unknown_field;
  return std::nullopt;
}

bool changes_nothing(record_faults const& faults) {
  return faults.duplicates_within <= 0 && faults.duplicates_across <= 0 &&
         faults.null_nested <= 0 && faults.text_numbers <= 0 && faults.unknown_field <= 0;
}

}  // namespace

listing::listing(std::uint64_t record_count, record_faults const& faults, random_bits random)
    : size_{record_count} {
  if (changes_nothing(faults)) return;
  places_.reserve(record_count);
  for (std::uint64_t number = 0; number < record_count; ++number) place(number, faults, random);
  size_ = places_.size();
}

void listing::place(std::uint64_t number, record_faults const& faults, random_bits& random) {
  page_record const record{number, change_of_record(faults, random)};
  places_.push_back(record);
  if (strikes(faults.duplicates_within, random)) {
    places_.push_back({number, page_flaw::duplicates_within});
  }
  if (number > 0 && strikes(faults.duplicates_across, random)) {
    places_.push_back({below(number, random), page_flaw::duplicates_across});
  }
}

}  // namespace holdfast
