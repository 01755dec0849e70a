#include "holdfast/drive/gate.hpp"

#include "drive/played_gate.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

breaker counting(int calls) {
  return {.failure_threshold = 0,
          .failure_rate = 0.5,
          .window = last_calls(calls),
          .min_calls = 4,
          .recovery_timeout = 1s,
          .recovery_jitter = 0};
}

breaker consecutive(int failures) {
  return {.failure_threshold = failures, .recovery_timeout = 1s, .recovery_jitter = 0};
}

/// A budget that starts empty, so that each deposit shows.
operation_options with_budget(breaker const& circuit) {
  return {.retry{.max_attempts = 2},
          .breaker = circuit,
          .budget{.capacity = 1000, .per_second = 0, .per_call = 0.5},
          .nesting = nesting::untracked};
}
void empty_budget(played_gate& played) {
  while (played.withdraw()) {
  }
}

TEST(Gate, CreditsReachTheWindowExactly) {
  played_gate played{{.breaker = counting(100)}};

  played.succeed(37);

  EXPECT_EQ(played.stats().calls, 37U);
  EXPECT_EQ(played.stats().calls, 37U) << "none is taken twice";
  EXPECT_EQ(played.gate().successes(), 37U);
}

TEST(Gate, CreditsReachTheBudgetExactly) {
  played_gate played{with_budget(consecutive(0))};
  empty_budget(played);

  played.succeed(37);

  EXPECT_DOUBLE_EQ(played.tokens(), 18.5);
  EXPECT_DOUBLE_EQ(played.tokens(), 18.5) << "none is taken twice";
}

TEST(Gate, EveryFirstAttemptDepositsWhateverBecomesOfIt) {
  played_gate played{with_budget(consecutive(0))};
  empty_budget(played);

  played.succeed();
  played.fail();
  open_call{played.guarded()}.abandon();

  EXPECT_DOUBLE_EQ(played.tokens(), 1.5);
}

TEST(Gate, SuccessesAreCountedWithoutALockOnceTheThreadHasAStamp) {
  played_gate played{{.breaker = counting(100)}};
  played.succeed();  // the first one of a thread is recorded, and stamps its tally
  int const reads = played.time().reads();

  played.succeed(50);

  EXPECT_EQ(played.time().reads(), reads) << "the locked path reads the clock";
  EXPECT_EQ(played.stats().calls, 51U);
}

TEST(Gate, ASuccessUnderWatchEndsARowOfFailures) {
  played_gate played{{.breaker = consecutive(3)}};
  played.succeed();

  played.fail(2);
  played.succeed();
  played.fail(2);

  EXPECT_EQ(played.state(), breaker_state::closed);
  EXPECT_EQ(played.stats().consecutive_failures, 2);
  played.fail();
  EXPECT_EQ(played.state(), breaker_state::open);
}

TEST(Gate, ASuccessOfACallThatBeganBeforeTheFailureEndsTheRowToo) {
  played_threads threads{2};
  played_gate played{{.breaker = consecutive(2), .nesting = nesting::untracked}};
  open_call running{played.guarded()};

  threads.become(1);
  played.fail();
  threads.become(0);
  running.succeed();
  threads.become(1);
  played.fail();

  EXPECT_EQ(played.state(), breaker_state::closed) << "failure, success, failure";
}

TEST(Gate, Trap08TheSuccessThatReachesMinCallsTrips) {
  played_gate played{{.breaker = counting(100)}};

  played.fail(2);
  played.succeed();
  EXPECT_EQ(played.state(), breaker_state::closed) << "3 calls, too few to judge";
  played.succeed();

  EXPECT_EQ(played.state(), breaker_state::open) << "2 of 4";
}

TEST(Gate, Trap01ASuccessOfAnEarlierStateChangesNothing) {
  played_threads threads{2};
  played_gate played{{.breaker = counting(100), .nesting = nesting::untracked}};
  played.succeed();
  open_call late{played.guarded()};

  threads.become(1);
  played.reset();
  threads.become(0);
  late.succeed();

  EXPECT_EQ(played.stats().calls, 0U);
  EXPECT_EQ(played.gate().successes(), 2U) << "it is still a success of the operation";
}

TEST(Gate, Trap01AFailureOfAnEarlierStateChangesNothing) {
  played_threads threads{2};
  played_gate played{{.breaker = consecutive(1), .nesting = nesting::untracked}};
  open_call late{played.guarded()};

  threads.become(1);
  played.reset();
  threads.become(0);
  late.fail();

  EXPECT_EQ(played.state(), breaker_state::closed);
  EXPECT_EQ(played.stats().consecutive_failures, 0);
}

TEST(Gate, Trap02AFailureOfTheClosedStateIsNoProbe) {
  played_threads threads{2};
  played_gate played{{.breaker = consecutive(1), .nesting = nesting::untracked}};
  open_call late{played.guarded()};
  threads.become(1);
  played.fail();
  played.time().advance(1s);
  open_call probe{played.guarded()};
  ASSERT_EQ(played.state(), breaker_state::half_open);

  threads.become(0);
  late.fail();
  EXPECT_EQ(played.state(), breaker_state::half_open) << "it is not the probe's failure";
  EXPECT_FALSE(open_call{played.guarded()}.admitted()) << "and gives back no place of it";
  threads.become(1);
  probe.succeed();

  EXPECT_EQ(played.state(), breaker_state::closed);
}

TEST(Gate, CreditsOfAnOlderGenerationDepositOnly) {
  played_threads threads{2};
  played_gate played{with_budget(counting(100))};
  empty_budget(played);
  threads.become(1);
  played.succeed(11);  // one recorded, ten counted and not yet taken
  open_call late{played.guarded()};

  threads.become(0);
  played.reset();  // takes what was counted
  threads.become(1);
  late.succeed();

  EXPECT_EQ(played.stats().calls, 0U);
  EXPECT_DOUBLE_EQ(played.tokens(), 6.0);
}

TEST(Gate, ACountAfterATransitionThatNobodySawIsKnownAsLate) {
  // A thread between its last look at the word and the store of its count: played by the store.
  played_gate played{with_budget(counting(100))};
  empty_budget(played);
  played.succeed();
  tally& own = this_thread_block->chunk(played.gate().number())
                   ->tallies[thread_block::place_of(played.gate().number())];

  played.reset();
  own.count.store(own.count.load() + 1);

  EXPECT_EQ(played.stats().calls, 0U);
  EXPECT_DOUBLE_EQ(played.tokens(), 1.0);
}

TEST(Gate, CreditsComeBeforeTheFailureThatTheyPreceded) {
  played_threads threads{2};
  played_gate played{{.breaker = counting(4), .nesting = nesting::untracked}};
  threads.become(1);
  played.succeed(2);
  threads.become(0);
  played.succeed(2);

  played.fail();

  EXPECT_EQ(played.state(), breaker_state::closed) << "1 of 4";
  EXPECT_EQ(played.stats().calls, 4U);
  EXPECT_EQ(played.stats().failures, 1U);
}

TEST(Gate, CreditsCountInTheBucketInWhichTheyHappened) {
  played_gate played{
      {.breaker{
           .failure_threshold = 0, .failure_rate = 0.9, .window = last_span(10s), .min_calls = 5},
       .nesting = nesting::untracked}};
  played.succeed(5);
  played.time().advance(8s);

  EXPECT_EQ(played.stats().calls, 5U) << "an epoch begins up to a bucket before its successes";
  played.time().advance(2s);
  EXPECT_EQ(played.stats().calls, 0U) << "they were summed late, and leave in time";
}

TEST(Gate, TheFirstSuccessAfterABucketHasLeftIsJudged) {
  played_gate played{{.breaker{.failure_threshold = 0,
                               .failure_rate = 0.5,
                               .window = last_span(10s),
                               .min_calls = 3,
                               .recovery_jitter = 0},
                      .nesting = nesting::untracked}};
  played.succeed(6);
  played.time().advance(8s);
  played.fail(3);  // 3 of 9
  ASSERT_EQ(played.state(), breaker_state::closed);

  played.time().advance(3s);
  played.succeed();

  EXPECT_EQ(played.state(), breaker_state::open) << "the successes have left: 3 of 4";
}

TEST(Gate, OutcomesThatSayNothingOfTheDependencyAreNotCounted) {
  played_gate played{{.breaker = counting(100)}};
  played.succeed();

  open_call{played.guarded()}.abandon();

  EXPECT_EQ(played.stats().calls, 1U);
}

TEST(Gate, RefusedCallsAreCountedOneByOne) {
  played_gate played{{.breaker{.failure_threshold = 1, .recovery_timeout = 5min}}};
  played.fail();

  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(open_call{played.guarded()}.admitted());

  EXPECT_EQ(played.gate().refusals(), 1000U);
}

TEST(Gate, TicksThatHaveStoppedDoNotKeepACircuitOpen) {
  manual_time real;
  struct stuck final : timekeeper {
    explicit stuck(manual_time& moving) : moves{moving} {}
    instant now() noexcept override { return moves.now(); }
    bool sleep_until(instant, std::stop_token const&) override { return true; }
    tick_source const& ticks() noexcept override { return still; }
    manual_time& moves;
    tick_source still{1'000'000'000};
  } stopped{real};
  operation guarded{{.name = "stuck",
                     .breaker{.failure_threshold = 1, .recovery_timeout = 10s},
                     .surroundings{.time = &stopped, .seed = 1}}};
  fail(guarded);
  EXPECT_FALSE(open_call{guarded}.admitted());
  real.advance(1min);

  int refused = 0;
  while (!open_call{guarded}.admitted() && refused < 1000) ++refused;

  EXPECT_LT(refused, 256) << "every 256th refusal asks the clock";
}

TEST(Gate, ACircuitHeldOpenWithoutAnEndSaysSoOnEveryRefusal) {
  played_gate played{{.name = "held", .breaker = consecutive(5)}};
  played.force(breaker_state::forced_open);

  for (int i = 0; i < 3; ++i) {
    open_call const refused{played.guarded()};
    ASSERT_FALSE(refused.admitted());
    EXPECT_EQ(refused.refused().as_failure().text.view(),
              "held: the circuit is held open, without an end");
  }
}

TEST(Gate, AWaitThatIsJudgedByTicksEndsAtItsBoundary) {
  played_gate played{{.breaker = consecutive(1)}};
  played.fail();
  EXPECT_FALSE(open_call{played.guarded()}.admitted());

  played.time().advance(1s - 1ns);
  EXPECT_FALSE(open_call{played.guarded()}.admitted());
  played.time().advance(1ns);

  EXPECT_TRUE(open_call{played.guarded()}.admitted());
}

TEST(Gate, Trap39AnOpenCircuitPastItsWaitIsSaidToBeEligible) {
  played_gate played{{.breaker = consecutive(1)}};
  played.fail();
  EXPECT_FALSE(played.stats().eligible);

  played.time().advance(1s);

  EXPECT_EQ(played.stats().state, breaker_state::open);
  EXPECT_TRUE(played.stats().eligible);
}

}  // namespace
}  // namespace holdfast
