#include "holdfast/core/budget_machine.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant start{};

int withdrawals(budget_machine& tokens, instant now, int tries) {
  int granted = 0;
  for (int i = 0; i < tries; ++i) granted += tokens.withdraw(now) ? 1 : 0;
  return granted;
}

TEST(BudgetMachine, AFullBudgetGrantsItsCapacityAndThenRefuses) {
  budget const options{};
  budget_machine tokens{options};

  EXPECT_EQ(withdrawals(tokens, start, 150), 100);
}

TEST(BudgetMachine, EachSecondAddsItsTokens) {
  budget const options{};
  budget_machine tokens{options};
  withdrawals(tokens, start, 100);

  EXPECT_EQ(withdrawals(tokens, start + 1s, 50), 10);
}

TEST(BudgetMachine, FiveFirstAttemptsPayOneRetry) {
  budget const options{.per_second = 0};
  budget_machine tokens{options};
  withdrawals(tokens, start, 100);

  tokens.credit(4);
  EXPECT_FALSE(tokens.withdraw(start));
  tokens.credit(1);
  EXPECT_TRUE(tokens.withdraw(start));
}

TEST(BudgetMachine, Case79SharesAreNotTruncatedOverTenThousandCalls) {
  budget const options{.per_second = 0, .per_call = 0.5};
  budget_machine tokens{options};
  withdrawals(tokens, start, 100);
  int granted = 0;

  for (int i = 0; i < 10'000; ++i) {
    tokens.credit(1);
    granted += tokens.withdraw(start) ? 1 : 0;
  }

  EXPECT_EQ(granted, 5000);
}

TEST(BudgetMachine, Case86SixtyPercentIsNotRoundedUpToEveryCall) {
  budget const options{.per_second = 0, .per_call = 0.6};
  budget_machine tokens{options};
  withdrawals(tokens, start, 100);
  int granted = 0;

  for (int i = 0; i < 1000; ++i) {
    tokens.credit(1);
    granted += tokens.withdraw(start) ? 1 : 0;
  }

  EXPECT_EQ(granted, 600);
}

TEST(BudgetMachine, ARetryThatNeverStartedGivesItsTokenBack) {
  budget const options{.capacity = 1, .per_second = 0};
  budget_machine tokens{options};
  ASSERT_TRUE(tokens.withdraw(start));
  ASSERT_FALSE(tokens.withdraw(start));

  tokens.give_back();

  EXPECT_TRUE(tokens.withdraw(start));
}

TEST(BudgetMachine, AskingOftenLosesNoFractionOfATime) {
  budget const options{.capacity = 1};
  budget_machine tokens{options};
  ASSERT_TRUE(tokens.withdraw(start));

  instant now = start;
  for (int i = 0; i < 2'000'000; ++i) ASSERT_FALSE(tokens.withdraw(now += 49ns));

  EXPECT_TRUE(tokens.withdraw(start + 100ms + 200ns));
}

TEST(BudgetMachine, AHundredYearsOfSilenceFillItAndNoMore) {
  budget const options{};
  budget_machine tokens{options};
  withdrawals(tokens, start, 100);

  EXPECT_EQ(withdrawals(tokens, start + 24h * 36500, 200), 100);
}

TEST(BudgetMachine, AClockThatStepsBackAddsNothing) {
  budget const options{};
  budget_machine tokens{options};
  withdrawals(tokens, start + 10s, 100);

  EXPECT_EQ(withdrawals(tokens, start, 10), 0);
}

TEST(BudgetMachine, ACreditOfAllCallsThereCanBeDoesNotOverflow) {
  budget const options{};
  budget_machine tokens{options};
  withdrawals(tokens, start, 100);

  tokens.credit(std::numeric_limits<std::uint64_t>::max());

  EXPECT_EQ(tokens.tokens(start), 100);
}

TEST(BudgetMachine, SwitchedOffItNeverRefuses) {
  budget const options{.capacity = off};
  budget_machine tokens{options};

  EXPECT_EQ(withdrawals(tokens, start, 100'000), 100'000);
}

TEST(BudgetMachine, ARefusalEndsTheCallForWantOfBudget) {
  budget const options{.capacity = 0, .per_second = 0};
  budget_machine tokens{options};

  EXPECT_EQ(charge(wait{start}, tokens, start), retry_step{stop{stop_reason::no_budget}});
  EXPECT_EQ(charge(stop{stop_reason::permanent}, tokens, start),
            retry_step{stop{stop_reason::permanent}});
}

// D6: in any t seconds, retries <= capacity + per_second x t + per_call x first attempts.
RC_GTEST_PROP(BudgetMachine, NoHistoryExceedsTheBound, ()) {
  budget const options{.capacity = static_cast<double>(*rc::gen::inRange(0, 50)),
                       .per_second = *rc::gen::inRange(0, 200) / 10.0,
                       .per_call = *rc::gen::inRange(0, 20) / 10.0};
  budget_machine tokens{options};
  auto const steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4));
  instant now = start;
  double retries = 0;
  double calls = 0;

  for (int const step : steps) {
    if (step == 0) now += duration{*rc::gen::inRange<std::int64_t>(0, 2'000'000'000)};
    if (step == 1) tokens.credit(1), ++calls;
    if (step >= 2) retries += tokens.withdraw(now) ? 1 : 0;
    double const seconds = std::chrono::duration<double>(now - start).count();
    RC_ASSERT(retries <=
              options.capacity + options.per_second * seconds + options.per_call * calls + 1e-6);
  }
}

RC_GTEST_PROP(BudgetMachine, ABulkCreditEqualsOneByOne, (std::uint16_t count)) {
  budget const options{.per_second = 0, .per_call = 0.3};
  budget_machine bulk{options};
  budget_machine one_by_one{options};
  withdrawals(bulk, start, 100);
  withdrawals(one_by_one, start, 100);

  bulk.credit(count);
  for (int i = 0; i < count; ++i) one_by_one.credit(1);

  RC_ASSERT(bulk.tokens(start) == one_by_one.tokens(start));
}

}  // namespace
}  // namespace holdfast::core
