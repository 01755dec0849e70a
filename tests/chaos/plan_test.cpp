#include "holdfast/chaos/plan.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

std::string problems_of(std::string_view text) {
  auto const plan = parse_chaos_plan(text, "a.plan.yaml");
  return plan ? "" : describe(plan.error());
}

TEST(ChaosPlan, AnEmptyFileIsAServiceInGoodOrder) {
  auto const plan = parse_chaos_plan("# nothing goes wrong\n", "a.plan.yaml");

  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->faults.reset, 0);
  EXPECT_EQ(plan->default_limit, 20U);
  EXPECT_EQ(plan->max_limit, 1000U);
}

TEST(ChaosPlan, EveryGroupOfFieldsCanBeWritten) {
  auto const plan = parse_chaos_plan(R"(
faults: {server_error: 0.1, retry_after: date, stall_limit: 2s, endless_limit: 1MiB}
pages: {overlap: 0.5}
records: {duplicates_within: 0.02}
script: [none, reset]
poison: [117]
poison_alone: false
outages: [{after_requests: 30, duration: 4s, kind: refuse}, {after: 1m}]
pace: {records_per_second: 200}
quota: {requests: 5, per: 1s, status: 503}
max_limit: 50
)",
                                     "a.plan.yaml");

  ASSERT_TRUE(plan) << describe(plan.error());
  EXPECT_EQ(plan->faults.server_error, 0.1);
  EXPECT_EQ(plan->faults.retry_after, retry_after_form::date);
  EXPECT_EQ(plan->faults.stall_limit, 2s);
  EXPECT_EQ(plan->faults.endless_limit, 1_MiB);
  EXPECT_EQ(plan->pages.overlap, 0.5);
  EXPECT_EQ(plan->records.duplicates_within, 0.02);
  EXPECT_EQ(plan->script, (std::vector{fault_kind::none, fault_kind::reset}));
  EXPECT_EQ(plan->poison, std::vector<std::uint64_t>{117});
  EXPECT_FALSE(plan->poison_alone);
  ASSERT_EQ(plan->outages.size(), 2U);
  EXPECT_EQ(plan->outages[0].after_requests, 30U);
  EXPECT_EQ(plan->outages[0].lasts, 4s);
  EXPECT_EQ(plan->outages[0].kind, outage_kind::refuse);
  EXPECT_EQ(plan->outages[1].after, 1min);
  EXPECT_EQ(plan->pace.records_per_second, 200);
  EXPECT_EQ(plan->quota.requests, 5U);
  EXPECT_EQ(plan->quota.status, quota_status::unavailable);
  EXPECT_EQ(plan->max_limit, 50U);
}

TEST(ChaosPlan, AMisspeltFaultIsAProblemWithASuggestion) {
  EXPECT_NE(problems_of("faults: {sever_error: 0.1}").find("server_error"), std::string::npos);
}

TEST(ChaosPlan, SharesThatAddUpToMoreThanOneAreRefused) {
  EXPECT_NE(problems_of("faults: {reset: 0.6, stall: 0.5}").find("add up to 1.1"),
            std::string::npos);
  EXPECT_EQ(problems_of("faults: {reset: 0.7, stall: 0.1, throttled: 0.1, html_instead: 0.1}"), "");
}

TEST(ChaosPlan, ChangesOfARecordThatAddUpToMoreThanOneAreRefused) {
  EXPECT_NE(problems_of("records: {null_nested: 0.6, text_numbers: 0.6}"), "");
}

TEST(ChaosPlan, AnOutageNeedsExactlyOneBeginning) {
  EXPECT_NE(problems_of("outages: [{duration: 1s}]"), "");
  EXPECT_NE(problems_of("outages: [{after: 1s, after_requests: 3}]"), "");
}

TEST(ChaosPlan, WhatHasAScheduleOfItsOwnCanNotBeScripted) {
  EXPECT_NE(problems_of("script: [poison]").find("poison can't be scripted"), std::string::npos);
}

TEST(ChaosPlan, TheDefaultLimitMayNotExceedTheLargest) {
  EXPECT_NE(problems_of("max_limit: 10").find("default_limit"), std::string::npos);
}

TEST(ChaosPlan, EveryFaultOfTheTableIsAFieldOfTheSameName) {
  std::vector<std::string_view> fields;
  for_each_field<request_faults>([&](auto const& row) { fields.push_back(row.name); });

  ASSERT_GE(fields.size(), fault_shares.size());
  for (std::size_t i = 0; i < fault_shares.size(); ++i) {
    EXPECT_EQ(fields[i], enum_name(fault_shares[i].kind));
  }
}

}  // namespace
}  // namespace holdfast
