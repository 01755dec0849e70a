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

/// Shared for as long as a test takes, and open since the start.
class tripped_and_shared : public played {
 public:
  tripped_and_shared() : played{nervous} {
    machine().share(start + 1h, start);
    trip();
  }
};

TEST(BreakerShared, AtTheEndOfItsWaitItStaysOpenUntilProbesAreAllowed) {
  tripped_and_shared circuit;

  admission const refused = circuit.machine().ask(start + 11s);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_after, 100ms);
  EXPECT_EQ(circuit.machine().state(), open);
  auto const changed = circuit.machine().allow_probes(start + 14s, start + 12s);

  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->reason, transition_reason::wait_over);
  EXPECT_EQ(circuit.call(S, start + 12s), half_open);
}

TEST(BreakerShared, BeforeTheEndOfItsWaitNothingIsAllowed) {
  tripped_and_shared circuit;

  EXPECT_FALSE(circuit.machine().allow_probes(start + 14s, start + 9s));

  EXPECT_EQ(circuit.machine().state(), open);
}

TEST(BreakerShared, AsManyProbesAsItsOptionsSayMayStartUntilTheAllowanceEnds) {
  tripped_and_shared circuit;
  static_cast<void>(circuit.machine().allow_probes(start + 14s, start + 12s));

  admission const first = circuit.machine().ask(start + 12s);
  EXPECT_TRUE(first.admitted);
  EXPECT_TRUE(circuit.machine().ask(start + 12s).admitted);
  EXPECT_FALSE(circuit.machine().ask(start + 12s).admitted);
  static_cast<void>(circuit.machine().record(first.pass, S, 1ms, start + 13s));
  circuit.machine().allow_probes(start + 13s, start + 13s);

  EXPECT_FALSE(circuit.machine().ask(start + 13s).admitted);
}

TEST(BreakerShared, AnAllowanceCanBeRenewed) {
  tripped_and_shared circuit;
  static_cast<void>(circuit.machine().allow_probes(start + 14s, start + 12s));
  EXPECT_FALSE(circuit.machine().ask(start + 15s).admitted);

  EXPECT_FALSE(circuit.machine().allow_probes(start + 17s, start + 15s));

  EXPECT_TRUE(circuit.machine().ask(start + 16s).admitted);
}

TEST(BreakerShared, ItSaysWhenACallWasRefusedThatWouldHaveBeenAProbe) {
  tripped_and_shared circuit;

  static_cast<void>(circuit.machine().ask(start + 9s));
  EXPECT_FALSE(circuit.machine().look_for_sharing(start + 9s).wants_probe);
  static_cast<void>(circuit.machine().ask(start + 10s));
  EXPECT_TRUE(circuit.machine().look_for_sharing(start + 10s).wants_probe);
  static_cast<void>(circuit.machine().allow_probes(start + 12s, start + 10s));

  EXPECT_FALSE(circuit.machine().look_for_sharing(start + 10s).wants_probe);
}

TEST(BreakerShared, WhereSharingIsNotSaidAgainItGoesOnByItselfOnceItHasAskedInVain) {
  played circuit{nervous};
  circuit.machine().share(start + 10s, start);
  circuit.trip();

  EXPECT_FALSE(circuit.machine().ask(start + 1min).admitted);
  EXPECT_FALSE(circuit.machine().ask(start + 1min + 2s).admitted);

  EXPECT_TRUE(circuit.machine().ask(start + 1min + 4s).admitted);
}

TEST(BreakerShared, SaidAgainAfterAPauseItIsStillShared) {
  played circuit{nervous};
  circuit.machine().share(start + 10s, start);
  circuit.trip();
  static_cast<void>(circuit.machine().ask(start + 1min));

  circuit.machine().share(start + 2min, start + 1min + 1s);

  EXPECT_FALSE(circuit.machine().ask(start + 1min + 30s).admitted);
}

TEST(BreakerShared, SharingThatIsOverAtOnceLeavesItToItself) {
  tripped_and_shared circuit;

  circuit.machine().share(start + 11s, start + 11s);

  EXPECT_TRUE(circuit.machine().ask(start + 11s).admitted);
}

TEST(BreakerShared, AForcedStateThatIsOverLeavesItOpenUntilProbesAreAllowed) {
  played circuit{nervous};
  circuit.machine().share(start + 1h, start);
  static_cast<void>(
      circuit.machine().force(breaker_state::forced_open, "migration", start + 5s, start));

  admission const refused = circuit.machine().ask(start + 5s);

  EXPECT_FALSE(refused.admitted);
  ASSERT_TRUE(refused.changed);
  EXPECT_EQ(refused.changed->reason, transition_reason::override_over);
  EXPECT_EQ(circuit.machine().state(), open);
}

TEST(BreakerShared, ItOpensAndClosesByWhatAnotherOneHasFoundOut) {
  played circuit{nervous};
  auto const opened =
      circuit.machine().adopt({.open = true, .until = start + 5s, .wait = 40s}, start);

  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->reason, transition_reason::shared);
  EXPECT_EQ(circuit.machine().open_until(), start + 5s);
  EXPECT_EQ(circuit.machine().look_for_sharing(start).wait, 40s);
  EXPECT_FALSE(circuit.machine().ask(start + 4s).admitted);
  auto const closing = circuit.machine().adopt({}, start + 6s);

  ASSERT_TRUE(closing);
  EXPECT_EQ(circuit.machine().state(), closed);
  EXPECT_FALSE(circuit.machine().adopt({}, start + 7s));
}

TEST(BreakerShared, AnOpenOneTakesOverTheEndAndTellsNothing) {
  played circuit{nervous};
  circuit.trip();

  EXPECT_FALSE(circuit.machine().adopt({.open = true, .until = start + 30s}, start + 1s));

  EXPECT_EQ(circuit.machine().open_until(), start + 30s);
}

TEST(BreakerShared, AnEndBeyondTheLongestWaitIsNotBelieved) {
  breaker options = nervous;
  options.max_recovery_timeout = 60s;
  played circuit{options};

  static_cast<void>(circuit.machine().adopt({.open = true, .until = start + 24h}, start));

  EXPECT_EQ(circuit.machine().open_until(), start + 60s);
}

TEST(BreakerShared, AnOverrideIsNotTouched) {
  played circuit{nervous};
  static_cast<void>(
      circuit.machine().force(breaker_state::disabled, "migration", never_reached, start));

  EXPECT_FALSE(circuit.machine().adopt({.open = true, .until = start + 5s}, start));
  EXPECT_FALSE(circuit.machine().adopt({}, start));

  EXPECT_EQ(circuit.machine().state(), breaker_state::disabled);
}

TEST(BreakerShared, AnAllowanceDoesNotOutliveItsProcess) {
  tripped_and_shared circuit;
  static_cast<void>(circuit.machine().allow_probes(start + 1h, start + 12s));
  played next{nervous};
  next.machine().share(start + 1h, start + 13s);

  next.machine().restore(circuit.machine().snapshot(), start + 13s);

  EXPECT_FALSE(next.machine().ask(start + 13s).admitted);
}

}  // namespace
}  // namespace holdfast::core
