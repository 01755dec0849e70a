// What happens after a trip: the wait and the probes.
#include "core/breaker_played.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

/// Opens at the first failure, for a second.
breaker quick(int places, int successes) {
  return {.failure_threshold = 1,
          .recovery_timeout = 1s,
          .half_open_max_calls = places,
          .success_threshold = successes};
}

TEST(BreakerMachine, Case43TheOpenWaitEndsAtItsBoundary) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 60s}};
  circuit.call(F);

  auto const before = circuit.machine().ask(start + 59999ms);
  EXPECT_FALSE(before.admitted);
  EXPECT_EQ(before.retry_after, 1ms);
  EXPECT_TRUE(circuit.machine().ask(start + 60s).admitted);
  EXPECT_EQ(circuit.machine().state(), half_open);
}

TEST(BreakerMachine, Case36ASecondCallIsRefusedUntilTheProbeTimesOut) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 10s, .probe_timeout = 30s}};
  circuit.call(F);
  ASSERT_TRUE(circuit.machine().ask(start + 10s).admitted);

  auto const second = circuit.machine().ask(start + 12s);

  EXPECT_FALSE(second.admitted);
  EXPECT_EQ(second.retry_after, 28s);
}

TEST(BreakerMachine, Case26HalfOpenClosesAfterEnoughSuccesses) {
  played circuit{quick(1, 3)};
  circuit.call(F);

  EXPECT_EQ(circuit.calls({S, S}, start + 1s), half_open);
  EXPECT_EQ(circuit.call(S, start + 1s), closed);
}

TEST(BreakerMachine, Case27AFailedProbeReopensAtOnce) {
  played circuit{quick(1, 3)};
  circuit.call(F);

  EXPECT_EQ(circuit.call(S, start + 1s), half_open);
  EXPECT_EQ(circuit.call(F, start + 1s), open);
}

TEST(BreakerMachine, Case29ProbesBeyondTheirPlacesAreRefusedUntilOneIsFree) {
  played circuit{quick(4, 4)};
  circuit.call(F);
  admission const first = circuit.machine().ask(start + 1s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(circuit.machine().ask(start + 1s).admitted);

  EXPECT_FALSE(circuit.machine().ask(start + 1s).admitted);
  EXPECT_FALSE(circuit.machine().ask(start + 1s).admitted);
  EXPECT_FALSE(circuit.machine().record(first.pass, verdict::abandoned, 0s, start + 1s));
  EXPECT_TRUE(circuit.machine().ask(start + 1s).admitted);
}

TEST(BreakerMachine, Case31FourGoodProbesCloseWithAnEmptyWindow) {
  breaker options = quick(4, 4);
  options.failure_rate = 1;
  played circuit{options};
  circuit.call(F);

  EXPECT_EQ(circuit.calls({S, S, S, S}, start + 1s), closed);
  EXPECT_EQ(circuit.stats(start + 1s).calls, 0U);
}

TEST(BreakerMachine, Case34NeutralProbesGiveTheirPlacesBackAndDecideNothing) {
  played circuit{quick(3, 3)};
  circuit.call(F);

  EXPECT_EQ(circuit.calls({X, X, X, X}, start + 1s), half_open);
  EXPECT_EQ(circuit.call(F, start + 1s), open);
}

TEST(BreakerMachine, Case35NoMoreProbesRunThanSuccessesAreWanted) {
  played circuit{quick(3, 3)};
  circuit.call(F);
  circuit.calls({S, S}, start + 1s);
  admission const third = circuit.machine().ask(start + 1s);

  EXPECT_FALSE(circuit.machine().ask(start + 1s).admitted);
  auto const changed = circuit.machine().record(third.pass, S, 0s, start + 1s);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->to, closed);
  EXPECT_EQ(changed->reason, transition_reason::probes_succeeded);
}

TEST(BreakerMachine, Case37LateResultsOfTheClosedEraLeaveItHalfOpen) {
  played circuit{quick(1, 2)};
  permit const first = circuit.machine().ask(start).pass;
  permit const second = circuit.machine().ask(start).pass;
  circuit.call(F);
  ASSERT_TRUE(circuit.machine().ask(start + 1s).admitted);

  EXPECT_FALSE(circuit.machine().record(first, S, 0s, start + 1s));
  EXPECT_FALSE(circuit.machine().record(second, S, 0s, start + 1s));
  EXPECT_EQ(circuit.machine().state(), half_open);
  EXPECT_EQ(circuit.stats(start + 1s).probes_running, 1);
}

TEST(BreakerMachine, Case40AReleasedProbeIsNoSuccess) {
  played circuit{quick(2, 2)};
  circuit.call(F);

  EXPECT_EQ(circuit.calls({verdict::abandoned, S, verdict::abandoned}, start + 1s), half_open);
  EXPECT_EQ(circuit.call(S, start + 1s), closed);
}

TEST(BreakerMachine, Trap01AResultOfAnEarlierStateChangesNothing) {
  played circuit{quick(1, 1)};
  permit const old = circuit.machine().ask(start).pass;
  circuit.call(F);

  EXPECT_FALSE(circuit.machine().record(old, S, 0s, start));
  EXPECT_FALSE(circuit.machine().record(old, F, 0s, start + 5s));
  EXPECT_EQ(circuit.machine().open_until(), start + 1s);
  circuit.call(S, start + 1s);
  EXPECT_FALSE(circuit.machine().record(old, F, 0s, start + 1s));
  EXPECT_EQ(circuit.machine().state(), closed);
}

TEST(BreakerMachine, Trap02ALateReleaseAddsNoPlaceToALaterRound) {
  breaker options = quick(1, 1);
  options.recovery_backoff = 1;
  played circuit{options};
  circuit.call(F);
  permit const first_round = circuit.machine().ask(start + 1s).pass;
  EXPECT_TRUE(circuit.machine().record(first_round, F, 0s, start + 1s));
  ASSERT_TRUE(circuit.machine().ask(start + 2s).admitted);

  EXPECT_FALSE(circuit.machine().record(first_round, verdict::abandoned, 0s, start + 2s));

  EXPECT_FALSE(circuit.machine().ask(start + 2s).admitted);
}

TEST(BreakerMachine, Trap03AnAbandonedPermitGivesItsPlaceBackOnce) {
  played circuit{quick(2, 2)};
  circuit.call(F);
  permit const dropped = circuit.machine().ask(start + 1s).pass;
  ASSERT_TRUE(circuit.machine().ask(start + 1s).admitted);

  EXPECT_FALSE(circuit.machine().record(dropped, verdict::abandoned, 0s, start + 1s));
  EXPECT_FALSE(circuit.machine().record(dropped, verdict::abandoned, 0s, start + 1s));

  EXPECT_EQ(circuit.stats(start + 1s).probes_running, 1);
  EXPECT_TRUE(circuit.machine().ask(start + 1s).admitted);
  EXPECT_FALSE(circuit.machine().ask(start + 1s).admitted);
}

TEST(BreakerMachine, Trap04ACancelledProbeNeitherClosesNorReopens) {
  played circuit{quick(1, 1)};
  circuit.call(F);

  EXPECT_EQ(circuit.call(X, start + 1s), half_open);
  EXPECT_EQ(circuit.stats(start + 1s).probes_succeeded, 0);
}

TEST(BreakerMachine, Trap06AProbeThatNeverReturnsGivesItsPlaceBackInTheEnd) {
  breaker options = quick(1, 1);
  options.probe_timeout = 5s;
  played circuit{options};
  circuit.call(F);
  permit const lost = circuit.machine().ask(start + 1s).pass;
  ASSERT_FALSE(circuit.machine().ask(start + 6s - 1ns).admitted);

  admission const next = circuit.machine().ask(start + 6s);

  EXPECT_TRUE(next.admitted);
  EXPECT_FALSE(circuit.machine().record(lost, F, 0s, start + 6s));
  EXPECT_EQ(circuit.machine().state(), half_open);
}

TEST(BreakerMachine, Trap06AResultAtTheTimeoutIsTooLateEvenIfNobodyAsked) {
  breaker options = quick(1, 1);
  options.probe_timeout = 5s;
  played circuit{options};
  circuit.call(F);
  permit const late = circuit.machine().ask(start + 1s).pass;

  EXPECT_FALSE(circuit.machine().record(late, S, 5s, start + 6s));
  EXPECT_EQ(circuit.machine().state(), half_open);
}

TEST(BreakerMachine, Trap07OnlyTheFirstOfManyEndsTheWait) {
  played circuit{quick(1, 1)};
  circuit.call(F);

  admission const first = circuit.machine().ask(start + 1s);
  admission const second = circuit.machine().ask(start + 1s);

  ASSERT_TRUE(first.changed);
  EXPECT_EQ(first.changed->reason, transition_reason::wait_over);
  EXPECT_TRUE(first.admitted);
  EXPECT_FALSE(second.changed);
  EXPECT_FALSE(second.admitted);
}

TEST(BreakerMachine, Trap39AnOpenCircuitWithoutTrafficSaysSinceWhenItMayBeProbed) {
  played circuit{quick(1, 1)};
  circuit.call(F);

  EXPECT_FALSE(circuit.stats(start + 1s - 1ns).eligible);
  EXPECT_TRUE(circuit.stats(start + 1h).eligible);
  EXPECT_EQ(circuit.stats(start + 1h).state, open);
  EXPECT_EQ(circuit.stats(start + 1h).open_until, start + 1s);
}

TEST(BreakerMachine, Case46TheWaitDoublesUpToItsMaximumAndQuietForgetsIt) {
  breaker options = quick(1, 1);
  options.recovery_timeout = 10ms;
  options.max_recovery_timeout = 200ms;
  options.recovery_reset = 200ms;
  played circuit{options};
  instant now = start;

  for (duration const wait : {10ms, 20ms, 40ms, 80ms, 160ms, 200ms, 200ms}) {
    circuit.call(F, now);
    EXPECT_EQ(circuit.machine().open_until() - now, wait);
    now = circuit.machine().open_until();
  }
  circuit.call(S, now);
  circuit.call(F, now + 200ms);
  EXPECT_EQ(circuit.machine().open_until(), now + 210ms);
}

TEST(BreakerMachine, Case46AMaximumBetweenTwoStepsIsTheLastWait) {
  breaker options = quick(1, 1);
  options.recovery_timeout = 10ms;
  options.max_recovery_timeout = 11ms;
  played circuit{options};
  circuit.call(F);

  circuit.call(F, start + 10ms);

  EXPECT_EQ(circuit.machine().open_until(), start + 21ms);
}

TEST(BreakerMachine, Case45TheGrowthOfTheWaitStartsAgainAfterRecoveryReset) {
  breaker options = quick(1, 1);
  options.recovery_reset = 1min;
  played circuit{options};
  instant now = start;
  auto const wait_after = [&](verdict outcome) {
    circuit.call(outcome, now);
    duration const wait = circuit.machine().open_until() - now;
    now = circuit.machine().open_until();
    return wait;
  };

  for (duration const wait : {1s, 2s, 4s, 8s, 16s}) EXPECT_EQ(wait_after(F), wait);
  circuit.call(S, now);
  now += 1min;
  for (duration const wait : {1s, 2s, 4s}) EXPECT_EQ(wait_after(F), wait);
}

TEST(BreakerMachine, Case45AShortRecoveryDoesNotForgetHowLongTheWaitHadGrown) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 10s}};
  circuit.call(F);
  circuit.call(S, start + 10s);

  circuit.call(F, start + 30s - 1ns);

  EXPECT_EQ(circuit.machine().open_until(), start + 50s - 1ns);
}

TEST(BreakerMachine, Case45TwiceTheLastWaitInGoodHealthForgetsIt) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 10s}};
  circuit.call(F);
  circuit.call(S, start + 10s);

  circuit.call(F, start + 30s);

  EXPECT_EQ(circuit.machine().open_until(), start + 40s);
}

TEST(BreakerMachine, Case47TheSecondWaitIsTheLongerOne) {
  played circuit{quick(1, 1)};
  circuit.call(F);
  circuit.call(F, start + 1s);

  EXPECT_FALSE(circuit.machine().ask(start + 2s).admitted);
  EXPECT_TRUE(circuit.machine().ask(start + 3s).admitted);
}

TEST(BreakerMachine, TheJitterOfTheWaitStaysBelowItsMaximum) {
  breaker const options{
      .failure_threshold = 1, .recovery_timeout = 10s, .max_recovery_timeout = 10s};
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    breaker_machine machine{options, random_bits{seed}};
    EXPECT_TRUE(machine.record(machine.ask(start).pass, F, 0s, start));
    EXPECT_GE(machine.open_until(), start + 9s);
    EXPECT_LE(machine.open_until(), start + 10s);
  }
}

TEST(BreakerMachine, ATripCarriesItsReasonAndTheNumbersBehindIt) {
  played circuit{{.failure_threshold = 2, .recovery_timeout = 10s}};
  circuit.call(F);

  circuit.call(F, start + 1s);

  auto const& changed = circuit.changed();
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->from, closed);
  EXPECT_EQ(changed->to, open);
  EXPECT_EQ(changed->reason, transition_reason::consecutive_failures);
  EXPECT_EQ(changed->count, 2);
  EXPECT_EQ(changed->threshold, 2);
  EXPECT_EQ(changed->open_until, start + 11s);
}

}  // namespace
}  // namespace holdfast::core
