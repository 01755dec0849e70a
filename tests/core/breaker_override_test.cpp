// What people decide: overrides with and without an end, and the reset.
#include "core/breaker_played.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr auto forced_open = breaker_state::forced_open;
constexpr auto disabled = breaker_state::disabled;
constexpr auto observe_only = breaker_state::observe_only;

breaker quick() { return {.failure_threshold = 1, .recovery_timeout = 1s}; }

TEST(BreakerOverride, Case49ForcedOpenForTwoHoursRefusesUntilThen) {
  played circuit{quick()};
  circuit.machine().force(forced_open, "maintenance", start + 2h, start);

  EXPECT_EQ(circuit.machine().ask(start + 1h).retry_after, 1h);
  EXPECT_FALSE(circuit.machine().ask(start + 2h - 1ns).admitted);
  admission const probe = circuit.machine().ask(start + 2h);
  EXPECT_TRUE(probe.admitted);
  ASSERT_TRUE(probe.changed);
  EXPECT_EQ(probe.changed->to, half_open);
  EXPECT_EQ(probe.changed->reason, transition_reason::override_over);
}

TEST(BreakerOverride, Case52ForcedOpenWithoutEndNeverRecovers) {
  played circuit{quick()};
  circuit.machine().force(forced_open, "", never_reached, start);

  admission const answer = circuit.machine().ask(start + 24h * 36500);

  EXPECT_FALSE(answer.admitted);
  EXPECT_TRUE(is_off(answer.retry_after));
}

TEST(BreakerOverride, Trap13AnEndFurtherThanAnyDurationIsNotPast) {
  played circuit{quick()};
  circuit.machine().force(forced_open, "", never_reached - 1ns, instant::min());

  EXPECT_GT(circuit.machine().ask(instant::min()).retry_after, 0s);
}

TEST(BreakerOverride, Case52DisabledRecordsNothing) {
  breaker options = quick();
  options.failure_rate = 0.5;
  played circuit{options};
  circuit.machine().force(disabled, "", never_reached, start);

  EXPECT_EQ(circuit.repeat(100, F), disabled);
  EXPECT_FALSE(circuit.machine().credit(circuit.machine().generation(), 9, start, start));
  EXPECT_FALSE(circuit.machine().evaluate(start));

  EXPECT_EQ(circuit.stats().calls, 0U);
  EXPECT_EQ(circuit.stats().consecutive_failures, 0);
}

TEST(BreakerOverride, Case52ObserveOnlyRecordsNeverOpensAndTellsOnce) {
  played circuit{{.failure_threshold = 3, .failure_rate = 1, .slow_call = 1s, .max_hanging = 1}};
  circuit.machine().force(observe_only, "trial", never_reached, start);
  EXPECT_EQ(circuit.calls({F, F}), observe_only);

  circuit.call(F, start + 1s);

  ASSERT_TRUE(circuit.changed());
  EXPECT_EQ(circuit.changed()->from, observe_only);
  EXPECT_EQ(circuit.changed()->to, observe_only);
  EXPECT_EQ(circuit.changed()->reason, transition_reason::would_open);
  EXPECT_EQ(circuit.changed()->cause, transition_reason::consecutive_failures);
  EXPECT_EQ(circuit.changed()->at, start + 1s);
  EXPECT_EQ(circuit.repeat(50, F, start + 2s), observe_only);
  EXPECT_FALSE(circuit.machine().hanging(5, start + 2s));
  EXPECT_EQ(circuit.changed()->at, start + 1s);
  EXPECT_EQ(circuit.stats().calls, 53U);
  EXPECT_EQ(circuit.stats().times_opened, 0U);
}

TEST(BreakerOverride, Case53LateResultsLeaveAnIsolatedCircuitIsolated) {
  breaker options = quick();
  options.failure_rate = 0.5;
  options.failure_threshold = 0;
  played circuit{options};
  circuit.calls({F, F, F});
  permit const running = circuit.machine().ask(start).pass;
  circuit.machine().force(forced_open, "", never_reached, start);

  EXPECT_FALSE(circuit.machine().record(running, S, 0s, start));
  EXPECT_FALSE(circuit.machine().record(running, F, 0s, start));
  EXPECT_EQ(circuit.machine().state(), forced_open);
  circuit.machine().reset("done", start);
  EXPECT_EQ(circuit.machine().state(), closed);
  EXPECT_EQ(circuit.stats().calls, 0U);
}

TEST(BreakerOverride, AnOverrideCarriesWhatThePersonSaidAndItsEnd) {
  played circuit{quick()};

  auto const changed = circuit.machine().force(forced_open, "maintenance", start + 1h, start);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->reason, transition_reason::forced);
  EXPECT_EQ(changed->why, "maintenance");
  EXPECT_EQ(changed->open_until, start + 1h);
}

TEST(BreakerOverride, AForcedOpenThatEndedIsProbedAndReopensByAFailedProbe) {
  played circuit{quick()};
  circuit.machine().force(forced_open, "", start + 1h, start);

  EXPECT_EQ(circuit.call(F, start + 1h), open);
  EXPECT_EQ(circuit.machine().open_until(), start + 1h + 1s);
}

TEST(BreakerOverride, Case45AForcedOpenAfterLongGoodHealthIsProbedAtTheFirstWaits) {
  played circuit{{.failure_threshold = 1, .recovery_timeout = 30s}};
  instant now = start;
  for (int i = 0; i < 6; ++i) {
    circuit.call(F, now);
    now = circuit.machine().open_until();
  }
  ASSERT_EQ(circuit.call(S, now), closed);
  now += 24h * 30;
  circuit.machine().force(forced_open, "", now + 10min, now);
  now += 10min;

  EXPECT_EQ(circuit.call(F, now), open);

  EXPECT_EQ(circuit.machine().open_until(), now + 30s);
}

TEST(BreakerOverride, Case45AForcedOpenSoonAfterRecoveryKeepsTheWaitThatHadGrown) {
  played circuit{quick()};
  circuit.call(F);
  circuit.call(S, start + 1s);
  circuit.machine().force(forced_open, "", start + 1h, start + 3s - 1ns);

  circuit.call(F, start + 1h);

  EXPECT_EQ(circuit.machine().open_until(), start + 1h + 2s);
}

TEST(BreakerOverride, Case45AnObservedOutageIsNoGoodHealth) {
  played circuit{quick()};
  circuit.call(F);
  circuit.call(S, start + 1s);
  circuit.call(F, start + 2s);
  circuit.machine().force(observe_only, "", never_reached, start + 1h);
  circuit.machine().force(forced_open, "", start + 2h, start + 1h);

  circuit.call(F, start + 2h);

  EXPECT_EQ(circuit.machine().open_until(), start + 2h + 4s);
}

TEST(BreakerOverride, DisabledAndObserveOnlyCloseAtTheirEnd) {
  for (breaker_state const state : {disabled, observe_only}) {
    played circuit{quick()};
    circuit.machine().force(state, "", start + 1h, start);
    EXPECT_EQ(circuit.call(F, start + 1h - 1ns), state);

    admission const answer = circuit.machine().ask(start + 1h);

    EXPECT_TRUE(answer.admitted);
    ASSERT_TRUE(answer.changed);
    EXPECT_EQ(answer.changed->to, closed);
    EXPECT_EQ(answer.changed->reason, transition_reason::override_over);
    EXPECT_EQ(answer.pass.generation, circuit.machine().generation());
  }
}

/// A circuit that has seen only failures since it was observed, until start + 1h, and the permit of
/// a call that began meanwhile.
permit observe_failures(played& circuit, int failures) {
  circuit.machine().force(observe_only, "", start + 1h, start);
  permit const running = circuit.machine().ask(start).pass;
  circuit.repeat(failures, F);
  return running;
}

TEST(BreakerOverride, TheFailureAfterTheEndOfObserveOnlyOpens) {
  played circuit{{.failure_threshold = 3}};
  permit const running = observe_failures(circuit, 10);

  auto const changed = circuit.machine().record(running, F, 0s, start + 1h);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->from, observe_only);
  EXPECT_EQ(changed->to, open);
  EXPECT_EQ(changed->reason, transition_reason::consecutive_failures);
  EXPECT_EQ(changed->count, 11);
  EXPECT_EQ(changed->open_until, start + 1h + 30s);
}

TEST(BreakerOverride, ARateThatStandsAtTheEndOfObserveOnlyOpens) {
  played circuit{{.failure_threshold = 0, .failure_rate = 0.5}};
  observe_failures(circuit, 20);

  EXPECT_FALSE(circuit.machine().evaluate(start + 1h - 1ns));
  auto const changed = circuit.machine().evaluate(start + 1h);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->to, open);
  EXPECT_EQ(changed->reason, transition_reason::failure_rate);
}

TEST(BreakerOverride, OpeningAtTheEndOfObserveOnlyLetsTheWaitGrow) {
  played circuit{quick()};
  circuit.call(F);
  permit const running = observe_failures(circuit, 1);

  circuit.machine().record(running, F, 0s, start + 1h);

  EXPECT_EQ(circuit.machine().open_until(), start + 1h + 2s);
}

TEST(BreakerOverride, AnEndIsNoticedWithoutTraffic) {
  played circuit{quick()};
  circuit.machine().force(disabled, "", start + 1h, start);

  EXPECT_FALSE(circuit.machine().evaluate(start + 1h - 1ns));
  EXPECT_TRUE(circuit.machine().evaluate(start + 1h));
  EXPECT_EQ(circuit.machine().state(), closed);
}

TEST(BreakerOverride, ObserveOnlyGoesOnWithTheWindowOfTheClosedCircuit) {
  breaker options{.failure_threshold = 0, .failure_rate = 0.5, .min_calls = 3};
  played circuit{options};
  circuit.calls({F, F});
  circuit.machine().force(observe_only, "", start + 1h, start);

  circuit.call(F);

  ASSERT_TRUE(circuit.changed());
  EXPECT_EQ(circuit.changed()->cause, transition_reason::failure_rate);
  EXPECT_EQ(circuit.changed()->calls, 3);
}

TEST(BreakerOverride, AResetForgetsTheWaitThatHadGrown) {
  played circuit{quick()};
  circuit.call(F);
  circuit.call(F, start + 1s);
  EXPECT_EQ(circuit.machine().open_until(), start + 3s);

  auto const changed = circuit.machine().reset("the vendor is back", start + 2s);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->from, open);
  EXPECT_EQ(changed->reason, transition_reason::reset);
  EXPECT_EQ(changed->why, "the vendor is back");
  circuit.call(F, start + 2s);
  EXPECT_EQ(circuit.machine().open_until(), start + 3s);
}

TEST(BreakerOverride, AResetOfAClosedCircuitEmptiesItsWindow) {
  breaker options{.failure_threshold = 5, .failure_rate = 0.5};
  played circuit{options};
  circuit.calls({F, F});

  circuit.machine().reset("", start);

  EXPECT_EQ(circuit.stats().calls, 0U);
  EXPECT_EQ(circuit.stats().consecutive_failures, 0);
  EXPECT_EQ(circuit.stats().generation, 2U);
}

TEST(BreakerOverrideDeath, OnlyAnOverrideCanBeForced) {
  played circuit{quick()};

  EXPECT_DEATH(circuit.machine().force(open, "", never_reached, start), "override");
}

}  // namespace
}  // namespace holdfast::core
