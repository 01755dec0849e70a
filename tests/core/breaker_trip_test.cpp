// What opens a closed circuit: failures in a row, rates over a window, slow and hanging calls.
#include "core/breaker_played.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

/// "> 50 %" of the calls, as soon as there are `least`.
breaker over_half(breaker_window window, int least) {
  return {.failure_threshold = 0, .failure_rate = 0.51, .window = window, .min_calls = least};
}

/// "> 50 %" of the calls were slow: 2 s or longer.
breaker half_slow(int least) {
  return {.failure_threshold = 0,
          .window = last_calls(least),
          .min_calls = least,
          .slow_call = 2s,
          .slow_call_rate = 0.5};
}

TEST(BreakerMachine, Case01OneFailureOpensAtAThresholdOfOne) {
  played circuit{{.failure_threshold = 1}};

  EXPECT_EQ(circuit.call(F), open);
}

TEST(BreakerMachine, Case02ASuccessStartsTheCountOfFailuresAgain) {
  played circuit{{.failure_threshold = 3}};

  EXPECT_EQ(circuit.calls({F, S, F, F}), closed);
  EXPECT_EQ(circuit.call(F), open);
}

TEST(BreakerMachine, Case03TwoFailuresOfTheLastThreeCallsOpen) {
  played circuit{
      {.failure_threshold = 0, .failure_rate = 2.0 / 3, .window = last_calls(3), .min_calls = 3}};

  EXPECT_EQ(circuit.calls({F, S}), closed);
  EXPECT_EQ(circuit.call(F), open);
}

TEST(BreakerMachine, Case05FewerCallsThanMinCallsAreNotJudged) {
  played circuit{over_half(last_calls(100), 50)};

  EXPECT_EQ(circuit.repeat(49, F), closed);
}

TEST(BreakerMachine, Case06HalfIsNotOverHalf) {
  played circuit{over_half(last_calls(100), 50)};

  circuit.repeat(25, S);
  EXPECT_EQ(circuit.repeat(25, F), closed);
}

TEST(BreakerMachine, Case07TwentySixOfFiftyOpen) {
  played circuit{over_half(last_calls(100), 50)};
  circuit.repeat(24, S);
  EXPECT_EQ(circuit.repeat(25, F), closed);

  EXPECT_EQ(circuit.call(F), open);

  EXPECT_EQ(circuit.changed()->reason, transition_reason::failure_rate);
  EXPECT_EQ(circuit.changed()->count, 26);
  EXPECT_EQ(circuit.changed()->calls, 50);
  EXPECT_EQ(circuit.changed()->threshold, 0.51);
}

TEST(BreakerMachine, Case09TheCountsAreZeroOnceTheCircuitIsOpen) {
  played circuit{{.failure_threshold = 6}};

  EXPECT_EQ(circuit.calls({F, F, F, F, F, S, F, F, F, F, F}), closed);
  EXPECT_EQ(circuit.call(F), open);
  EXPECT_EQ(circuit.machine().consecutive_failures(), 0);
}

TEST(BreakerMachine, Case12BelowMinCallsARateIsUnknownAndNotZero) {
  played circuit{over_half(last_calls(10), 3)};

  circuit.calls({S, S});
  EXPECT_EQ(circuit.stats().failure_rate, std::nullopt);
  EXPECT_EQ(circuit.stats().slow_rate, std::nullopt);
  circuit.call(S);
  EXPECT_EQ(circuit.stats().failure_rate, 0.0);
}

TEST(BreakerMachine, Case13TheRateIsReachedAtItsBoundary) {
  breaker const tenth{
      .failure_threshold = 0, .failure_rate = 0.1, .window = last_calls(10), .min_calls = 10};
  played nine{tenth};
  played ten{tenth};
  played ten_good{tenth};

  nine.call(F);
  EXPECT_EQ(nine.repeat(8, S), closed);
  ten.call(F);
  EXPECT_EQ(ten.repeat(9, S), open);
  EXPECT_EQ(ten_good.repeat(10, S), closed);
}

TEST(BreakerMachine, Case15OneFailedProbeReopensBelowAnyVolume) {
  played circuit{{.failure_threshold = 0,
                  .failure_rate = 0.0001,
                  .window = last_calls(10),
                  .min_calls = 3,
                  .recovery_timeout = 1s}};

  EXPECT_EQ(circuit.calls({F, F}), closed);
  EXPECT_EQ(circuit.call(F), open);
  EXPECT_EQ(circuit.call(F, start + 1s), open);
  EXPECT_EQ(circuit.changed()->reason, transition_reason::probe_failed);
}

TEST(BreakerMachine, Case17ACallLeavesATimeWindowWithItsBucket) {
  played circuit{over_half(last_span(10s, 10), 100)};

  for (int second = 0; second < 10; ++second) circuit.call(S, start + second * 1s);

  EXPECT_EQ(circuit.stats(start + 10s).calls, 9U);
  EXPECT_EQ(circuit.stats(start + 11s).calls, 8U);
}

TEST(BreakerMachine, Case19AFiveSecondWindowIsEmptyAfterFiveSeconds) {
  breaker options = over_half(last_span(5s, 5), 100);
  options.slow_call = 2s;
  played circuit{options};
  circuit.call(F);
  circuit.call(S, start + 100ms);
  circuit.call(F, start + 800ms, 2s);

  EXPECT_EQ(circuit.stats(start + 4800ms).calls, 3U);
  EXPECT_EQ(circuit.stats(start + 4800ms).slow, 1U);
  EXPECT_EQ(circuit.stats(start + 5800ms).calls, 0U);
  EXPECT_EQ(circuit.stats(start + 5800ms).slow, 0U);
}

TEST(BreakerMachine, Case21OneBucketIsAWindowThatEmptiesAtOnce) {
  played circuit{over_half(last_span(30s, 1), 100)};

  for (int i = 0; i < 5; ++i) circuit.calls({S, F, X});
  circuit.call(S, start + 29999ms);
  EXPECT_EQ(circuit.stats(start + 29999ms).calls, 11U);
  circuit.call(F, start + 30s);
  EXPECT_EQ(circuit.stats(start + 30s).calls, 1U);
}

TEST(BreakerMachine, Case24TooFewCallsPerSecondNeverOpen) {
  played circuit{over_half(last_span(5s, 5), 15)};

  for (int i = 0; i < 10; ++i) EXPECT_EQ(circuit.call(F, start + i * 500ms), closed);
}

TEST(BreakerMachine, Case25AnHourOfSilenceEmptiesTheWindow) {
  played circuit{over_half(last_span(10s, 10), 100)};
  for (int i = 0; i < 50; ++i) circuit.call(F, start + i * 200ms);

  circuit.call(S, start + 1h);

  EXPECT_EQ(circuit.stats(start + 1h).calls, 1U);
  EXPECT_EQ(circuit.stats(start + 1h).failures, 0U);
}

TEST(BreakerMachine, Case32SlowSuccessesOpenWithoutAFailure) {
  played circuit{half_slow(4)};

  for (int i = 0; i < 3; ++i) EXPECT_EQ(circuit.call(S, start, 2s), closed);
  EXPECT_EQ(circuit.call(S), open);

  EXPECT_EQ(circuit.changed()->reason, transition_reason::slow_call_rate);
  EXPECT_EQ(circuit.changed()->rate(), 0.75);
}

TEST(BreakerMachine, Case51SlowSuccessesAndSlowFailuresAreBothSlow) {
  breaker options = half_slow(5);
  played circuit{options};

  circuit.call(S, start, 3s);
  circuit.call(F, start, 3s);
  circuit.calls({S, S, S});

  EXPECT_EQ(circuit.machine().state(), closed);
  EXPECT_EQ(circuit.stats().slow_rate, 0.4);
}

TEST(BreakerMachine, Trap08ASuccessCanOpenByCompletingMinCalls) {
  played circuit{over_half(last_calls(10), 4)};

  EXPECT_EQ(circuit.calls({F, F, F}), closed);
  EXPECT_TRUE(circuit.machine().watches_successes());
  EXPECT_EQ(circuit.call(S), open);
}

TEST(BreakerMachine, Trap09AThresholdIsReachedByMeetingIt) {
  played circuit{
      {.failure_threshold = 0, .failure_rate = 0.5, .window = last_calls(4), .min_calls = 4}};

  EXPECT_EQ(circuit.calls({S, S, F}), closed);
  EXPECT_EQ(circuit.call(F), open);
}

TEST(BreakerMachine, Trap10RatesAreComparedUnrounded) {
  // 0.07 x 100 is above 7 in binary, 1 / 3 is below 0.3333333333333334: neither may be blurred.
  played seven{
      {.failure_threshold = 0, .failure_rate = 0.07, .window = last_calls(100), .min_calls = 100}};
  played third{{.failure_threshold = 0,
                .failure_rate = 0.3333333333333334,
                .window = last_calls(3),
                .min_calls = 3}};

  seven.repeat(7, F);
  EXPECT_EQ(seven.repeat(93, S), open);
  EXPECT_EQ(third.calls({F, S, S}), closed);
}

TEST(BreakerMachine, Trap11RefusedAndRunningCallsAreNotInTheDenominator) {
  played circuit{over_half(last_calls(10), 4)};
  for (int i = 0; i < 10; ++i) static_cast<void>(circuit.machine().ask(start));
  circuit.calls({X, X, X});

  EXPECT_EQ(circuit.stats().calls, 0U);
  EXPECT_EQ(circuit.calls({F, F, F}), closed);
  EXPECT_EQ(circuit.call(F), open);
}

TEST(BreakerMachine, Trap13AClockThatStepsBackKeepsTheWindowAndTheWait) {
  played circuit{over_half(last_span(5s, 5), 16)};
  for (int i = 0; i < 14; ++i) circuit.call(F, start + 100s);

  EXPECT_EQ(circuit.call(S, start + 98s), closed);
  EXPECT_EQ(circuit.stats(start + 98s).calls, 15U);
  EXPECT_EQ(circuit.stats(start + 103s).calls, 14U);
  circuit.call(F, start + 100s);
  ASSERT_EQ(circuit.machine().state(), open);
  EXPECT_EQ(circuit.machine().ask(start + 90s).retry_after, 40s);
}

TEST(BreakerMachine, Trap33AFastFailureCostsAsMuchAsASlowOne) {
  played circuit{over_half(last_calls(2), 2)};

  circuit.call(F, start, 0ns);

  EXPECT_EQ(circuit.call(F, start, 1ns), open);
}

TEST(BreakerMachine, Trap34SlowIsAtOrBeyondTheLimit) {
  breaker options = half_slow(100);
  played circuit{options};

  circuit.call(S, start, 2s - 1ns);
  EXPECT_EQ(circuit.stats().slow, 0U);
  circuit.call(S, start, 2s);
  EXPECT_EQ(circuit.stats().slow, 1U);
}

TEST(BreakerMachine, ANeutralOutcomeLeavesTheCountAsItIs) {
  played circuit{{.failure_threshold = 2}};

  EXPECT_EQ(circuit.calls({F, X}), closed);
  EXPECT_EQ(circuit.call(F), open);
}

TEST(BreakerMachine, AThresholdOfZeroNeverOpens) {
  played circuit{{.failure_threshold = 0}};

  EXPECT_EQ(circuit.repeat(1000, F), closed);
  EXPECT_FALSE(circuit.machine().watches_successes());
}

TEST(BreakerMachine, OldSuccessesThatLeaveTheWindowCanOpenTheCircuit) {
  played circuit{over_half(last_span(10s, 10), 4)};
  circuit.repeat(6, S);
  circuit.repeat(5, F, start + 9s);

  ASSERT_EQ(circuit.machine().evaluate(start + 9999ms), std::nullopt);
  auto const changed = circuit.machine().evaluate(start + 10s);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->reason, transition_reason::failure_rate);
  EXPECT_EQ(changed->calls, 5);
}

TEST(BreakerMachine, HangingCallsOpenTheCircuitBeforeTheyEnd) {
  played circuit{{.failure_threshold = 0, .slow_call = 1s, .max_hanging = 3}};

  EXPECT_FALSE(circuit.machine().hanging(2, start));
  auto const changed = circuit.machine().hanging(3, start + 1s);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->reason, transition_reason::hanging_calls);
  EXPECT_EQ(changed->count, 3);
  EXPECT_EQ(circuit.stats().hanging, 3);
  EXPECT_FALSE(circuit.machine().hanging(9, start + 2s));
}

TEST(BreakerMachine, HangingCallsDoNothingWhereTheyAreNotLimited) {
  played circuit{{}};

  EXPECT_FALSE(circuit.machine().hanging(1000, start));
  EXPECT_EQ(circuit.machine().state(), closed);
}

TEST(BreakerMachine, ACreditOfAnotherGenerationIsIgnored) {
  played circuit{over_half(last_calls(10), 5)};

  static_cast<void>(circuit.machine().credit(7, 5, start, start));
  EXPECT_EQ(circuit.stats().calls, 0U);
  static_cast<void>(circuit.machine().credit(1, 5, start, start));
  EXPECT_EQ(circuit.stats().calls, 5U);
}

TEST(BreakerMachine, ACreditOpensExactlyWhereItsSuccessesOneByOneWould) {
  played circuit{
      {.failure_threshold = 0, .failure_rate = 0.5, .window = last_calls(100), .min_calls = 10}};
  circuit.repeat(5, F);

  auto const changed = circuit.machine().credit(1, 95, start, start);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->calls, 10);
}

TEST(BreakerMachine, SuccessesAreWatchedWhileOneCanChangeADecision) {
  breaker options = over_half(last_calls(10), 3);
  options.failure_threshold = 5;
  played circuit{options};
  EXPECT_FALSE(circuit.machine().watches_successes());

  circuit.call(F);
  EXPECT_TRUE(circuit.machine().watches_successes());
  circuit.call(S);
  EXPECT_TRUE(circuit.machine().watches_successes());
  circuit.call(S);
  EXPECT_FALSE(circuit.machine().watches_successes());
}

}  // namespace
}  // namespace holdfast::core
