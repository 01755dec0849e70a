#include "holdfast/core/budget_fields.hpp"
#include "holdfast/core/budget_machine.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant start{};

static_assert(sizeof(budget_machine) <= 32, "a million idle guards must fit in 400 MB");

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

TEST(BudgetMachine, Case79TwoTokensACallFillABudgetOfTwentyThousand) {
  budget const options{.capacity = 20'000, .per_second = 0, .per_call = 2};
  budget_machine tokens{options};
  withdrawals(tokens, start, 20'000);

  for (int i = 0; i < 10'000; ++i) tokens.credit(1);

  EXPECT_EQ(tokens.tokens(start), 20'000);
}

TEST(BudgetMachine, Case80WhatIsBelowZeroIsRefusedAndNothingGivesNothing) {
  EXPECT_EQ(check_fields(budget{.per_call = -0.1}).size(), 1U);
  EXPECT_EQ(check_fields(budget{.per_second = -1}).size(), 1U);
  EXPECT_EQ(check_fields(budget{.capacity = -1}).size(), 1U);
  EXPECT_EQ(check_fields(budget{.capacity = 0.5}).size(), 1U);
  budget const none{.capacity = 0, .per_second = 0, .per_call = 0};
  EXPECT_TRUE(check_fields(none).empty());
  budget_machine tokens{none};

  tokens.credit(1'000'000);

  EXPECT_FALSE(tokens.withdraw(start + 24h));
}

TEST(BudgetMachine, Trap28RetriesNeverDepositAndOneThatNeverBeganIsGivenBack) {
  budget const options{.capacity = 2, .per_second = 0, .per_call = 0};
  budget_machine tokens{options};

  EXPECT_EQ(withdrawals(tokens, start, 10), 2);
  tokens.give_back();
  EXPECT_EQ(withdrawals(tokens, start, 10), 1);
}

TEST(BudgetMachine, Trap28OnlyWhatWasTakenIsGivenBack) {
  budget const options{.capacity = 5, .per_second = 0, .per_call = 1};
  budget_machine tokens{options};
  ASSERT_EQ(withdrawals(tokens, start, 2), 2);

  for (int i = 0; i < 10; ++i) tokens.give_back();

  EXPECT_EQ(withdrawals(tokens, start, 10), 5);
}

TEST(BudgetMachine, Trap29WithAllCallsFailingTheFloorPerSecondRemains) {
  budget const options{.capacity = 10, .per_second = 1, .per_call = 0.2};
  budget_machine tokens{options};
  withdrawals(tokens, start, 10);

  EXPECT_EQ(withdrawals(tokens, start + 5s, 10), 5);
}

TEST(BudgetMachine, Trap30AThousandthOfATokenACallIsNotNothing) {
  budget const options{.capacity = 1, .per_second = 0, .per_call = 0.001};
  budget_machine tokens{options};
  withdrawals(tokens, start, 1);

  tokens.credit(999);
  EXPECT_FALSE(tokens.withdraw(start));
  tokens.credit(1);
  EXPECT_TRUE(tokens.withdraw(start));
}

TEST(BudgetMachine, AThousandthOfATokenASecondIsNotNothing) {
  budget const options{.capacity = 1, .per_second = 0.001, .per_call = 0};
  budget_machine tokens{options};
  withdrawals(tokens, start, 1);

  EXPECT_FALSE(tokens.withdraw(start + 1000s - 1ns));
  EXPECT_TRUE(tokens.withdraw(start + 1000s));
}

TEST(BudgetMachine, AskingTwiceAtOneInstantPaysNoTimeTwice) {
  budget const options{.capacity = 1, .per_second = 1'500};
  budget_machine tokens{options};
  withdrawals(tokens, start, 1);

  for (int i = 0; i < 1'000'000; ++i) ASSERT_FALSE(tokens.withdraw(start + 1ns));

  EXPECT_EQ(tokens.snapshot().held, 1'500'000);
}

TEST(BudgetReconfigure, TheTokensStayUpToTheNewCapacity) {
  budget const before{.capacity = 10, .per_second = 1};
  budget const smaller{.capacity = 4, .per_second = 0};
  budget const larger{.capacity = 50, .per_second = 0};
  budget_machine tokens{before};
  withdrawals(tokens, start, 10);

  tokens.reconfigure(larger, start + 6s);
  EXPECT_EQ(tokens.tokens(start + 6s), 6);
  tokens.reconfigure(smaller, start + 7s);
  EXPECT_EQ(tokens.tokens(start + 7s), 4);
}

TEST(BudgetReconfigure, ABudgetThatWasOffStartsFull) {
  budget const none{.capacity = off};
  budget const some{.capacity = 4, .per_second = 0};
  budget_machine tokens{none};

  tokens.reconfigure(some, start);
  EXPECT_EQ(withdrawals(tokens, start, 10), 4);
  tokens.reconfigure(none, start);
  EXPECT_EQ(withdrawals(tokens, start, 10), 10);
}

TEST(BudgetSnapshot, TokensFromAStoreAreHeldToTheCapacityAndTheClock) {
  budget const options{.capacity = 3, .per_second = 1};
  budget_machine tokens{options};

  tokens.restore({.held = std::numeric_limits<std::int64_t>::max()}, start);
  EXPECT_EQ(withdrawals(tokens, start, 10), 3);
  tokens.restore({.held = -1, .refilled = start + 24h}, start);
  EXPECT_EQ(withdrawals(tokens, start + 2s, 10), 2);
}

TEST(BudgetSnapshot, Trap13TokensRefilledBeforeAllTimeAreTheCapacityAndNoMore) {
  budget const options{.capacity = 100, .per_second = 10};
  budget_machine tokens{options};

  tokens.restore({.held = 0, .refilled = instant::min()}, start + 1h);

  EXPECT_EQ(tokens.tokens(start + 1h), 100);
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

  EXPECT_FALSE(tokens.withdraw(start + 100ms - 1ns));
  EXPECT_TRUE(tokens.withdraw(start + 100ms));
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

/// One moment in the life of a budget: what had been granted and earned until then.
struct moment {
  instant at;
  double granted;
  double earned;
};

// D6: in any t seconds, retries <= capacity + per_second x t + per_call x first attempts.
RC_GTEST_PROP(BudgetMachine, NoIntervalOfAnyHistoryExceedsTheBound, ()) {
  budget const options{.capacity = static_cast<double>(*rc::gen::inRange(0, 20)),
                       .per_second = *rc::gen::element(0.0, 0.001, 0.7, 10.0, 1500.0, 1e6),
                       .per_call = *rc::gen::element(0.0, 0.1, 0.2, 1.0 / 3, 1.5)};
  budget_machine tokens{options};
  auto const steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 10));
  std::vector<moment> past{{start, 0, 0}};
  moment present = past.front();
  instant now = start;

  for (int const step : steps) {
    if (step < 3) now += *rc::gen::element<duration>(1ns, 333ns, 1ms, 70ms, 2s);
    present.at = std::max(present.at, now);
    // A clock steps back; the time that the budget was told before remains told.
    if (step == 3) present.granted += tokens.withdraw(now) ? 1 : 0, now -= (now - start) / 2;
    if (step == 4) tokens.credit(7), present.earned += 7 * options.per_call;
    if (step == 5) tokens.give_back(), present.granted = std::max(0.0, present.granted - 1);
    for (int i = 5; i < step; ++i) present.granted += tokens.withdraw(now) ? 1 : 0;
    for (moment const& then : past) {
      double const seconds = std::chrono::duration<double>(elapsed(then.at, present.at)).count();
      RC_ASSERT(present.granted - then.granted <= options.capacity + options.per_second * seconds +
                                                      present.earned - then.earned + 1e-9);
    }
    past.push_back(present);
  }
}

RC_GTEST_PROP(BudgetMachine, ASnapshotInTheMiddleChangesNothing, ()) {
  budget const options{.capacity = 3, .per_second = 1.7, .per_call = 0.3};
  budget_machine whole{options};
  budget_machine cut{options};
  instant now = start;

  for (int const step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5))) {
    if (step == 0) now += *rc::gen::element<duration>(1ns, 5ms, 400ms);
    if (step == 1) whole.credit(2), cut.credit(2);
    if (step == 2) whole.give_back(), cut.give_back();
    if (step >= 3) RC_ASSERT(whole.withdraw(now) == cut.withdraw(now));
    budget_machine next{options};
    next.restore(cut.snapshot(), now);
    cut = next;
    RC_ASSERT(whole.snapshot() == cut.snapshot());
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
