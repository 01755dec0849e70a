#include "holdfast/core/limiter_fields.hpp"
#include "holdfast/core/limiter_machine.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant start{1h};

static_assert(sizeof(limiter_machine) <= 32, "each guard has one");

int admitted(limiter_machine& turns, instant now, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += turns.ask(now, 0s).admitted ? 1 : 0;
  return count;
}

TEST(LimiterMachine, TheWholeBurstMayStartAtOnceAndNoMore) {
  limiter_machine turns{{.per_second = 100, .burst = 10}};

  EXPECT_EQ(admitted(turns, start, 50), 10);
}

TEST(LimiterMachine, AfterTheBurstOneStartsWithEachInterval) {
  limiter_machine turns{{.per_second = 100, .burst = 10}};
  admitted(turns, start, 10);

  EXPECT_EQ(admitted(turns, start + 10ms - 1ns, 5), 0);
  EXPECT_EQ(admitted(turns, start + 10ms, 5), 1);
  EXPECT_EQ(admitted(turns, start + 1s, 200), 10);
}

TEST(LimiterMachine, ARefusalSaysWhenThereWillBeATurn) {
  limiter_machine turns{{.per_second = 4, .burst = 1}};
  ASSERT_TRUE(turns.ask(start, 0s).admitted);

  limiter_decision const refused = turns.ask(start + 50ms, 0s);

  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_after, 200ms);
  EXPECT_EQ(refused.start, start + 250ms);
  EXPECT_TRUE(turns.ask(start + 50ms + refused.retry_after, 0s).admitted);
}

TEST(LimiterMachine, ThoseThatMayWaitStartEvenly) {
  limiter_machine turns{{.per_second = 10, .burst = 1}};

  for (int i = 0; i < 11; ++i) {
    limiter_decision const turn = turns.ask(start, 1s);
    ASSERT_TRUE(turn.admitted);
    EXPECT_EQ(turn.start, start + i * 100ms);
  }
  EXPECT_FALSE(turns.ask(start, 1s).admitted);
}

TEST(LimiterMachine, WhoMayNotWaitIsRefusedWhileOthersWait) {
  limiter_machine turns{{.per_second = 10, .burst = 2}};
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(turns.ask(start, 1s).admitted);

  EXPECT_FALSE(turns.ask(start + 100ms, 0s).admitted);
  EXPECT_EQ(turns.tokens(start), -2);
}

TEST(LimiterMachine, ARefusalChangesNothing) {
  limiter_machine turns{{.per_second = 1, .burst = 1}};
  ASSERT_TRUE(turns.ask(start, 0s).admitted);

  EXPECT_EQ(admitted(turns, start + 500ms, 1000), 0);

  EXPECT_TRUE(turns.ask(start + 1s, 0s).admitted);
}

TEST(LimiterMachine, ABrokenBurstIsNotRoundedUp) {
  limiter_machine turns{{.per_second = 1, .burst = 2.5}};

  EXPECT_EQ(admitted(turns, start, 5), 2);
  EXPECT_EQ(admitted(turns, start + 500ms - 1ns, 5), 0);
  EXPECT_EQ(admitted(turns, start + 500ms, 5), 1);
}

TEST(LimiterMachine, SwitchedOffItNeverRefusesNorMakesWait) {
  limiter_machine turns{{.per_second = off}};

  EXPECT_EQ(admitted(turns, start, 100'000), 100'000);
  EXPECT_EQ(turns.tokens(start), off);
}

TEST(LimiterMachine, TheDecisionIsAFunctionOfItsArgumentsAlone) {
  limiter_machine const turns{{.per_second = 3, .burst = 2}};
  limiter_decision const first = turns.decide(limiter_machine::full, start, 0s);

  EXPECT_EQ(turns.decide(limiter_machine::full, start, 0s), first);
  EXPECT_TRUE(turns.decide(first.next_state, start, 0s).admitted);
  EXPECT_EQ(turns.tokens(first.next_state, start), 1);
}

TEST(LimiterGiveBack, ATurnThatIsGivenBackLeavesNoTrace) {
  limiter_machine turns{{.per_second = 10, .burst = 1}};
  ASSERT_TRUE(turns.ask(start, 0s).admitted);
  limiter_decision const waits = turns.ask(start, 1s);
  ASSERT_EQ(waits.start, start + 100ms);

  turns.give_back(waits);

  EXPECT_EQ(turns.ask(start, 1s).start, start + 100ms);
}

TEST(LimiterGiveBack, ATurnThatOthersStandBehindIsNotGivenAgain) {
  limiter_machine turns{{.per_second = 10, .burst = 1}};
  ASSERT_TRUE(turns.ask(start, 0s).admitted);
  limiter_decision const second = turns.ask(start, 1s);
  limiter_decision const third = turns.ask(start, 1s);

  turns.give_back(second);
  EXPECT_EQ(turns.ask(start, 1s).start, start + 300ms);

  turns.give_back(third);
  EXPECT_EQ(turns.ask(start, 1s).start, start + 400ms);
}

TEST(LimiterGiveBack, TurnsGivenBackInReverseAreAllThereAgain) {
  limiter_machine turns{{.per_second = 10, .burst = 1}};
  std::vector<limiter_decision> taken;
  taken.reserve(5);
  for (int i = 0; i < 5; ++i) taken.push_back(turns.ask(start, 1s));

  for (; !taken.empty(); taken.pop_back()) turns.give_back(taken.back());

  EXPECT_EQ(turns.ask(start, 0s).start, start);
}

TEST(LimiterGiveBack, WhatWasRefusedHasNothingToGive) {
  limiter_machine turns{{.per_second = 10, .burst = 1}};
  ASSERT_TRUE(turns.ask(start, 0s).admitted);
  limiter_decision const refused = turns.ask(start, 0s);

  turns.give_back(refused);

  EXPECT_FALSE(turns.ask(start, 0s).admitted);
}

TEST(LimiterRates, AThirdOfANanosecondIsNotRoundedAway) {
  // 3e8 a second: 3 ns would be 11 % too fast, 4 ns 17 % too slow.
  limiter_machine turns{{.per_second = 3e8, .burst = 1}};
  instant last = start;

  for (int i = 0; i <= 3'000'000; ++i) last = turns.ask(start, 1s).start;

  EXPECT_EQ(last - start, 10ms);
}

TEST(LimiterRates, ADayOfTurnsDoesNotDrift) {
  limiter_machine turns{{.per_second = 7, .burst = 1}};
  instant now = start;

  for (int i = 0; i < 7 * 24 * 3600; ++i) now = turns.ask(now, 1s).start;

  EXPECT_EQ(turns.ask(now, 1s).start - start, 24h);
}

TEST(LimiterRates, TheFastestRateGivesATurnEachNanosecond) {
  limiter_machine turns{{.per_second = 1e9, .burst = 1}};

  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(admitted(turns, start + duration{i}, 3), 1);
  }
}

TEST(LimiterRates, TheSlowestRateGivesItsBurstAndThenATurnInThirtyYears) {
  limiter_machine turns{{.per_second = 1e-9, .burst = 3}};

  EXPECT_EQ(admitted(turns, start, 10), 3);
  EXPECT_EQ(admitted(turns, start + 24h * 365 * 31, 10), 0);
  EXPECT_EQ(admitted(turns, start + 24h * 365 * 32, 10), 1);
}

TEST(LimiterRates, AMillionTurnsOnceInThirtyYearsDoNotOverflow) {
  limiter_machine turns{{.per_second = 1e-9, .burst = 1e6}};

  EXPECT_EQ(admitted(turns, start, 1'000'100), 1'000'000);
  EXPECT_FALSE(turns.ask(start, off).start < start + 24h * 365 * 31);
}

TEST(LimiterRates, OptionsOutOfRangeAreHeldToIt) {
  limiter_machine none{{.per_second = 0, .burst = 0}};
  limiter_machine many{{.per_second = 1e300, .burst = 1e300}};

  EXPECT_EQ(admitted(none, start, 10), 1);
  EXPECT_EQ(admitted(many, start, 1000), 1000);
}

TEST(LimiterTime, Trap13AClockThatStepsBackAdmitsNothingTwice) {
  limiter_machine turns{{.per_second = 10, .burst = 5}};
  ASSERT_EQ(admitted(turns, start + 10s, 9), 5);

  EXPECT_EQ(admitted(turns, start, 9), 0);
  EXPECT_EQ(admitted(turns, start + 10s, 9), 0);
  EXPECT_EQ(admitted(turns, start + 10s + 100ms, 9), 1);
}

TEST(LimiterTime, TheEndsOfTheClockAreNoFlood) {
  limiter_machine turns{{.per_second = 1e9, .burst = 3}};

  EXPECT_EQ(admitted(turns, instant::min(), 10), 3);
  EXPECT_EQ(admitted(turns, instant::max(), 10), 3);
  EXPECT_EQ(admitted(turns, instant::min(), 10), 0);
  EXPECT_EQ(admitted(turns, instant::max(), 10), 0);
}

TEST(LimiterTime, ATurnThatNeverComesIsRefusedHoweverLongOneWouldWait) {
  limiter_machine turns{{.per_second = 1e-9, .burst = 1}};
  int given = 0;

  for (int i = 0; i < 1000; ++i) given += turns.ask(start, off).admitted ? 1 : 0;

  EXPECT_LE(given, 10);
  EXPECT_GE(given, 5);
}

TEST(LimiterReconfigure, TheTokensStayUpToTheNewBurst) {
  limiter_machine turns{{.per_second = 1, .burst = 10}};
  admitted(turns, start, 10);

  turns.reconfigure({.per_second = 2, .burst = 50}, start + 6s);
  EXPECT_EQ(turns.tokens(start + 6s), 6);
  EXPECT_EQ(turns.tokens(start + 7s), 8);
  turns.reconfigure({.per_second = 2, .burst = 4}, start + 7s);
  EXPECT_EQ(turns.tokens(start + 7s), 4);
}

TEST(LimiterReconfigure, WhatIsWaitedForStaysOwed) {
  limiter_machine turns{{.per_second = 1, .burst = 1}};
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(turns.ask(start, 1h).admitted);

  turns.reconfigure({.per_second = 10, .burst = 1}, start);

  EXPECT_EQ(turns.tokens(start), -3);
  EXPECT_EQ(turns.ask(start, 1h).start, start + 400ms);
}

TEST(LimiterReconfigure, OneThatWasOffStartsFull) {
  limiter_machine turns{{.per_second = off}};

  turns.reconfigure({.per_second = 1, .burst = 4}, start);
  EXPECT_EQ(admitted(turns, start, 10), 4);
  turns.reconfigure({.per_second = off}, start);
  EXPECT_EQ(admitted(turns, start, 10), 10);
}

TEST(LimiterSnapshot, OneThatIsTakenUpGoesOnWhereItWas) {
  limiter const options{.per_second = 10, .burst = 5};
  limiter_machine before{options};
  admitted(before, start, 3);
  limiter_machine after{options};

  after.restore(before.snapshot(start), start + 100ms);

  EXPECT_EQ(admitted(after, start + 100ms, 9), 3);
}

TEST(LimiterSnapshot, AClockThatRanAheadTakesTheBurstAndNoMore) {
  limiter_machine turns{{.per_second = 10, .burst = 5}};

  turns.restore({.tokens = -1e300, .at = start + 24h * 365}, start);

  EXPECT_EQ(admitted(turns, start, 9), 0);
  EXPECT_EQ(admitted(turns, start + 100ms, 9), 1);
}

TEST(LimiterSnapshot, OneOfALimiterThatWasOffStartsFull) {
  limiter_machine turns{{.per_second = 10, .burst = 5}};
  admitted(turns, start, 5);

  turns.restore(limiter_machine{{.per_second = off}}.snapshot(start), start);

  EXPECT_EQ(admitted(turns, start, 9), 5);
}

TEST(LimiterFields, WhatIsBelowItsLeastIsRefused) {
  EXPECT_TRUE(check_fields(limiter{}).empty());
  EXPECT_TRUE(check_fields(limiter{.per_second = off, .max_wait = off}).empty());
  EXPECT_EQ(check_fields(limiter{.per_second = 0}).size(), 1U);
  EXPECT_EQ(check_fields(limiter{.burst = 0.5}).size(), 1U);
  EXPECT_EQ(check_fields(limiter{.max_wait = -1s}).size(), 1U);
}

}  // namespace
}  // namespace holdfast::core
