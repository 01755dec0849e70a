#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/manual_time.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

using outcome = expected<int, failure>;

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

}  // namespace
}  // namespace holdfast
