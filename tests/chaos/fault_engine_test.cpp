#include "holdfast/chaos/fault_engine.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using enum fault_kind;

constexpr std::uint64_t records = 400;

std::vector<fault_kind> first_kinds(chaos_plan const& plan, std::uint64_t seed, int count) {
  fault_engine engine{plan, seed, records};
  std::vector<fault_kind> kinds;
  for (int i = 0; i < count; ++i) kinds.push_back(engine.judge({}, 0s).kind);
  return kinds;
}

TEST(FaultEngine, WithoutAPlanEveryRequestIsServed) {
  EXPECT_EQ(first_kinds({}, 1, 100), std::vector<fault_kind>(100, none));
}

TEST(FaultEngine, TheSameSeedGivesTheSameFaultsAndAnotherSeedOthers) {
  chaos_plan const plan{.faults = {.server_error = 0.3, .reset = 0.3}};

  EXPECT_EQ(first_kinds(plan, 7, 200), first_kinds(plan, 7, 200));
  EXPECT_NE(first_kinds(plan, 7, 200), first_kinds(plan, 8, 200));
}

TEST(FaultEngine, WhatWasAskedBeforeDoesNotChangeTheFaultOfARequest) {
  chaos_plan const plan{.faults = {.server_error = 0.5}, .records = {.duplicates_within = 0.5}};
  fault_engine small{plan, 7, records};
  fault_engine large{plan, 7, records};

  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(small.judge({.limit = 1}, 0s).kind, large.judge({.limit = 300}, 0s).kind);
  }
}

TEST(FaultEngine, AFaultStrikesItsShareOfTheRequests) {
  auto const kinds = first_kinds({.faults = {.throttled = 0.1, .stall = 0.2}}, 3, 20'000);

  EXPECT_NEAR(static_cast<double>(std::count(kinds.begin(), kinds.end(), throttled)), 2000, 150);
  EXPECT_NEAR(static_cast<double>(std::count(kinds.begin(), kinds.end(), stall)), 4000, 200);
}

TEST(FaultEngine, AnOffsetAlwaysMeansTheSameRecord) {
  chaos_plan const plan{
      .records = {.duplicates_within = 0.2, .duplicates_across = 0.2, .text_numbers = 0.2}};
  fault_engine engine{plan, 7, records};
  auto const all = engine.judge({.limit = 1000}, 0s).page;

  auto const part = engine.judge({.offset = 100, .limit = 50}, 0s).page;

  EXPECT_EQ(all.total_count, all.records.size());
  EXPECT_TRUE(std::equal(part.records.begin(), part.records.end(), all.records.begin() + 100));
}

RC_GTEST_PROP(FaultEngine, AShareOfOneStrikesEveryRequest, (std::uint64_t seed)) {
  for (auto const& [kind, share] : fault_shares) {
    chaos_plan plan;
    plan.faults.*share = 1;
    RC_ASSERT(fault_engine(plan, seed, records).judge({}, 0s).kind == kind);
  }
}

TEST(FaultEngine, TheScriptComesBeforeChance) {
  chaos_plan const plan{.faults = {.stall = 1}, .script = {none, reset, none}};

  EXPECT_EQ(first_kinds(plan, 1, 5), (std::vector{none, reset, none, stall, stall}));
}

TEST(FaultEngine, APageWithAPoisonedRecordAlwaysFails) {
  fault_engine engine{{.poison = {117}}, 1, records};

  EXPECT_EQ(engine.judge({.offset = 97, .limit = 20}, 0s).kind, none);
  EXPECT_EQ(engine.judge({.offset = 98, .limit = 20}, 0s).kind, poison);
  EXPECT_EQ(engine.judge({.offset = 117, .limit = 20}, 0s).kind, poison);
  EXPECT_EQ(engine.judge({.offset = 118, .limit = 20}, 0s).kind, none);
  EXPECT_EQ(engine.judge({.offset = 117, .limit = 1}, 0s).kind, poison);
}

TEST(FaultEngine, APoisonedRecordCanBeServedAloneIfThePlanSaysSo) {
  fault_engine engine{{.poison = {117}, .poison_alone = false}, 1, records};

  EXPECT_EQ(engine.judge({.offset = 117, .limit = 1}, 0s).kind, none);
  EXPECT_EQ(engine.judge({.offset = 117, .limit = 2}, 0s).kind, poison);
}

TEST(FaultEngine, AnOutageBeginsWithTheFirstAttemptAfterItsRequests) {
  fault_engine engine{{.outages = {{.after_requests = 2, .lasts = 4s}}}, 1, records};

  EXPECT_EQ(engine.judge({}, 0s).kind, none);
  EXPECT_EQ(engine.judge({}, 1s).kind, none);
  EXPECT_EQ(engine.judge({}, 10s).kind, outage);
  EXPECT_TRUE(engine.outage_at(13'999ms));
  EXPECT_FALSE(engine.outage_at(14s));
  EXPECT_EQ(engine.judge({}, 14s).kind, none);
}

TEST(FaultEngine, AnOutageByTimeHappensOnce) {
  fault_engine engine{
      {.outages = {{.after = 5s, .lasts = 1s, .kind = outage_kind::unavailable}}}, 1, records};

  EXPECT_FALSE(engine.outage_at(4'999ms));
  auto const away = engine.outage_at(5s);
  ASSERT_TRUE(away);
  EXPECT_EQ(away->kind, outage_kind::unavailable);
  EXPECT_EQ(away->ends, 6s);
  EXPECT_FALSE(engine.outage_at(6s));
  EXPECT_FALSE(engine.outage_at(60s));
}

TEST(FaultEngine, RequestsInAnOutageAreNotNumbered) {
  chaos_plan const plan{.script = {none, reset}, .outages = {{.after_requests = 1, .lasts = 1s}}};
  fault_engine engine{plan, 1, records};

  EXPECT_EQ(engine.judge({}, 0s).number, 1U);
  EXPECT_EQ(engine.judge({}, 0s).number, 0U);
  auto const after = engine.judge({}, 2s);
  EXPECT_EQ(after.number, 2U);
  EXPECT_EQ(after.kind, reset);
}

TEST(FaultEngine, BeyondTheQuotaAClientIsToldToWaitForTheNextWindow) {
  fault_engine engine{{.quota = {.requests = 2, .per = 1s}}, 1, records};

  EXPECT_EQ(engine.judge({}, 100ms).used->share, 0.5);
  EXPECT_EQ(engine.judge({}, 200ms).kind, none);
  auto const refused = engine.judge({}, 300ms);
  EXPECT_EQ(refused.kind, quota);
  EXPECT_TRUE(refused.used->blocked);
  EXPECT_EQ(refused.retry_after->after, 700ms);
  EXPECT_EQ(engine.judge({}, 1s).kind, none);
}

TEST(FaultEngine, AQuotaMayBlockForLongerThanItsWindow) {
  fault_engine engine{{.quota = {.requests = 1, .per = 1s, .block = 30s}}, 1, records};

  EXPECT_EQ(engine.judge({}, 0s).kind, none);
  EXPECT_EQ(engine.judge({}, 0s).retry_after->after, 30s);
  EXPECT_EQ(engine.judge({}, 29'999ms).kind, quota);
  EXPECT_EQ(engine.judge({}, 30s).kind, none);
}

TEST(FaultEngine, RetryAfterHasTheFormThatThePlanSays) {
  auto const hint_of = [](retry_after_form form) {
    chaos_plan const plan{
        .faults = {.unavailable = 1, .retry_after = form, .retry_after_delay = 3s}};
    return fault_engine{plan, 1, records}.judge({}, 0s).retry_after;
  };

  EXPECT_EQ(hint_of(retry_after_form::seconds), (retry_hint{3s, false}));
  EXPECT_EQ(hint_of(retry_after_form::date), (retry_hint{3s, true}));
  EXPECT_EQ(hint_of(retry_after_form::none), std::nullopt);
}

TEST(FaultEngine, MixedRetryAfterHasAllThreeForms) {
  fault_engine engine{
      {.faults = {.throttled = 1, .retry_after = retry_after_form::mixed}}, 1, records};
  int without = 0, dates = 0, seconds = 0;
  for (int i = 0; i < 100; ++i) {
    auto const hint = engine.judge({}, 0s).retry_after;
    ++(!hint ? without : hint->as_date ? dates : seconds);
  }

  EXPECT_GT(without, 0);
  EXPECT_GT(dates, 0);
  EXPECT_GT(seconds, 0);
}

TEST(FaultEngine, ThePaceOfRecordsHoldsPagesBack) {
  fault_engine engine{{.pace = {.records_per_second = 10}}, 1, records};

  EXPECT_EQ(engine.judge({.limit = 5}, 0s).wait, 500ms);
  EXPECT_EQ(engine.judge({.limit = 5}, 0s).wait, 1s);
  EXPECT_EQ(engine.judge({.limit = 5}, 10s).wait, 500ms);
}

TEST(FaultEngine, ThePaceOfRequestsAndTheLatencyAddUp) {
  fault_engine engine{{.pace = {.latency = 7ms, .requests_per_second = 4}}, 1, records};

  EXPECT_EQ(engine.judge({}, 0s).wait, 257ms);
  EXPECT_EQ(engine.judge({}, 0s).wait, 507ms);
}

TEST(FaultEngine, AFailedRequestCostsNoRecords) {
  fault_engine engine{{.faults = {.reset = 1}, .pace = {.records_per_second = 10}}, 1, records};

  EXPECT_EQ(engine.judge({}, 0s).wait, 0s);
}

}  // namespace
}  // namespace holdfast
