#include "drive/guard_bench.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

outcome down() {
  return unexpected{failure{.category = category::transient, .advice = advice::after_backoff}};
}

struct WaitForCircuit : ::testing::Test {
  manual_time time;
  instant start = time.now();
  surroundings around{.time = &time, .seed = 1};
  breaker fragile{.failure_threshold = 1, .recovery_timeout = 10s, .recovery_jitter = 0};
};

TEST_F(WaitForCircuit, ACallWaitsUntilTheCircuitIsProbed) {
  guard const lookup{"lookup", retry{.max_attempts = 1, .wait_for_circuit = 30s}, fragile, around};
  static_cast<void>(lookup(down));

  EXPECT_EQ(lookup([]() -> outcome { return 7; }), 7);

  EXPECT_EQ(time.slept(), std::vector<duration>{10s});
  EXPECT_EQ(lookup.state(), breaker_state::closed);
}

TEST_F(WaitForCircuit, AWaitThatIsTooLongIsRefusedAtOnce) {
  guard const lookup{"lookup", retry{.max_attempts = 1, .wait_for_circuit = 9s}, fragile, around};
  static_cast<void>(lookup(down));

  EXPECT_EQ(lookup([]() -> outcome { return 7; }).error().category, category::rejected);
  EXPECT_TRUE(time.slept().empty());
}

TEST_F(WaitForCircuit, TheAttemptHasItsWholeLimitAfterTheWait) {
  guard const lookup{"lookup", retry{.max_attempts = 1, .wait_for_circuit = 30s}, fragile,
                     attempt_timeout{2s}, around};
  static_cast<void>(lookup([](attempt const&) { return down(); }));
  instant deadline{};

  static_cast<void>(lookup([&](attempt const& a) -> outcome {
    deadline = a.deadline();
    return 7;
  }));

  EXPECT_EQ(deadline, start + 12s);
}

TEST_F(WaitForCircuit, TheWaitCountsForTheTotalTimeout) {
  guard const lookup{"lookup", retry{.max_attempts = 1, .wait_for_circuit = 30s}, fragile,
                     total_timeout{11s}, around};
  static_cast<void>(lookup([](attempt const&) { return down(); }));
  instant deadline{};

  static_cast<void>(lookup([&](attempt const& a) -> outcome {
    deadline = a.deadline();
    return 7;
  }));

  EXPECT_EQ(deadline, start + 11s);
}

TEST_F(WaitForCircuit, ARetryWaitsForTheCircuitThatItsOwnFailureOpened) {
  guard const lookup{"lookup", retry{.max_attempts = 2, .wait_for_circuit = 30s}, fragile, around};
  int calls = 0;

  EXPECT_EQ(lookup([&]() -> outcome { return ++calls == 1 ? down() : outcome{7}; }), 7);

  EXPECT_EQ(time.slept(), std::vector<duration>{10s});
}

TEST_F(WaitForCircuit, Trap22NoFirstAttemptBeginsPastTheDeadlineWhereTheWaitEndsLate) {
  guard const lookup{"lookup", retry{.max_attempts = 1, .wait_for_circuit = 30s}, fragile,
                     total_timeout{11s}, around};
  static_cast<void>(lookup(down));
  time.oversleep(2s);
  story told;
  int calls = 0;

  outcome const seen = lookup.with({.story = &told})([&]() -> outcome { return ++calls; });

  EXPECT_EQ(calls, 0);
  EXPECT_EQ(seen.error().text.view(), "lookup: the deadline of the call has passed");
  EXPECT_EQ(told.stopped, stop_reason::time_spent);
}

TEST_F(WaitForCircuit, NoAttemptBeginsPastMaxElapsedWhereAPauseEndsLate) {
  guard const lookup{"lookup", retry{.max_attempts = 3, .jitter = jitter::none, .max_elapsed = 2s},
                     around};
  time.oversleep(5s);
  story told;
  int calls = 0;

  static_cast<void>(lookup.with({.story = &told})([&] {
    ++calls;
    return down();
  }));

  EXPECT_EQ(calls, 1);
  EXPECT_EQ(told.stopped, stop_reason::time_spent);
}

TEST_F(WaitForCircuit, AStopDuringTheWaitIsSaidToBeOne) {
  guard const lookup{"lookup", retry{.max_attempts = 1, .wait_for_circuit = 30s}, fragile, around};
  static_cast<void>(lookup(down));
  std::stop_source stopper;
  std::stop_token const stopper_token = stopper.get_token();
  time.during_sleep([&] { stopper.request_stop(); });
  story told;

  outcome const seen =
      lookup.with({.stop = stopper_token, .story = &told})([]() -> outcome { return 7; });

  EXPECT_EQ(seen.error().category, category::cancelled);
  EXPECT_EQ(told.stopped, stop_reason::cancelled);
  EXPECT_EQ(told.attempts, 0);
}

TEST_F(WaitForCircuit, AStopDuringTheWaitOfARetryIsSaidToBeOne) {
  guard const lookup{"lookup",
                     retry{.max_attempts = 2, .jitter = jitter::none, .wait_for_circuit = 30s},
                     fragile, around};
  std::stop_source stopper;
  std::stop_token const stopper_token = stopper.get_token();
  time.during_sleep([&] { stopper.request_stop(); });
  story told;

  static_cast<void>(lookup.with({.stop = stopper_token, .story = &told})(down));

  EXPECT_EQ(told.stopped, stop_reason::cancelled);
}

TEST_F(WaitForCircuit, ACallThatOnlyWaitedHasNotRecoveredByARetry) {
  guard const lookup{"lookup", retry{.max_attempts = 2, .wait_for_circuit = 30s}, fragile, around};
  static_cast<void>(lookup.with({.max_attempts = 1})(down));
  told_events const told{lookup};

  EXPECT_EQ(lookup([]() -> outcome { return 7; }), 7);

  EXPECT_EQ(told.text().find("call_recovered"), std::string::npos) << told.text();
}

}  // namespace
}  // namespace holdfast
