// What a breaker keeps over a restart and a change of its options.
#include "core/breaker_played.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

static_assert(sizeof(breaker_machine) <= 128, "a million idle guards must fit in 400 MB");

breaker const watchful{.failure_threshold = 0,
                       .failure_rate = 0.5,
                       .window = last_calls(100),
                       .min_calls = 10,
                       .recovery_timeout = 10s,
                       .recovery_jitter = 0,
                       .half_open_max_calls = 2,
                       .success_threshold = 2};

/// A machine of `options` that takes up where `from` was.
breaker_machine continued(breaker const& options, breaker_snapshot const& from, instant now) {
  breaker_machine machine{options, random_bits{99}};
  machine.restore(from, now);
  return machine;
}

TEST(BreakerSnapshot, ARestoredWindowTripsAtTheSameCall) {
  played circuit{watchful};
  circuit.calls({F, F, F, F, S, S, S, S, S});

  auto machine = continued(watchful, circuit.machine().snapshot(), start);

  EXPECT_EQ(machine.stats(start).calls, 9U);
  EXPECT_TRUE(machine.record({.generation = 1}, F, 0s, start));
}

TEST(BreakerSnapshot, ARunningProbeGoesOn) {
  played circuit{watchful};
  circuit.trip();
  permit const probe = circuit.machine().ask(start + 10s).pass;
  circuit.call(S, start + 10s);

  auto machine = continued(watchful, circuit.machine().snapshot(), start + 11s);

  EXPECT_FALSE(machine.ask(start + 11s).admitted);
  auto const changed = machine.record(probe, S, 0s, start + 11s);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->to, closed);
}

TEST(BreakerSnapshot, ASnapshotOfARestoredMachineIsTheSame) {
  for (breaker_window const window : {last_calls(100), last_span(5s, 5)}) {
    breaker options = watchful;
    options.window = window;
    played circuit{options};
    for (int i = 0; i < 150; ++i) circuit.call(i % 3 == 0 ? F : S, start + i * 50ms);
    auto const taken = circuit.machine().snapshot();

    EXPECT_EQ(continued(options, taken, start + 8s).snapshot(), taken);
  }
}

TEST(BreakerSnapshot, Trap14AnOpenWaitFromAStoreIsHeldToItsMaximum) {
  played circuit{watchful};
  circuit.trip();
  auto taken = circuit.machine().snapshot();
  taken.open_until = start + 24h * 365;

  auto machine = continued(watchful, taken, start);

  EXPECT_EQ(machine.state(), open);
  EXPECT_EQ(machine.open_until(), start + 5min);
}

TEST(BreakerSnapshot, Trap14AProbeFromAStoreIsHeldToItsTimeout) {
  played circuit{watchful};
  circuit.trip();
  ASSERT_TRUE(circuit.machine().ask(start + 10s).admitted);
  ASSERT_TRUE(circuit.machine().ask(start + 10s).admitted);
  auto taken = circuit.machine().snapshot();
  for (probe_place& each : taken.probes) each.expires = start + 24h * 365;

  auto machine = continued(watchful, taken, start + 11s);

  EXPECT_FALSE(machine.ask(start + 41s - 1ns).admitted);
  EXPECT_TRUE(machine.ask(start + 41s).admitted);
}

TEST(BreakerSnapshot, Trap14AWindowFromTheFutureGoesOnCounting) {
  breaker options = watchful;
  options.window = last_span(10s);
  played circuit{options};
  circuit.calls({F, F, F});
  auto taken = circuit.machine().snapshot();
  ASSERT_TRUE(taken.window);
  taken.window->newest_begins = start + 24h * 365;

  auto machine = continued(options, taken, start + 1s);

  EXPECT_EQ(machine.stats(start + 1s).calls, 3U);
  for (int i = 0; i < 7; ++i) machine.record({.generation = 1}, F, 0s, start + 1s);
  EXPECT_EQ(machine.state(), open);
}

TEST(BreakerSnapshot, Trap13ARampThatBeganBeforeAllTimeIsOver) {
  breaker const ramped{.ramp = 1min};

  auto machine =
      continued(ramped, {.state = breaker_state::ramping, .since = instant::min()}, start + 1s);

  EXPECT_TRUE(machine.ask(start + 1s).admitted);
  EXPECT_EQ(machine.state(), closed);
}

TEST(BreakerSnapshot, DamagedNumbersAreHeldToWhatTheyCanBe) {
  breaker_snapshot damaged{.state = half_open,
                           .consecutive_failures = -5,
                           .probe_successes = 1000,
                           .hanging = -1,
                           .wait = -1s,
                           .since = start + 1h,
                           .probes = std::vector<probe_place>(1000)};
  damaged.window = window_snapshot{.calls = ~std::uint64_t{0}, .failed = {1}, .slow = {}};

  auto machine = continued(watchful, damaged, start);

  auto const seen = machine.stats(start);
  EXPECT_EQ(seen.consecutive_failures, 0);
  EXPECT_EQ(seen.probes_succeeded, 1);
  EXPECT_EQ(seen.hanging, 0);
  EXPECT_EQ(seen.calls, 0U);
  EXPECT_EQ(seen.since, start);
  EXPECT_TRUE(machine.record(machine.ask(start).pass, S, 0s, start));
}

TEST(BreakerSnapshot, FailuresInARowAreCountedUpToTheLastNumberOfAll) {
  constexpr int last = std::numeric_limits<int>::max();
  auto machine = continued(watchful, {.consecutive_failures = last}, start);

  machine.record({.generation = 1}, F, 0s, start);

  EXPECT_EQ(machine.consecutive_failures(), last);
}

TEST(BreakerSnapshot, AFreshGenerationIsNotTakenBack) {
  breaker_machine machine{watchful, random_bits{1}, 5000};

  machine.restore({.generation = 7}, start);

  EXPECT_EQ(machine.generation(), 5000U);
}

TEST(BreakerReconfigure, Trap40OtherLimitsKeepTheWindowAndTheState) {
  played circuit{watchful};
  circuit.calls({F, F, F, F, S, S, S, S, S, S});
  breaker stricter = watchful;
  stricter.failure_rate = 0.4;

  circuit.machine().reconfigure(stricter, start);

  EXPECT_EQ(circuit.stats().calls, 10U);
  EXPECT_EQ(circuit.machine().generation(), 1U);
  EXPECT_TRUE(circuit.machine().record({.generation = 1}, F, 0s, start));
}

TEST(BreakerReconfigure, AShorterCountWindowKeepsTheNewestCalls) {
  played circuit{watchful};
  circuit.calls({S, S, F, F, F});
  breaker shorter = watchful;
  shorter.window = last_calls(4);
  shorter.min_calls = 4;

  circuit.machine().reconfigure(shorter, start);

  EXPECT_EQ(circuit.stats().calls, 4U);
  EXPECT_EQ(circuit.stats().failures, 3U);
}

TEST(BreakerReconfigure, AWindowOfAnotherKindStartsEmpty) {
  played circuit{watchful};
  circuit.calls({S, S, F});
  breaker timed = watchful;
  timed.window = last_span(10s);

  circuit.machine().reconfigure(timed, start);

  EXPECT_EQ(circuit.stats().calls, 0U);
}

TEST(BreakerReconfigure, WithoutARateThereIsNoWindow) {
  played circuit{watchful};
  circuit.calls({S, S, F});
  breaker const consecutive{.failure_threshold = 2};

  circuit.machine().reconfigure(consecutive, start);

  EXPECT_EQ(circuit.stats().calls, 0U);
  EXPECT_FALSE(circuit.machine().snapshot().window);
  EXPECT_EQ(circuit.machine().consecutive_failures(), 1);
  EXPECT_TRUE(circuit.machine().record({.generation = 1}, F, 0s, start));
}

TEST(BreakerReconfigure, FewerSuccessesWantedStillNeedOneMoreProbe) {
  breaker const patient{.failure_threshold = 1, .recovery_timeout = 1s, .success_threshold = 5};
  breaker const quick{.failure_threshold = 1, .recovery_timeout = 1s, .success_threshold = 2};
  played circuit{patient};
  circuit.call(F);
  circuit.calls({S, S, S}, start + 1s);

  circuit.machine().reconfigure(quick, start + 1s);

  EXPECT_EQ(circuit.machine().state(), half_open);
  EXPECT_EQ(circuit.call(S, start + 1s), closed);
}

TEST(BreakerReconfigure, AShorterMaximumEndsALongWaitEarlier) {
  breaker const patient{.failure_threshold = 1, .recovery_timeout = 5min};
  breaker const quick{.failure_threshold = 1, .recovery_timeout = 1s, .max_recovery_timeout = 10s};
  played circuit{patient};
  circuit.call(F);

  circuit.machine().reconfigure(quick, start + 1s);

  EXPECT_EQ(circuit.machine().open_until(), start + 11s);
}

TEST(BreakerReconfigure, AShorterProbeTimeoutEndsARunningProbeEarlier) {
  breaker const patient{.failure_threshold = 1, .recovery_timeout = 1s, .probe_timeout = 1h};
  breaker const quick{.failure_threshold = 1, .recovery_timeout = 1s, .probe_timeout = 5s};
  played circuit{patient};
  circuit.call(F);
  ASSERT_TRUE(circuit.machine().ask(start + 1s).admitted);

  circuit.machine().reconfigure(quick, start + 2s);

  EXPECT_FALSE(circuit.machine().ask(start + 7s - 1ns).admitted);
  EXPECT_TRUE(circuit.machine().ask(start + 7s).admitted);
}

TEST(BreakerReconfigure, ARampThatIsSwitchedOffIsOver) {
  breaker const ramped{.failure_threshold = 1, .recovery_timeout = 1s, .ramp = 1h};
  breaker const plain{.failure_threshold = 1, .recovery_timeout = 1s};
  played circuit{ramped};
  circuit.call(F);
  circuit.call(S, start + 1s);

  circuit.machine().reconfigure(plain, start + 2s);

  EXPECT_TRUE(circuit.machine().ask(start + 2s).admitted);
  EXPECT_EQ(circuit.machine().state(), closed);
}

}  // namespace
}  // namespace holdfast::core
