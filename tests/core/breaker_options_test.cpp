#include "holdfast/core/breaker_fields.hpp"

#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(BreakerOptions, WhatCanNeverOpenIsRefused) {
  auto const fields = [](breaker const& options) {
    std::string names;
    for (auto const& each : check_fields(options)) names += each.field + ' ';
    return names;
  };

  EXPECT_EQ(fields({}), "");
  EXPECT_EQ(fields({.window = last_calls(10)}), "");
  EXPECT_EQ(fields({.failure_rate = 0.5, .window = last_calls(10)}), "min_calls ");
  EXPECT_EQ(fields({.failure_rate = 0.5, .window = last_span(10s)}), "");
  EXPECT_EQ(fields({.slow_call_rate = 0.5}), "slow_call_rate ");
  EXPECT_EQ(fields({.max_hanging = 3}), "max_hanging ");
  EXPECT_EQ(fields({.window = last_calls(0)}), "window.calls ");
  EXPECT_EQ(fields({.failure_rate = 0.0}), "failure_rate ");
}

TEST(BreakerOptions, BucketsTooShortToTellCallsApartAreRefused) {
  EXPECT_TRUE(check_fields(breaker{.window = last_span(1500ms, 10)}).empty());
  EXPECT_TRUE(check_fields(breaker{.window = {.span = 10s, .buckets = 1000}}).empty());

  auto const problems = check_fields(breaker{.window = last_span(1499ms, 10)});

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems.front().field, "window.span");
  EXPECT_EQ(problems.front().found, "1.499s in 10 buckets is below 150ms a bucket");
  EXPECT_EQ(problems.front().allowed, "1.5s .. 7d, or fewer buckets");
}

TEST(BreakerOptions, AWaitThatBeginsAboveItsMaximumIsRefused) {
  auto const problems = check_fields(breaker{.recovery_timeout = 10min});

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems.front().field, "max_recovery_timeout");
  EXPECT_EQ(problems.front().found, "5m is below recovery_timeout (10m)");
  EXPECT_EQ(problems.front().allowed, "recovery_timeout .. 7d");
}

}  // namespace
}  // namespace holdfast
