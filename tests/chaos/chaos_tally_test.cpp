#include "holdfast/chaos/chaos_tally.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

fault_verdict verdict_of(fault_kind kind) {
  fault_verdict verdict;
  verdict.kind = kind;
  verdict.page.records.resize(3);
  verdict.page.count(page_flaw::overlap) = 1;
  return verdict;
}

chaos_tally some_tally() {
  chaos_tally tally;
  tally.add_connection();
  tally.add(verdict_of(fault_kind::none));
  tally.add(verdict_of(fault_kind::slow_drip));
  tally.add(verdict_of(fault_kind::reset));
  tally.add_turned_away();
  return tally;
}

TEST(ChaosTally, ASlowPageIsServedAndATurnedAwayConnectionFailed) {
  auto const tally = some_tally();

  EXPECT_EQ(tally.requests(), 4U);
  EXPECT_EQ(tally.failed(), 2U);
  EXPECT_EQ(tally.failed_share(), 0.5);
}

TEST(ChaosTally, FlawsCountOnlyInPagesThatWereServed) {
  EXPECT_EQ(some_tally().count(page_flaw::overlap), 2U);
}

TEST(ChaosTally, NothingAskedIsNothingFailed) { EXPECT_EQ(chaos_tally{}.failed_share(), 0); }

TEST(ChaosTally, TheLineNamesWhatHappenedAndNothingElse) {
  EXPECT_EQ(to_text(some_tally()),
            "4 requests, 2 failed (50.0 %), 6 records served; reset 1, slow_drip 1, outage 1, "
            "overlap 2");
}

TEST(ChaosTally, TheJsonObjectHoldsTheSameNumbers) {
  auto const json = nlohmann::json::parse(to_json(some_tally()));

  EXPECT_EQ(json["requests"], 4);
  EXPECT_EQ(json["failed"], 2);
  EXPECT_EQ(json["failed_share"], 0.5);
  EXPECT_EQ(json["pages"], 2);
  EXPECT_EQ(json["records"], 6);
  EXPECT_EQ(json["connections"], 1);
  EXPECT_EQ(json["faults"]["reset"], 1);
  EXPECT_EQ(json["faults"]["stall"], 0);
  EXPECT_EQ(json["flaws"]["overlap"], 2);
}

}  // namespace
}  // namespace holdfast
