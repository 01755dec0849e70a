#include "holdfast/core/retry_machine.hpp"

#include <limits>

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

failure throttled(duration retry_after) {
  return {
      .category = category::throttled, .advice = advice::after_wait, .retry_after = retry_after};
}

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

  EXPECT_EQ(machine.on_failure(throttled(3s), start + 20ms), retry_step{wait{start + 3020ms}});
}

TEST(RetryMachine, Case74AServerHintMayPassMaxDelay) {
  retry const options = without_jitter({.initial_delay = 50ms, .max_delay = 20s});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(throttled(60s), start), retry_step{wait{start + 60s}});
}

TEST(RetryMachine, ComputedPausesLongerThanTheHintStand) {
  retry const options = without_jitter({.initial_delay = 5s});
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(machine.on_failure(throttled(3s), start), retry_step{wait{start + 5s}});
}

TEST(RetryMachine, Trap20AHintLongerThanMaxRetryAfterEndsTheCallAtOnce) {
  retry const options{.max_retry_after = 5min};
  retry_machine machine{options, start, random_bits{1}};

  EXPECT_EQ(reason_of(machine.on_failure(throttled(5min + 1ns), start)),
            stop_reason::retry_after_too_long);
}

TEST(RetryMachine, Trap22NoSleepIsBegunThatEndsPastTheDeadline) {
  retry const options = without_jitter({.initial_delay = 1s});
  retry_machine on_time{options, start, random_bits{1}, start + 1s};
  retry_machine too_late{options, start, random_bits{1}, start + 1s - 1ns};
  auto const slow = with_advice(advice::after_backoff);

  EXPECT_EQ(on_time.on_failure(slow, start), retry_step{wait{start + 1s}});
  EXPECT_EQ(reason_of(too_late.on_failure(slow, start)), stop_reason::time_spent);
}

TEST(RetryMachine, Case87MaxElapsedIncludesItsBoundary) {
  retry const options =
      without_jitter({.initial_delay = 100ms, .backoff_factor = 1, .max_elapsed = 1s});
  auto const slow = with_advice(advice::after_backoff);
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

TEST(RetryOptions, ACapBelowTheInitialDelayIsAContradiction) {
  auto const problems = check_fields(retry{.initial_delay = 100ms, .max_delay = 50ms});

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].field, "max_delay");
  EXPECT_EQ(problems[0].found, "50ms is below initial_delay (100ms)");
  EXPECT_EQ(problems[0].allowed, "initial_delay .. 7d");
}

TEST(RetryOptions, EveryValueOutOfRangeIsToldAtOnce) {
  auto const problems = check_fields(retry{.max_attempts = 0, .backoff_factor = 0.5});

  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].field, "max_attempts");
  EXPECT_EQ(problems[0].allowed, "1 .. 1000");
  EXPECT_EQ(problems[1].field, "backoff_factor");
}

TEST(RetryOptions, AFactorThatIsNoNumberIsRefused) {
  auto const problems =
      check_fields(retry{.backoff_factor = std::numeric_limits<double>::quiet_NaN()});

  ASSERT_EQ(problems.size(), 1U);
}

}  // namespace
}  // namespace holdfast::core
