// A breaker that is one of several in other processes.
#include "core/breaker_played.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

breaker const nervous{.failure_threshold = 1,
                      .recovery_timeout = 10s,
                      .half_open_max_calls = 2,
                      .success_threshold = 2};

TEST(BreakerShared, AtTheEndOfItsWaitItStaysOpenUntilAProbeIsAllowed) {
  played circuit{nervous};
  circuit.machine().share_probes();
  circuit.trip();

  admission const refused = circuit.machine().ask(start + 11s);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_after, 1s);
  EXPECT_EQ(circuit.machine().state(), open);
  circuit.machine().allow_probe();

  EXPECT_EQ(circuit.call(S, start + 12s), half_open);
}

TEST(BreakerShared, ThereIsNoProbeThatWasNotAllowed) {
  played circuit{nervous};
  circuit.machine().share_probes();
  circuit.trip();
  circuit.machine().allow_probe();

  admission const first = circuit.machine().ask(start + 10s);
  admission const second = circuit.machine().ask(start + 10s);

  EXPECT_TRUE(first.admitted);
  EXPECT_FALSE(second.admitted);
  EXPECT_EQ(circuit.machine().allowed_probes(), 0);
  circuit.machine().allow_probe();
  EXPECT_TRUE(circuit.machine().ask(start + 10s).admitted);
}

TEST(BreakerShared, WhatWasAllowedCanBeTakenBack) {
  played circuit{nervous};
  circuit.machine().share_probes();
  circuit.trip();
  circuit.machine().allow_probe();
  circuit.machine().forbid_probes();

  EXPECT_FALSE(circuit.machine().ask(start + 10s).admitted);
}

TEST(BreakerShared, ABreakerThatIsNotSharedNeedsNoAllowance) {
  played circuit{nervous};
  circuit.trip();
  circuit.machine().forbid_probes();

  EXPECT_EQ(circuit.machine().allowed_probes(), 0);
  EXPECT_TRUE(circuit.machine().ask(start + 10s).admitted);
}

TEST(BreakerShared, ItOpensAndClosesByWhatAnotherOneHasFoundOut) {
  played circuit{nervous};
  auto const opened = circuit.machine().adopt(open, start + 5s, start);

  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->reason, transition_reason::shared);
  EXPECT_EQ(circuit.machine().open_until(), start + 5s);
  EXPECT_FALSE(circuit.machine().ask(start + 4s).admitted);
  auto const closing = circuit.machine().adopt(closed, {}, start + 6s);

  ASSERT_TRUE(closing);
  EXPECT_EQ(circuit.machine().state(), closed);
  EXPECT_FALSE(circuit.machine().adopt(closed, {}, start + 7s));
}

TEST(BreakerShared, AnOpenOneTakesOverTheEndAndTellsNothing) {
  played circuit{nervous};
  circuit.trip();

  EXPECT_FALSE(circuit.machine().adopt(open, start + 30s, start + 1s));

  EXPECT_EQ(circuit.machine().open_until(), start + 30s);
}

TEST(BreakerShared, AnEndBeyondTheLongestWaitIsNotBelieved) {
  breaker options = nervous;
  options.max_recovery_timeout = 60s;
  played circuit{options};

  static_cast<void>(circuit.machine().adopt(open, start + 24h, start));

  EXPECT_EQ(circuit.machine().open_until(), start + 60s);
}

TEST(BreakerShared, AnOverrideIsNotTouched) {
  played circuit{nervous};
  static_cast<void>(
      circuit.machine().force(breaker_state::disabled, "migration", never_reached, start));

  EXPECT_FALSE(circuit.machine().adopt(open, start + 5s, start));
  EXPECT_FALSE(circuit.machine().adopt(closed, {}, start));

  EXPECT_EQ(circuit.machine().state(), breaker_state::disabled);
}

}  // namespace
}  // namespace holdfast::core
