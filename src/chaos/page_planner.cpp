#include "page_planner.hpp"

#include "chance.hpp"

#include <algorithm>

namespace holdfast {
namespace {

std::uint64_t used_limit(page_query const& asked, chaos_plan const& plan) {
  std::uint64_t const wanted = asked.limit.value_or(plan.default_limit);
  return wanted == 0 ? plan.max_limit : std::min(wanted, plan.max_limit);
}

void fill(page_content& page, chaos_plan const& plan, listing const& records, random_bits& random) {
  std::uint64_t begin = std::min(page.offset, records.size());
  std::uint64_t const end = begin + std::min(page.limit, records.size() - begin);
  if (begin < end && begin > 0 && strikes(plan.pages.overlap, random)) {
    ++page.count(page_flaw::overlap);
    begin -= std::min<std::uint64_t>(begin, plan.pages.overlap_records);
  }
  for (; begin < end; ++begin) page.records.push_back(records[begin]);
  if (page.records.size() > 1 && strikes(plan.pages.missing_record, random)) {
    ++page.count(page_flaw::missing_record);
    auto const at = below(page.records.size(), random);
    page.records.erase(page.records.begin() + static_cast<std::ptrdiff_t>(at));
  }
  for (page_record const& each : page.records) {
    if (each.flaw) ++page.count(*each.flaw);
  }
}

}  // namespace

page_content plan_page(page_query const& asked, chaos_plan const& plan, listing const& records,
                       random_bits& random) {
  page_content page;
  page.offset = asked.offset;
  page.limit = used_limit(asked, plan);
  page.total_count = records.size();
  if (page.limit > 1 && strikes(plan.pages.short_page, random)) {
    ++page.count(page_flaw::short_page);
    page.limit /= 2;
  }
  fill(page, plan, records, random);
  page.has_next = page.offset < records.size() && records.size() - page.offset > page.limit;
  if (page.has_next && strikes(plan.pages.early_end, random)) {
    ++page.count(page_flaw::early_end);
    page.has_next = false;
  }
  if (strikes(plan.pages.total_drift, random)) {
    ++page.count(page_flaw::total_drift);
    std::uint64_t const by = 1 + below(plan.pages.total_drift_records, random);
    bool const more = random() % 2 == 0;
    page.total_count = more ? records.size() + by : records.size() - std::min(by, records.size());
  }
  return page;
}

}  // namespace holdfast
