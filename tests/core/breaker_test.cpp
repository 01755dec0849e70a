#include "holdfast/core/breaker_machine.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant start{};

breaker steady(breaker options) {
  options.recovery_jitter = 0;
  return options;
}

/// Drives a machine by the outcomes of whole calls.
class played {
 public:
  explicit played(breaker const& options)
      : options_{steady(options)}, machine_{options_, random_bits{1}} {}

  breaker_state call(verdict outcome, instant now = start) {
    admission const answer = machine_.ask(now);
    if (answer.admitted) static_cast<void>(machine_.record(answer.pass, outcome, 0s, now));
    return machine_.state();
  }
  breaker_machine& machine() { return machine_; }

 private:
  breaker options_;
  breaker_machine machine_;
};

constexpr auto S = verdict::success;
constexpr auto F = verdict::failure;
constexpr auto X = verdict::neutral;
constexpr auto closed = breaker_state::closed;
constexpr auto open = breaker_state::open;
constexpr auto half_open = breaker_state::half_open;

TEST(BreakerMachine, Case01OneFailureOpensAtAThresholdOfOne) {
  played circuit{{.failure_threshold = 1}};

  EXPECT_EQ(circuit.call(F), open);
}

TEST(BreakerMachine, Case02ASuccessStartsTheCountOfFailuresAgain) {
  played circuit{{.failure_threshold = 3}};

  for (verdict const each : {F, S, F, F}) EXPECT_EQ(circuit.call(each), closed);
  EXPECT_EQ(circuit.call(F), open);
}

TEST(BreakerMachine, Case09TheCountsAreZeroOnceTheCircuitIsOpen) {
  played circuit{{.failure_threshold = 6}};

  for (verdict const each : {F, F, F, F, F, S, F, F, F, F, F}) {
    EXPECT_EQ(circuit.call(each), closed);
  }
  EXPECT_EQ(circuit.call(F), open);
  EXPECT_EQ(circuit.machine().consecutive_failures(), 0);
}

TEST(BreakerMachine, ANeutralOutcomeLeavesTheCountAsItIs) {
  played circuit{{.failure_threshold = 2}};

  EXPECT_EQ(circuit.call(F), closed);
  EXPECT_EQ(circuit.call(X), closed);
  EXPECT_EQ(circuit.call(F), open);
}

TEST(BreakerMachine, AThresholdOfZeroNeverOpens) {
  played circuit{{.failure_threshold = 0}};

  for (int i = 0; i < 1000; ++i) EXPECT_EQ(circuit.call(F), closed);
  EXPECT_FALSE(circuit.machine().watches_successes());
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
  played circuit{{.failure_threshold = 1, .recovery_timeout = 1s, .success_threshold = 3}};
  circuit.call(F);

  EXPECT_EQ(circuit.call(S, start + 1s), half_open);
  EXPECT_EQ(circuit.call(S, start + 1s), half_open);
  EXPECT_EQ(circuit.call(S, start + 1s), closed);
}

TEST(BreakerMachine, Case27AFailedProbeReopensAtOnce) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 1s, .success_threshold = 3}};
  circuit.call(F);

  EXPECT_EQ(circuit.call(S, start + 1s), half_open);
  EXPECT_EQ(circuit.call(F, start + 1s), open);
}

TEST(BreakerMachine, Case29ProbesBeyondTheirPlacesAreRefusedUntilOneIsFree) {
  played circuit{{.failure_threshold = 1,
                  .recovery_timeout = 1s,
                  .half_open_max_calls = 4,
                  .success_threshold = 4}};
  circuit.call(F);
  admission first = circuit.machine().ask(start + 1s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(circuit.machine().ask(start + 1s).admitted);

  EXPECT_FALSE(circuit.machine().ask(start + 1s).admitted);
  EXPECT_FALSE(circuit.machine().ask(start + 1s).admitted);
  static_cast<void>(circuit.machine().record(first.pass, verdict::abandoned, 0s, start + 1s));
  EXPECT_TRUE(circuit.machine().ask(start + 1s).admitted);
}

TEST(BreakerMachine, Case34NeutralProbesGiveTheirPlacesBackAndDecideNothing) {
  played circuit{{.failure_threshold = 1,
                  .recovery_timeout = 1s,
                  .half_open_max_calls = 3,
                  .success_threshold = 3}};
  circuit.call(F);

  for (int i = 0; i < 4; ++i) EXPECT_EQ(circuit.call(X, start + 1s), half_open);
  EXPECT_EQ(circuit.call(F, start + 1s), open);
}

TEST(BreakerMachine, Case35NoMoreProbesRunThanSuccessesAreWanted) {
  played circuit{{.failure_threshold = 1,
                  .recovery_timeout = 1s,
                  .half_open_max_calls = 3,
                  .success_threshold = 3}};
  circuit.call(F);
  circuit.call(S, start + 1s);
  circuit.call(S, start + 1s);
  admission const third = circuit.machine().ask(start + 1s);

  EXPECT_FALSE(circuit.machine().ask(start + 1s).admitted);
  auto const changed = circuit.machine().record(third.pass, S, 0s, start + 1s);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->to, closed);
  EXPECT_EQ(changed->reason, transition_reason::probes_succeeded);
}

TEST(BreakerMachine, Case37LateResultsOfAnEarlierGenerationChangeNothing) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 1s, .success_threshold = 1}};
  permit const old = circuit.machine().ask(start).pass;
  circuit.call(F);
  ASSERT_TRUE(circuit.machine().ask(start + 1s).admitted);

  EXPECT_FALSE(circuit.machine().record(old, S, 0s, start + 1s));
  EXPECT_FALSE(circuit.machine().record(old, F, 0s, start + 1s));
  EXPECT_EQ(circuit.machine().state(), half_open);
}

TEST(BreakerMachine, Trap02ALateReleaseAddsNoPlaceToALaterRound) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 1s, .recovery_backoff = 1}};
  circuit.call(F);
  permit const first_round = circuit.machine().ask(start + 1s).pass;
  static_cast<void>(circuit.machine().record(first_round, F, 0s, start + 1s));
  ASSERT_TRUE(circuit.machine().ask(start + 2s).admitted);

  static_cast<void>(circuit.machine().record(first_round, verdict::abandoned, 0s, start + 2s));

  EXPECT_FALSE(circuit.machine().ask(start + 2s).admitted);
}

TEST(BreakerMachine, Trap06AProbeThatNeverReturnsGivesItsPlaceBackInTheEnd) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 1s, .probe_timeout = 5s}};
  circuit.call(F);
  permit const lost = circuit.machine().ask(start + 1s).pass;
  ASSERT_FALSE(circuit.machine().ask(start + 6s - 1ns).admitted);

  admission const next = circuit.machine().ask(start + 6s);

  EXPECT_TRUE(next.admitted);
  EXPECT_FALSE(circuit.machine().record(lost, F, 0s, start + 6s));
  EXPECT_EQ(circuit.machine().state(), half_open);
}

TEST(BreakerMachine, Case46TheWaitDoublesUpToItsMaximum) {
  played circuit{{.failure_threshold = 1,
                  .recovery_timeout = 10ms,
                  .recovery_backoff = 2,
                  .max_recovery_timeout = 30ms}};
  circuit.call(F);
  EXPECT_EQ(circuit.machine().open_until(), start + 10ms);

  circuit.call(F, start + 10ms);
  EXPECT_EQ(circuit.machine().open_until(), start + 30ms);
  circuit.call(F, start + 30ms);
  EXPECT_EQ(circuit.machine().open_until(), start + 60ms);
}

TEST(BreakerMachine, Case45AShortRecoveryDoesNotForgetHowLongTheWaitHadGrown) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 10s}};
  circuit.call(F);
  circuit.call(S, start + 10s);

  circuit.call(F, start + 29s);

  EXPECT_EQ(circuit.machine().open_until(), start + 49s);
}

TEST(BreakerMachine, Case45TwiceTheLastWaitInGoodHealthForgetsIt) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 10s}};
  circuit.call(F);
  circuit.call(S, start + 10s);

  circuit.call(F, start + 30s);

  EXPECT_EQ(circuit.machine().open_until(), start + 40s);
}

TEST(BreakerMachine, TheJitterOfTheWaitStaysBelowItsMaximum) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    breaker const options{
        .failure_threshold = 1, .recovery_timeout = 10s, .max_recovery_timeout = 10s};
    breaker_machine machine{options, random_bits{seed}};
    static_cast<void>(machine.record(machine.ask(start).pass, F, 0s, start));
    EXPECT_GE(machine.open_until(), start + 9s);
    EXPECT_LE(machine.open_until(), start + 10s);
  }
}

TEST(BreakerMachine, ATripCarriesItsReasonAndTheNumbersBehindIt) {
  played circuit{{.failure_threshold = 2, .recovery_timeout = 10s}};
  circuit.call(F);
  permit const second = circuit.machine().ask(start + 1s).pass;

  auto const changed = circuit.machine().record(second, F, 0s, start + 1s);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->from, closed);
  EXPECT_EQ(changed->to, open);
  EXPECT_EQ(changed->reason, transition_reason::consecutive_failures);
  EXPECT_EQ(changed->count, 2);
  EXPECT_EQ(changed->open_until, start + 11s);
}

TEST(BreakerVerdict, OnlyTheDependencysFaultCountsAgainstIt) {
  auto const judged = [](fault whose, category what, bool throttled_counts = false) {
    return verdict_on({.category = what, .fault = whose}, throttled_counts);
  };

  EXPECT_EQ(judged(fault::dependency, category::timeout), F);
  EXPECT_EQ(judged(fault::caller, category::not_found), S);
  EXPECT_EQ(judged(fault::local, category::resource), X);
  EXPECT_EQ(judged(fault::nobody, category::cancelled), X);
  EXPECT_EQ(judged(fault::dependency, category::cancelled), X);
  EXPECT_EQ(judged(fault::local, category::rejected), X);
  EXPECT_EQ(judged(fault::dependency, category::throttled), X);
  EXPECT_EQ(judged(fault::dependency, category::throttled, true), F);
}

}  // namespace
}  // namespace holdfast::core
