#include "page_planner.hpp"

#include <algorithm>

namespace holdfast {
namespace {

bool strikes(double share, random_bits& random) { return share > 0 && random.uniform() < share; }

/// Uniform in [0, count); the bias of the remainder is below 2^-40 for any count here.
std::uint64_t below(std::uint64_t count, random_bits& random) { return random() % count; }

std::uint64_t used_limit(page_query const& asked, chaos_plan const& plan) {
  std::uint64_t const wanted = asked.limit.value_or(plan.default_limit);
  return wanted == 0 ? plan.max_limit : std::min(wanted, plan.max_limit);
}

/// One draw for the three changes of a record, which exclude each other.
std::optional<page_flaw> change_of_record(record_faults const& faults, random_bits& random) {
  double const sum = faults.null_nested + faults.text_numbers + faults.unknown_field;
  if (sum <= 0) return std::nullopt;
  double const draw = random.uniform();
  if (draw < faults.null_nested) return page_flaw::null_nested;
  if (draw < faults.null_nested + faults.text_numbers) return page_flaw::text_numbers;
  if (draw < sum) return page_flaw::unknown_field;
  return std::nullopt;
}

void add_record(page_content& page, std::uint64_t number, record_faults const& faults,
                random_bits& random) {
  auto const flaw = change_of_record(faults, random);
  if (flaw) ++page.count(*flaw);
  page.records.push_back({number, flaw});
  if (strikes(faults.duplicates_within, random)) {
    ++page.count(page_flaw::duplicates_within);
    page.records.push_back({number, std::nullopt});
  }
  if (page.offset > 0 && strikes(faults.duplicates_across, random)) {
    ++page.count(page_flaw::duplicates_across);
    page.records.push_back({below(page.offset, random), std::nullopt});
  }
}

void fill(page_content& page, chaos_plan const& plan, std::uint64_t record_count,
          random_bits& random) {
  std::uint64_t begin = std::min(page.offset, record_count);
  std::uint64_t const end = begin + std::min(page.limit, record_count - begin);
  if (begin < end && begin > 0 && strikes(plan.pages.overlap, random)) {
    ++page.count(page_flaw::overlap);
    begin -= std::min<std::uint64_t>(begin, plan.pages.overlap_records);
  }
  for (std::uint64_t number = begin; number < end; ++number) {
    add_record(page, number, plan.records, random);
  }
}

}  // namespace

page_content plan_page(page_query const& asked, chaos_plan const& plan, std::uint64_t record_count,
                       random_bits& random) {
  page_content page;
  page.offset = asked.offset;
  page.limit = used_limit(asked, plan);
  page.total_count = record_count;
  if (page.limit > 1 && strikes(plan.pages.short_page, random)) {
    ++page.count(page_flaw::short_page);
    page.limit /= 2;
  }
  fill(page, plan, record_count, random);
  if (page.records.size() > 1 && strikes(plan.pages.missing_record, random)) {
    ++page.count(page_flaw::missing_record);
    auto const at = below(page.records.size(), random);
    page.records.erase(page.records.begin() + static_cast<std::ptrdiff_t>(at));
  }
  page.has_next = page.offset < record_count && record_count - page.offset > page.limit;
  if (page.has_next && strikes(plan.pages.early_end, random)) {
    ++page.count(page_flaw::early_end);
    page.has_next = false;
  }
  if (strikes(plan.pages.total_drift, random)) {
    ++page.count(page_flaw::total_drift);
    std::uint64_t const by = 1 + below(plan.pages.total_drift_records, random);
    page.total_count =
        random() % 2 == 0 ? record_count + by : record_count - std::min(by, record_count);
  }
  return page;
}

}  // namespace holdfast
