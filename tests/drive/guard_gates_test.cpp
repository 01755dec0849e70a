#include "drive/guard_bench.hpp"
#include "holdfast/drive/event_recorder.hpp"
#include "holdfast/drive/forced_states.hpp"

#include <stop_token>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// One turn a second, for those that may wait as long as their call may take.
limiter one_a_second() { return {.per_second = 1, .burst = 1, .max_wait = off}; }

category refused_as(guard const& limited) {
  outcome const told = limited([]() -> outcome { return 1; });
  return told ? category::unknown : told.error().category;
}

TEST(GuardBulkhead, Trap26ACallWithoutAPlaceIsRefusedAndSaysNothingOfTheService) {
  guard_bench b;
  guard const narrow{"narrow", breaker{.failure_threshold = 1}, bulkhead{.max_concurrent = 1},
                     b.around};
  event_recorder told;
  narrow.on_event(told);

  narrow([&] { EXPECT_EQ(refused_as(narrow), category::rejected); });

  EXPECT_EQ(narrow.state(), breaker_state::closed);
  ASSERT_EQ(told.of(event_kind::call_refused).size(), 1U);
  EXPECT_EQ(told.of(event_kind::call_refused)[0].stopped, stop_reason::bulkhead_full);
}

TEST(GuardBulkhead, StatsTellWhoRunsAndHowManyTurnsThereAre) {
  guard_bench b;
  guard const limited{"limited", bulkhead{.max_concurrent = 3},
                      limiter{.per_second = 1, .burst = 5}, b.around};
  guard const plain{"plain", b.around};

  limited([&] {
    EXPECT_EQ(limited.stats().running, 1);
    EXPECT_EQ(limited.stats().waiting, 0);
    EXPECT_DOUBLE_EQ(limited.stats().turns.value_or(0), 4);
    EXPECT_EQ(plain.stats().running, 0);
    EXPECT_FALSE(plain.stats().turns);
  });

  EXPECT_EQ(limited.stats().running, 0);
}

TEST(GuardBulkhead, Case94ACallThatPausesBeforeARetryHoldsNoPlace) {
  guard_bench b;
  guard const narrow{"narrow", b.steady, bulkhead{.max_concurrent = 1}, b.around};
  int attempts = 0;
  b.time.during_sleep([&] { EXPECT_NO_THROW(narrow([] {})) << "the place is free meanwhile"; });

  narrow([&]() -> outcome {
    if (++attempts < 3) return unexpected{overloaded()};
    return attempts;
  });

  EXPECT_EQ(attempts, 3);
}

TEST(GuardLimiter, Trap26ACallWithoutATurnIsToldWhenToComeBack) {
  guard_bench b;
  guard const paced{"paced", breaker{.failure_threshold = 1}, limiter{.per_second = 4, .burst = 1},
                    b.around};
  paced([] {});

  outcome const refused = paced([]() -> outcome { return 1; });

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, category::rejected);
  EXPECT_EQ(refused.error().fault, fault::local);
  EXPECT_EQ(refused.error().retry_after, duration{250ms});
  EXPECT_EQ(paced.state(), breaker_state::closed);
  b.time.advance(250ms);
  EXPECT_NO_THROW(paced([] {}));
}

TEST(GuardLimiter, ACallWaitsForItsTurn) {
  guard_bench b;
  guard const paced{"paced", one_a_second(), total_timeout{2s}, b.around};
  paced([] {});

  paced([] {});

  EXPECT_GE(b.time.now() - b.start, 1s);
  EXPECT_LE(b.time.now() - b.start, 1s + duration{1s} / limiter_gate::slack_share);
}

TEST(GuardLimiter, NoCallWaitsForATurnPastItsDeadline) {
  guard_bench b;
  guard const hasty{"hasty", one_a_second(), total_timeout{500ms}, b.around};
  hasty([] {});

  EXPECT_EQ(refused_as(hasty), category::rejected);

  EXPECT_EQ(b.time.now(), b.start);
}

TEST(GuardLimiter, ARetryWithoutATurnEndsTheCallWithItsOwnFailure) {
  guard_bench b;
  guard const paced{"paced", b.steady, limiter{.per_second = 0.001, .burst = 1}, b.around};
  story told;

  outcome const ended =
      paced.with({.story = &told})([]() -> outcome { return unexpected{overloaded()}; });

  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error(), overloaded());
  EXPECT_EQ(told.stopped, stop_reason::rate_limited);
  EXPECT_EQ(told.attempts, 1);
}

TEST(GuardLimiter, AfterAWaitTheCircuitIsAskedAgain) {
  guard_bench b;
  guard const paced{"paced", breaker{}, one_a_second(), b.around};
  paced([] {});
  b.time.during_sleep([&] { paced.force_open("meanwhile", off); });
  bool ran = false;

  EXPECT_THROW(paced([&] { ran = true; }), rejected);

  EXPECT_FALSE(ran);
}

TEST(GuardLimiter, AWaitMakesNoCallASlowOne) {
  guard_bench b;
  guard const paced{"paced", breaker{.min_calls = 10, .slow_call = 500ms, .slow_call_rate = 0.5},
                    one_a_second(), b.around};
  for (int i = 0; i < 5; ++i) paced([] {});

  breaker_stats const seen = paced.stats().breaker;

  EXPECT_EQ(seen.calls, 5U);
  EXPECT_EQ(seen.slow, 0U);
}

TEST(GuardLimiter, AProbeWaitsForNoTurnAndGivesItsPermitBack) {
  guard_bench b;
  guard const probed{"probed", b.nervous, limiter{.per_second = 0.001, .burst = 1, .max_wait = off},
                     b.around};
  half_open_circuit(probed, b.time);
  instant const asked = b.time.now();

  EXPECT_EQ(refused_as(probed), category::rejected);

  EXPECT_EQ(b.time.now(), asked);
  EXPECT_EQ(probed.stats().breaker.probes_running, 0);
  EXPECT_EQ(probed.state(), breaker_state::half_open);
}

TEST(GuardLimiter, Trap23AStopEndsTheWaitForATurn) {
  guard_bench b;
  guard const paced{"paced", one_a_second(), b.around};
  paced([] {});
  std::stop_source source;
  std::stop_token const stop = source.get_token();
  b.time.during_sleep([&] { source.request_stop(); });

  outcome const told = paced.with({.stop = stop})([]() -> outcome { return 1; });

  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().category, category::cancelled);
}

}  // namespace
}  // namespace holdfast
