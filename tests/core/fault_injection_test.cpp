#include "holdfast/core/fault_injection_fields.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

struct tally {
  int failed = 0;
  int waited = 0;
};

tally draw_many(fault_injection const& options, int draws) {
  random_bits random{options.seed};
  tally found;
  for (int i = 0; i < draws; ++i) {
    injected_fault const drawn = draw_fault(options, random);
    if (drawn.fails) ++found.failed;
    if (drawn.latency > duration::zero()) ++found.waited;
  }
  return found;
}

TEST(FaultInjection, InjectsNothingByDefault) {
  auto const found = draw_many({}, 1000);

  EXPECT_EQ(found.failed, 0);
  EXPECT_EQ(found.waited, 0);
}

TEST(FaultInjection, ARateOfOneHitsEveryAttempt) {
  auto const found = draw_many({.failure_rate = 1, .latency_rate = 1}, 1000);

  EXPECT_EQ(found.failed, 1000);
  EXPECT_EQ(found.waited, 1000);
}

TEST(FaultInjection, SharesAreThoseOfTheOptions) {
  auto const found = draw_many({.failure_rate = 0.1, .latency_rate = 0.4}, 10'000);

  EXPECT_NEAR(found.failed, 1000, 150);  // five standard deviations
  EXPECT_NEAR(found.waited, 4000, 250);
}

TEST(FaultInjection, TheSameSeedGivesTheSameFaults) {
  fault_injection const options{.failure_rate = 0.5, .latency_rate = 0.5, .seed = 7};
  random_bits first{options.seed};
  random_bits second{options.seed};

  for (int i = 0; i < 100; ++i) {
    injected_fault const one = draw_fault(options, first);
    injected_fault const other = draw_fault(options, second);
    EXPECT_EQ(one.latency, other.latency);
    EXPECT_EQ(one.fails, other.fails);
  }
}

TEST(FaultInjection, AFailureHasTheCategoryAskedForAndSaysWhereItComesFrom) {
  random_bits random{1};

  auto const drawn = draw_fault({.failure_rate = 1, .category = category::throttled}, random);

  ASSERT_TRUE(drawn.fails);
  EXPECT_EQ(drawn.fails->category, category::throttled);
  EXPECT_EQ(drawn.fails->fault, fault::dependency);
  EXPECT_EQ(drawn.fails->advice, advice::after_backoff);
  EXPECT_EQ(drawn.fails->text.view(), "injected by fault_injection");
}

TEST(FaultInjection, AMistakeOfTheCallerStaysOne) {
  random_bits random{1};

  auto const drawn = draw_fault({.failure_rate = 1, .category = category::not_found}, random);

  ASSERT_TRUE(drawn.fails);
  EXPECT_EQ(drawn.fails->fault, fault::caller);
  EXPECT_EQ(drawn.fails->advice, advice::never);
}

TEST(FaultInjection, ALatencyIsAsLongAsAskedFor) {
  random_bits random{1};

  EXPECT_EQ(draw_fault({.latency_rate = 1, .latency = 3s}, random).latency, 3s);
}

TEST(FaultInjection, SharesAboveOneAreRefused) {
  EXPECT_EQ(check_fields(fault_injection{.failure_rate = 1.1}).size(), 1U);
  EXPECT_TRUE(check_fields(fault_injection{}).empty());
}

}  // namespace
}  // namespace holdfast::core
