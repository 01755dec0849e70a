#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/field.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>

namespace holdfast {

/// What is wrong with a page that was answered with 200 and reads well.
enum class page_flaw {
  short_page,         ///< fewer records than asked for; the page says so
  early_end,          ///< `next` is null although records follow
  overlap,            ///< the page begins with the last records of the page before
  missing_record,     ///< one record is left out
  total_drift,        ///< `total_count` is another one than before
  duplicates_within,  ///< a record stands twice in a row
  duplicates_across,  ///< a record that stood earlier stands there again
  null_nested,        ///< lists and objects within a record are null
  text_numbers,       ///< numbers of a record are strings
  unknown_field,      ///< a record has a key that no other has
};

inline constexpr std::size_t page_flaw_count =
    static_cast<std::size_t>(page_flaw::unknown_field) + 1;

template <>
struct names_of<page_flaw> {
  using enum page_flaw;
  static constexpr std::array<named_value<page_flaw>, page_flaw_count> table{
      {{short_page, "short_page"},
       {early_end, "early_end"},
       {overlap, "overlap"},
       {missing_record, "missing_record"},
       {total_drift, "total_drift"},
       {duplicates_within, "duplicates_within"},
       {duplicates_across, "duplicates_across"},
       {null_nested, "null_nested"},
       {text_numbers, "text_numbers"},
       {unknown_field, "unknown_field"}}};
};

/// Which share of the pages lies, each flaw drawn on its own. Reading the same page again draws
/// anew, so a client that notices can mend it.
struct page_faults {
  double short_page = 0;
  double early_end = 0;
  double overlap = 0;
  double missing_record = 0;
  double total_drift = 0;
  std::uint32_t overlap_records = 3;
  std::uint32_t total_drift_records = 5;
};

/// Which share of the records is doubled or changed: once and for all, so that an offset always
/// means the same record and `total_count` counts the duplicates.
struct record_faults {
  double duplicates_within = 0;
  double duplicates_across = 0;
  double null_nested = 0;
  double text_numbers = 0;
  double unknown_field = 0;
};

template <>
struct fields_of<page_faults> {
  static constexpr value_range<double> share{0, 1};
  static constexpr auto table = std::tuple{
      field("short_page", &page_faults::short_page, share,
            "the limit is silently halved; page_meta and next agree with it"),
      field("early_end", &page_faults::early_end, share, "next is null although records follow"),
      field("overlap", &page_faults::overlap, share,
            "overlap_records of the page before stand in front, beyond the limit"),
      field("missing_record", &page_faults::missing_record, share, "one record is left out"),
      field("total_drift", &page_faults::total_drift, share,
            "total_count is wrong by up to total_drift_records, more or less"),
      field("overlap_records", &page_faults::overlap_records, {1, 1000},
            "how many records an overlap repeats"),
      field("total_drift_records", &page_faults::total_drift_records, {1, 1'000'000},
            "by how much total_count drifts at most")};
};

template <>
struct fields_of<record_faults> {
  static constexpr value_range<double> share{0, 1};
  static constexpr auto table = std::tuple{
      field("duplicates_within", &record_faults::duplicates_within, share,
            "the record stands twice in a row"),
      field("duplicates_across", &record_faults::duplicates_across, share,
            "any earlier record stands behind it once more"),
      field("null_nested", &record_faults::null_nested, share,
            "its nested lists and objects are null"),
      field("text_numbers", &record_faults::text_numbers, share, "its numbers are strings"),
      field("unknown_field", &record_faults::unknown_field, share,
            "it has a field more: \"chaos_unknown\"")};
};

}  // namespace holdfast
