#include "holdfast/core/retry_machine.hpp"

#include <limits>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant start{};

retry without_jitter(retry options) {
  options.jitter = jitter::none;
  return options;
}

failure with_advice(advice given) { return {.category = category::transient, .advice = given}; }

failure told_to_wait(duration retry_after) {
  return {
      .category = category::transient, .advice = advice::after_wait, .retry_after = retry_after};
}

failure refused(std::optional<duration> retry_after) {
  return {.category = category::rejected,
          .fault = fault::local,
          .advice = advice::after_wait,
          .retry_after = retry_after};
}

failure pushed_back(std::optional<duration> retry_after) {
  return {.category = category::transient,
          .advice = advice::after_backoff,
          .pushback = true,
          .retry_after = retry_after};
}

failure const slow = with_advice(advice::after_backoff);

stop_reason reason_of(retry_step const& step) { return std::get<stop>(step).reason; }

TEST(RetryMachine, AnAdviceOfNeverEndsTheCallAsPermanent) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(reason_of(machine.on_failure(with_advice(advice::never), start)),
            stop_reason::permanent);
}

TEST(RetryMachine, ACommitInDoubtIsNeverRetriedBlindly) {
  retry const options{.idempotent = true};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(reason_of(machine.on_failure(with_advice(advice::resolve_first), start)),
            stop_reason::in_doubt);
}

TEST(RetryMachine, Case88ARetryThatNeedsIdempotencyIsWithheldUnlessItWasDeclared) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(reason_of(machine.on_failure(with_advice(advice::if_idempotent), start)),
            stop_reason::withheld);
}

TEST(RetryMachine, Case88MaxAttemptsCountsTheFirstOne) {
  retry const options = without_jitter({.max_attempts = 3, .idempotent = true});
  retry_machine machine{options, start, random_bits{1}};
  auto const lost = with_advice(advice::if_idempotent);

  EXPECT_EQ(machine.on_failure(lost, start), retry_step{wait{start + 100ms}});
  EXPECT_EQ(machine.on_failure(lost, start), retry_step{wait{start + 200ms}});
  EXPECT_EQ(reason_of(machine.on_failure(lost, start)), stop_reason::attempts_spent);
}

TEST(RetryMachine, AnAdviceOfNowMakesTheNextAttemptWithoutAPause) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(with_advice(advice::now), start), retry_step{call_now{}});
}

TEST(RetryMachine, AStatementIsPreparedAgainOnlyOnce) {
  retry const options{.max_attempts = 10};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(with_advice(advice::after_reprepare), start),
            retry_step{call_now{}});
  EXPECT_EQ(reason_of(machine.on_failure(with_advice(advice::after_reprepare), start)),
            stop_reason::permanent);
}

TEST(RetryMachine, Case74AServerHintLongerThanTheComputedPauseWins) {
  retry const options = without_jitter({.initial_delay = 50ms, .max_delay = 20s});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(told_to_wait(3s), start + 20ms), retry_step{wait{start + 3020ms}});
}

TEST(RetryMachine, Case74AServerHintMayPassMaxDelay) {
  retry const options = without_jitter({.initial_delay = 50ms, .max_delay = 20s});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(told_to_wait(60s), start), retry_step{wait{start + 60s}});
}

TEST(RetryMachine, ComputedPausesLongerThanTheHintStand) {
  retry const options = without_jitter({.initial_delay = 5s});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(told_to_wait(3s), start), retry_step{wait{start + 5s}});
}

TEST(RetryMachine, Trap20AHintLongerThanMaxRetryAfterEndsTheCallAtOnce) {
  retry const options{.max_retry_after = 5min};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(reason_of(machine.on_failure(told_to_wait(5min + 1ns), start)),
            stop_reason::retry_after_too_long);
}

TEST(RetryMachine, Trap22NoAttemptIsMadeAtTheDeadlineEither) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}, start + 1s};
  failure const again{.category = category::transient, .advice = advice::now};

  EXPECT_EQ(machine.on_failure(again, start + 1s - 1ns), retry_step{call_now{}});
  EXPECT_EQ(reason_of(machine.on_failure(again, start + 1s)), stop_reason::time_spent);
}

TEST(RetryMachine, Trap22WithoutADeadlineTheEndOfTheClockIsNone) {
  retry const options = without_jitter({.initial_delay = 1s});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(slow, never_reached - 1ns), retry_step{wait{never_reached}});
}

TEST(RetryMachine, Trap22NoSleepIsBegunThatEndsPastTheDeadline) {
  retry const options = without_jitter({.initial_delay = 1s});
  retry_machine on_time{options, start, random_bits{1}, start + 1s + 1ns};
  retry_machine too_late{options, start, random_bits{1}, start + 1s};

  EXPECT_EQ(on_time.on_failure(slow, start), retry_step{wait{start + 1s}});
  EXPECT_EQ(reason_of(too_late.on_failure(slow, start)), stop_reason::time_spent);
}

TEST(RetryMachine, Case87MaxElapsedIncludesItsBoundary) {
  retry const options =
      without_jitter({.initial_delay = 100ms, .backoff_factor = 1, .max_elapsed = 1s});
  auto const step_at = [&](instant now) {
    retry_machine machine{options, start, random_bits{1}};
    return machine.on_failure(slow, now);
  };

  EXPECT_EQ(step_at(start + 899100us), retry_step{wait{start + 999100us}});
  EXPECT_EQ(step_at(start + 900ms), retry_step{wait{start + 1s}});
  EXPECT_EQ(reason_of(step_at(start + 900ms + 1ns)), stop_reason::time_spent);
}

TEST(RetryMachine, ACancelledAttemptEndsTheCallAsCancelled) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}};
  failure const cancelled{.category = category::cancelled, .advice = advice::never};

  EXPECT_EQ(reason_of(machine.on_failure(cancelled, start)), stop_reason::cancelled);
}

TEST(RetryMachine, Trap25TheRefusalOfAnInnerGuardIsNotRetried) {
  retry const options{.idempotent = true};
  retry_machine machine{options, start, random_bits{1}};
  failure const refused{
      .category = category::rejected, .fault = fault::local, .advice = advice::after_wait};

  EXPECT_EQ(reason_of(machine.on_failure(refused, start)), stop_reason::circuit_open);
}

TEST(RetryMachine, TimeNearTheEndOfTheClockDoesNotOverflow) {
  retry const options = without_jitter({.initial_delay = 1s});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(with_advice(advice::after_backoff), never_reached - 1ns),
            retry_step{wait{never_reached}});
}

TEST(RetryMachine, Case74ANegativeHintIsIgnored) {
  retry const options = without_jitter({.initial_delay = 50ms, .max_delay = 20s});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(told_to_wait(-1ms), start + 20ms), retry_step{wait{start + 70ms}});
}

TEST(RetryMachine, Case90ANegativeOrMissingDelayOfAUserLeavesTheComputedOne) {
  retry const options = without_jitter({.max_attempts = 9, .initial_delay = 50ms});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(told_to_wait(duration::min()), start),
            retry_step{wait{start + 50ms}});
  EXPECT_EQ(machine.on_failure(with_advice(advice::after_wait), start),
            retry_step{wait{start + 100ms}});
}

TEST(RetryMachine, Case76PushbackThatForbidsEndsTheCall) {
  retry const options{.idempotent = true};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(reason_of(machine.on_failure(pushed_back({}), start)), stop_reason::pushed_back);
}

TEST(RetryMachine, Trap21ANegativePushbackIsARefusalNotAMistake) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(reason_of(machine.on_failure(pushed_back(-1ms), start)), stop_reason::pushed_back);
}

TEST(RetryMachine, Case76PushbackIsThePauseAndTheSequenceStartsAnew) {
  retry const options = without_jitter({.max_attempts = 9, .initial_delay = 400ms});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(slow, start), retry_step{wait{start + 400ms}});
  EXPECT_EQ(machine.on_failure(slow, start), retry_step{wait{start + 800ms}});
  EXPECT_EQ(machine.on_failure(pushed_back(250ms), start), retry_step{wait{start + 250ms}});
  EXPECT_EQ(machine.on_failure(slow, start), retry_step{wait{start + 400ms}});
}

TEST(RetryMachine, APushbackOfZeroMakesTheNextAttemptAtOnce) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(pushed_back(0ms), start), retry_step{call_now{}});
}

TEST(RetryMachine, PushbackAllowsNothingThatTheAdviceForbids) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}};
  failure lost = pushed_back(250ms);
  lost.advice = advice::if_idempotent;

  EXPECT_EQ(reason_of(machine.on_failure(lost, start)), stop_reason::withheld);
}

TEST(RetryMachine, Trap20AHintThatEndsPastTheDeadlineEndsTheCallAtOnce) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}, start + 3s};

  EXPECT_EQ(machine.on_failure(told_to_wait(3s - 1ns), start), retry_step{wait{start + 3s - 1ns}});
  EXPECT_EQ(reason_of(machine.on_failure(told_to_wait(3s), start)),
            stop_reason::retry_after_past_deadline);
}

TEST(RetryMachine, Trap20AHintThatEndsPastMaxElapsedEndsTheCallAtOnce) {
  retry const options{.max_elapsed = 3s};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(reason_of(machine.on_failure(told_to_wait(2s + 1ns), start + 1s)),
            stop_reason::retry_after_past_deadline);
}

TEST(RetryMachine, Trap20JitterNeverUndercutsAHint) {
  retry const options{.max_attempts = 1000, .jitter = jitter::full};
  retry_machine machine{options, start, random_bits{20}};

  for (int i = 0; i < 900; ++i) {
    EXPECT_GE(std::get<wait>(machine.on_failure(told_to_wait(5s), start)).until, start + 5s);
  }
}

TEST(RetryMachine, Trap16TheNumberOfAttemptsHoldsAtItsEnd) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}};
  machine.limit_attempts(std::numeric_limits<int>::max());
  auto late = machine.snapshot();
  late.failed_attempts = std::numeric_limits<int>::max() - 2;
  late.pauses.drawn = std::numeric_limits<int>::max() - 1;
  machine.restore(late);

  EXPECT_TRUE(std::holds_alternative<wait>(machine.on_failure(slow, start)));
  EXPECT_EQ(reason_of(machine.on_failure(slow, start)), stop_reason::attempts_spent);
  EXPECT_EQ(reason_of(machine.on_failure(slow, start)), stop_reason::attempts_spent);
  EXPECT_EQ(machine.failed_attempts(), std::numeric_limits<int>::max());
}

TEST(RetryMachine, Trap18TheStateOfJitterIsThatOfOneCall) {
  retry const options{.max_attempts = 9, .jitter = jitter::decorrelated};
  retry_machine busy{options, start, random_bits{1}};
  for (int i = 0; i < 5; ++i) static_cast<void>(busy.on_failure(slow, start));
  retry_machine fresh{options, start, random_bits{1}};

  auto const first = std::get<wait>(fresh.on_failure(slow, start)).until;

  EXPECT_LE(first, start + 300ms) << "another call's pauses are no business of this one";
}

TEST(RetryMachine, Trap19CallsOfOneStreamDrawDifferentPauses) {
  retry const options{};
  random_bits of_the_guard{19};
  std::set<instant> drawn;

  for (int i = 0; i < 100; ++i) {
    retry_machine machine{options, start, of_the_guard.split()};
    drawn.insert(std::get<wait>(machine.on_failure(slow, start)).until);
  }

  EXPECT_EQ(drawn.size(), 100U);
}

TEST(RetryMachine, Trap23ACancelledCallIsOverWhateverTheAdvice) {
  retry const options{.idempotent = true};
  retry_machine machine{options, start, random_bits{1}};
  failure const cancelled{.category = category::cancelled, .advice = advice::now};

  EXPECT_EQ(reason_of(machine.on_failure(cancelled, start)), stop_reason::cancelled);
}

TEST(RetryMachine, Trap32AThrottledCallWaitsLongerThanAFailedOne) {
  retry const options = without_jitter({});
  failure const throttled{.category = category::throttled, .advice = advice::after_backoff};
  retry_machine failed{options, start, random_bits{1}};
  retry_machine asked_for_less{options, start, random_bits{1}};

  EXPECT_EQ(failed.on_failure(slow, start), retry_step{wait{start + 100ms}});
  EXPECT_EQ(asked_for_less.on_failure(throttled, start), retry_step{wait{start + 1s}});
  EXPECT_EQ(asked_for_less.on_failure(throttled, start), retry_step{wait{start + 2s}});
}

TEST(RetryMachine, EachKindOfBackoffPacesItsCalls) {
  auto const pauses_of = [](retry options) {
    options.max_attempts = 9;
    options.jitter = jitter::none;
    retry_machine machine{options, start, random_bits{1}};
    std::vector<duration> all;
    all.reserve(4);
    for (int i = 0; i < 4; ++i) {
      all.push_back(std::get<wait>(machine.on_failure(slow, start)).until - start);
    }
    return all;
  };
  using pauses = std::vector<duration>;

  EXPECT_EQ(pauses_of({.initial_delay = 1s}), (pauses{1s, 2s, 4s, 8s}));
  EXPECT_EQ(pauses_of({.backoff = backoff::linear, .initial_delay = 1s}), (pauses{1s, 2s, 3s, 4s}));
  EXPECT_EQ(pauses_of({.backoff = backoff::linear, .initial_delay = 1s, .delay_step = 0s}),
            (pauses{1s, 1s, 1s, 1s}));
  EXPECT_EQ(pauses_of({.backoff = backoff::constant, .initial_delay = 1s}),
            (pauses{1s, 1s, 1s, 1s}));
  EXPECT_EQ(pauses_of({.backoff = backoff::delays, .delays = {1s, 5s, 3s}}),
            (pauses{1s, 5s, 3s, 3s}));
}

TEST(RetryMachine, AnEntryOfZeroInAListIsAnAttemptAtOnce) {
  retry const options = without_jitter({.backoff = backoff::delays, .delays = {0s, 1s}});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(slow, start), retry_step{call_now{}});
  EXPECT_EQ(machine.on_failure(slow, start), retry_step{wait{start + 1s}});
}

TEST(RetryMachine, ACategoryMayHaveNumbersOfItsOwn) {
  retry const options = without_jitter(
      {.max_attempts = 5,
       .per_category = {{category::timeout, {.max_attempts = 2, .initial_delay = 4s}}}});
  failure timed_out = slow;
  timed_out.category = category::timeout;
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(timed_out, start), retry_step{wait{start + 4s}});
  EXPECT_EQ(machine.on_failure(slow, start), retry_step{wait{start + 200ms}})
      << "the second pause of the call, by the operation's own numbers";
  EXPECT_EQ(reason_of(machine.on_failure(timed_out, start)), stop_reason::attempts_spent);
}

TEST(RetryMachine, OneCallMayBeLimitedInPlaceOfTheOptions) {
  retry const options = without_jitter({.max_attempts = 2});
  retry_machine more{options, start, random_bits{1}};
  retry_machine fewer{options, start, random_bits{1}};
  more.limit_attempts(3);
  fewer.limit_attempts(0);

  EXPECT_TRUE(std::holds_alternative<wait>(more.on_failure(slow, start)));
  EXPECT_TRUE(std::holds_alternative<wait>(more.on_failure(slow, start)));
  EXPECT_EQ(reason_of(more.on_failure(slow, start)), stop_reason::attempts_spent);
  EXPECT_EQ(reason_of(fewer.on_failure(slow, start)), stop_reason::attempts_spent);
}

TEST(RetryMachine, Case93AnOpenCircuitIsWaitedForOnlyIfTheOptionsSayHowLong) {
  retry const no_wait{};
  retry const patient{.max_attempts = 1, .wait_for_circuit = 30s};
  retry_machine stops{no_wait, start, random_bits{1}};
  retry_machine waits{patient, start, random_bits{1}};

  EXPECT_EQ(reason_of(stops.on_failure(refused(10s), start)), stop_reason::circuit_open);
  EXPECT_EQ(waits.on_failure(refused(10s), start), retry_step{wait{start + 10s}});
  EXPECT_EQ(waits.failed_attempts(), 0) << "a refusal uses up no attempt";
}

TEST(RetryMachine, TheWaitsForCircuitsAreBoundedTogether) {
  retry const options{.wait_for_circuit = 30s};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(refused(20s), start), retry_step{wait{start + 20s}});
  EXPECT_EQ(reason_of(machine.on_failure(refused(10s + 1ns), start + 20s)),
            stop_reason::circuit_open);
  EXPECT_EQ(machine.on_failure(refused(10s), start + 20s), retry_step{wait{start + 30s}});
  EXPECT_EQ(reason_of(machine.on_failure(refused(1ms), start + 30s)), stop_reason::circuit_open);
}

TEST(RetryMachine, AWaitForACircuitKeepsToTheDeadlineAndMaxElapsed) {
  retry const options{.max_elapsed = 15s, .wait_for_circuit = 30s};
  retry_machine by_elapsed{options, start, random_bits{1}};
  retry_machine by_deadline{options, start, random_bits{1}, start + 5s};

  EXPECT_EQ(reason_of(by_elapsed.on_failure(refused(10s), start + 6s)), stop_reason::time_spent);
  EXPECT_EQ(reason_of(by_deadline.on_failure(refused(10s), start)), stop_reason::time_spent);
}

TEST(RetryMachine, ARefusalWithoutATimeIsPacedAsAFailureIs) {
  retry const options = without_jitter({.wait_for_circuit = 1s});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(refused({}), start), retry_step{wait{start + 100ms}});
  EXPECT_EQ(machine.on_failure(refused(0s), start), retry_step{wait{start + 200ms}});
}

TEST(RetryMachine, RefusalsThatNameNoTimeEndAfterABoundedNumberOfWaits) {
  retry const options{
      .initial_delay = 1ns, .max_delay = 1ns, .jitter = jitter::full, .wait_for_circuit = 100ms};
  retry_machine machine{options, start, random_bits{1}};

  int waits = 0;
  while (std::holds_alternative<wait>(machine.on_failure(refused({}), start))) ++waits;

  EXPECT_EQ(waits, 100) << "a millisecond each";
}

TEST(RetryMachine, ARefusalForGoodIsNotWaitedFor) {
  retry const options{.wait_for_circuit = 30s};
  retry_machine machine{options, start, random_bits{1}};
  failure no_time = refused({});
  no_time.advice = advice::never;

  EXPECT_EQ(reason_of(machine.on_failure(no_time, start)), stop_reason::permanent);
}

TEST(RetryMachine, ASnapshotContinuesWhereTheCallStood) {
  retry const options{.max_attempts = 9, .wait_for_circuit = 30s};
  retry_machine whole{options, start, random_bits{5}, start + 1h};
  static_cast<void>(whole.on_failure(slow, start));
  static_cast<void>(whole.on_failure(refused(2s), start));
  retry_machine other{options, instant{} + 9h, random_bits{99}};
  other.restore(whole.snapshot());

  EXPECT_EQ(other.snapshot(), whole.snapshot());
  EXPECT_EQ(other.on_failure(slow, start + 3s), whole.on_failure(slow, start + 3s));
  EXPECT_EQ(other.snapshot(), whole.snapshot());
}

TEST(RetryMachine, ASnapshotThatNoMachineMadeDoesNoHarm) {
  retry const options{};
  retry_machine machine{options, start, random_bits{1}};

  machine.restore({.pauses = {.growth = std::numeric_limits<double>::quiet_NaN(),
                              .previous = duration::min(),
                              .drawn = -7},
                   .waited_for_circuit = duration::min(),
                   .attempt_limit = -1,
                   .failed_attempts = -1});

  EXPECT_EQ(machine.snapshot(), retry_snapshot{});
}

TEST(RetryMachine, AMachineIsSmall) {
  EXPECT_LE(sizeof(retry_machine), 80U);
  EXPECT_EQ(sizeof(random_bits), 8U);
  EXPECT_TRUE(std::is_trivially_copyable_v<retry_snapshot>);
}

}  // namespace
}  // namespace holdfast::core
