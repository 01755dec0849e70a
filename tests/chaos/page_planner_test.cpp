#include "chaos/page_planner.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

page_content plan_of(page_query const& asked, chaos_plan const& plan, std::uint64_t count = 100,
                     std::uint64_t seed = 1) {
  random_bits random{seed};
  return plan_page(asked, plan, listing{count, plan.records, random}, random);
}

std::vector<std::uint64_t> numbers(page_content const& page) {
  std::vector<std::uint64_t> found;
  for (auto const& each : page.records) found.push_back(each.number);
  return found;
}

TEST(PagePlanner, APageHoldsTheRecordsFromOffsetToLimit) {
  auto const page = plan_of({.offset = 40, .limit = 3}, {});

  EXPECT_EQ(numbers(page), (std::vector<std::uint64_t>{40, 41, 42}));
  EXPECT_EQ(page.total_count, 100U);
  EXPECT_TRUE(page.has_next);
}

TEST(PagePlanner, WithoutALimitADefaultAppliesAndALargeOneIsCut) {
  EXPECT_EQ(plan_of({}, {}).limit, 20U);
  EXPECT_EQ(plan_of({.limit = 5000}, {}, 9000).limit, 1000U);
  EXPECT_EQ(plan_of({.limit = 0}, {}, 9000).limit, 1000U);
}

TEST(PagePlanner, TheLastPageHasNoNext) {
  auto const page = plan_of({.offset = 80, .limit = 20}, {});

  EXPECT_EQ(page.records.size(), 20U);
  EXPECT_FALSE(page.has_next);
}

TEST(PagePlanner, BeyondTheEndAPageIsEmpty) {
  auto const page = plan_of({.offset = 1'000'000, .limit = 20}, {});

  EXPECT_TRUE(page.records.empty());
  EXPECT_FALSE(page.has_next);
}

TEST(PagePlanner, AShortPageSaysWhichLimitItUsed) {
  auto const page = plan_of({.limit = 20}, {.pages = {.short_page = 1}});

  EXPECT_EQ(page.limit, 10U);
  EXPECT_EQ(page.records.size(), 10U);
}

TEST(PagePlanner, AnEarlyEndHidesThatRecordsFollow) {
  auto const page = plan_of({.limit = 20}, {.pages = {.early_end = 1}});

  EXPECT_FALSE(page.has_next);
  EXPECT_EQ(page.count(page_flaw::early_end), 1U);
}

TEST(PagePlanner, AnOverlapPutsEarlierRecordsInFront) {
  chaos_plan const plan{.pages = {.overlap = 1, .overlap_records = 2}};

  EXPECT_EQ(numbers(plan_of({.offset = 10, .limit = 2}, plan)),
            (std::vector<std::uint64_t>{8, 9, 10, 11}));
  EXPECT_EQ(numbers(plan_of({.offset = 1, .limit = 2}, plan)),
            (std::vector<std::uint64_t>{0, 1, 2}));
  EXPECT_EQ(numbers(plan_of({.limit = 2}, plan)), (std::vector<std::uint64_t>{0, 1}));
}

TEST(PagePlanner, AMissingRecordLeavesAHole) {
  auto const page = plan_of({.limit = 20}, {.pages = {.missing_record = 1}});

  EXPECT_EQ(page.records.size(), 19U);
  EXPECT_EQ(page.limit, 20U);
}

RC_GTEST_PROP(PagePlanner, TheTotalDriftsByNoMoreThanSaid, (std::uint64_t seed)) {
  auto const page = plan_of({}, {.pages = {.total_drift = 1, .total_drift_records = 5}}, 3, seed);

  RC_ASSERT(page.total_count != 3U);
  RC_ASSERT(page.total_count <= 8U);
}

}  // namespace
}  // namespace holdfast
