// After recovery: the share of calls that are admitted grows.
#include "core/breaker_played.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr auto ramping = breaker_state::ramping;

breaker ramped() { return {.failure_threshold = 1, .recovery_timeout = 1s, .ramp = 90s}; }

/// How many of a thousand calls are admitted at `now`.
int admitted_of_thousand(played& circuit, instant now) {
  int admitted = 0;
  for (int i = 0; i < 1000; ++i) admitted += circuit.machine().ask(now).admitted ? 1 : 0;
  return admitted;
}

TEST(BreakerRamp, TheAdmittedShareGrowsFromATenthToAll) {
  played circuit{ramped()};
  circuit.call(F);
  ASSERT_EQ(circuit.call(S, start + 1s), ramping);

  EXPECT_NEAR(admitted_of_thousand(circuit, start + 1s), 100, 40);
  EXPECT_NEAR(admitted_of_thousand(circuit, start + 41s), 500, 60);
  EXPECT_NEAR(admitted_of_thousand(circuit, start + 81s), 900, 40);
  EXPECT_EQ(circuit.machine().state(), ramping);
  EXPECT_EQ(admitted_of_thousand(circuit, start + 91s), 1000);
  EXPECT_EQ(circuit.machine().state(), closed);
}

TEST(BreakerRamp, ItEndsByATransitionThatSaysSo) {
  played circuit{ramped()};
  circuit.call(F);
  circuit.call(S, start + 1s);

  auto const changed = circuit.machine().evaluate(start + 91s);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->from, ramping);
  EXPECT_EQ(changed->to, closed);
  EXPECT_EQ(changed->reason, transition_reason::ramp_over);
}

TEST(BreakerRamp, AResultAtItsEndEndsItToo) {
  played circuit{ramped()};
  circuit.call(F);
  circuit.call(S, start + 1s);
  admission running = circuit.machine().ask(start + 90s);
  while (!running.admitted) running = circuit.machine().ask(start + 90s);

  auto const changed = circuit.machine().record(running.pass, S, 1s, start + 91s);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->reason, transition_reason::ramp_over);
}

TEST(BreakerRamp, AFailureTripsItAsIfClosedAndTheWaitGrows) {
  played circuit{ramped()};
  circuit.call(F);
  circuit.call(S, start + 1s);
  admission running = circuit.machine().ask(start + 2s);
  while (!running.admitted) running = circuit.machine().ask(start + 2s);

  auto const changed = circuit.machine().record(running.pass, F, 0s, start + 2s);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->from, ramping);
  EXPECT_EQ(changed->to, open);
  EXPECT_EQ(changed->open_until, start + 4s);
}

TEST(BreakerRamp, RefusedCallsAreToldToComeBackSpreadOverTheRamp) {
  played circuit{ramped()};
  circuit.call(F);
  circuit.call(S, start + 1s);
  int early = 0;
  int late = 0;

  for (int i = 0; i < 1000; ++i) {
    admission const answer = circuit.machine().ask(start + 1s);
    if (answer.admitted) continue;
    EXPECT_GT(answer.retry_after, 0s);
    EXPECT_LE(answer.retry_after, 90s);
    (answer.retry_after < 45s ? early : late) += 1;
  }

  EXPECT_NEAR(early, 450, 60);
  EXPECT_NEAR(late, 450, 60);
}

TEST(BreakerRamp, TheWindowGoesOnAcrossItsEnd) {
  breaker options = ramped();
  options.failure_rate = 0.9;
  options.window = last_calls(100);
  played circuit{options};
  circuit.call(F);
  circuit.call(S, start + 1s);
  for (int i = 0; i < 50; ++i) circuit.call(S, start + 80s);
  auto const before = circuit.stats(start + 80s).calls;
  ASSERT_GT(before, 0U);

  circuit.call(X, start + 91s);

  EXPECT_EQ(circuit.machine().state(), closed);
  EXPECT_EQ(circuit.stats(start + 91s).calls, before);
}

}  // namespace
}  // namespace holdfast::core
