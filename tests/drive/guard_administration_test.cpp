#include "drive/guard_bench.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

outcome answers() { return 1; }

TEST(GuardAdministration, ACircuitThatIsHeldOpenProbesAtItsEnd) {
  guard_bench b;
  guard const lookup{"lookup", breaker{}, b.around};

  lookup.force_open("maintenance", 10min);

  EXPECT_EQ(lookup.state(), breaker_state::forced_open);
  EXPECT_EQ(lookup(answers).error().retry_after, 10min);
  b.time.advance(10min);
  EXPECT_TRUE(lookup(answers));
  EXPECT_EQ(lookup.state(), breaker_state::closed);
}

TEST(GuardAdministration, WithoutAnEndItIsHeldOpenUntilTheReset) {
  guard_bench b;
  guard const lookup{"lookup", breaker{}, b.around};

  lookup.force_open("decommissioned", off);
  b.time.advance(24h * 365);

  EXPECT_EQ(lookup(answers).error().advice, advice::never);
  lookup.reset("back again");
  EXPECT_TRUE(lookup(answers));
}

TEST(GuardAdministration, ADisabledBreakerRecordsNothing) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};

  lookup.disable("load test", 1h);
  static_cast<void>(lookup(fails));

  EXPECT_EQ(lookup.state(), breaker_state::disabled);
  b.time.advance(1h);
  static_cast<void>(lookup(answers));
  EXPECT_EQ(lookup.state(), breaker_state::closed);
}

TEST(GuardAdministration, OneThatObservesSaysOnceThatItWouldOpen) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  std::vector<std::string> told;
  lookup.on_event([&](event const& what) {
    if (what.changed != nullptr) told.emplace_back(enum_name(what.changed->reason));
  });

  lookup.observe_only("trial", off);
  for (int i = 0; i < 3; ++i) static_cast<void>(lookup(fails));

  EXPECT_EQ(told, (std::vector<std::string>{"forced", "would_open"}));
  EXPECT_TRUE(lookup(answers));
}

TEST(GuardAdministration, EveryChangeByHandIsToldWithItsReason) {
  guard_bench b;
  guard const lookup{"lookup", breaker{}, b.around};
  std::string told;
  lookup.on_event([&](event const& what) {
    if (what.changed != nullptr) told += std::string{what.changed->why.view()} + "; ";
  });

  lookup.force_open("maintenance", 10min);
  lookup.reset("done");

  EXPECT_EQ(told, "maintenance; done; ");
}

TEST(GuardAdministration, AResetForgetsWhatWasCounted) {
  guard_bench b;
  guard const lookup{"lookup", breaker{.failure_threshold = 3}, b.around};
  for (int i = 0; i < 2; ++i) static_cast<void>(lookup(fails));

  lookup.reset("redeployed");

  EXPECT_EQ(lookup.stats().breaker.consecutive_failures, 0);
}

TEST(GuardAdministration, StatsTellWhatHappenedSinceItWasMade) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.nervous,
                     budget{.capacity = 10, .per_second = 0, .per_call = 0}, b.around};
  lookup.on_event([](event const&) { throw std::runtime_error{"listener"}; });
  for (int i = 0; i < 7; ++i) static_cast<void>(lookup(answers));
  static_cast<void>(lookup(fails));
  for (int i = 0; i < 4; ++i) static_cast<void>(lookup(answers));

  guard_stats const seen = lookup.stats();

  EXPECT_EQ(seen.successes, 7U);
  EXPECT_EQ(seen.refusals, 4U);
  EXPECT_EQ(seen.budget_tokens, 10);
  EXPECT_EQ(seen.breaker.state, breaker_state::open);
  EXPECT_EQ(seen.breaker.times_opened, 1U);
  EXPECT_GT(seen.listener_failures, 0U);
}

TEST(GuardAdministration, StatsTellUntilWhenItIsHeldOpen) {
  guard_bench b;
  guard const lookup{"lookup", breaker{}, b.around};
  EXPECT_FALSE(lookup.stats().breaker.eligible);
  lookup.force_open("maintenance", 1s);

  EXPECT_EQ(lookup.stats().breaker.open_until, b.start + 1s);
}

TEST(GuardAdministration, SuccessesThatNobodyCountsAreNotSaidToBeNone) {
  guard_bench b;
  guard const lookup{"lookup", breaker{}, b.around};

  lookup([] {});

  EXPECT_EQ(lookup.stats().successes, std::nullopt);
}

TEST(GuardAdministration, ANameWithANulIsRefused) {
  EXPECT_THROW((guard{std::string_view{"look\0up", 7}}), invalid_options);
}

}  // namespace
}  // namespace holdfast
