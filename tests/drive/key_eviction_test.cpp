#include "drive/guard_bench.hpp"
#include "holdfast/drive/guard_per_key.hpp"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::UnorderedElementsAre;

outcome answers() { return 1; }

/// Keys on a clock that moves when told.
struct key_bench : guard_bench {
  guard_per_key made(key_limits const& limits) const {
    return guard_per_key{"k", limits, steady, nervous, around};
  }
  static void use(guard_per_key const& all, std::initializer_list<char const*> keys) {
    for (char const* each : keys) static_cast<void>(all(each, answers));
  }
};

std::vector<std::string> keys_of(guard_per_key const& all) {
  std::vector<std::string> keys;
  for (guard const& each : all.guards()) keys.emplace_back(each.name().substr(2));
  return keys;
}

bool has_own(guard_per_key const& all, std::string_view key) {
  return all[key].name() != all.other().name();
}

TEST(KeyEviction, WithoutRoomTheKeyThatWasUsedLeastRecentlyGoes) {
  key_bench b;
  auto const all = b.made({.max_keys = 3});
  b.use(all, {"a", "b", "c", "d"});
  EXPECT_THAT(keys_of(all), UnorderedElementsAre("b", "c", "d"));

  b.use(all, {"b", "e"});

  EXPECT_THAT(keys_of(all), UnorderedElementsAre("b", "d", "e"));
  EXPECT_EQ(all.stats().evicted, 2U);
  EXPECT_EQ(all.stats().made, 5U);
}

TEST(KeyEviction, WhereAllWereUsedLatelyOneOfThemGoes) {
  key_bench b;
  auto const all = b.made({.max_keys = 2});

  for (int i = 0; i < 100; ++i) {
    b.use(all, {"a", "b"});
    b.use(all, {("n" + std::to_string(i)).c_str()});
  }

  EXPECT_EQ(all.stats().keys, 2U);
  EXPECT_EQ(all.stats().crowded_out, 0U);
}

TEST(KeyEviction, AnOpenCircuitIsNeverForgottenToMakeRoom) {
  key_bench b;
  auto const all = b.made({.max_keys = 1});
  static_cast<void>(all("a", fails));

  EXPECT_FALSE(has_own(all, "b"));
  b.time.advance(2s);  // its wait is over, and nobody has probed
  EXPECT_FALSE(has_own(all, "b"));

  EXPECT_EQ(all["a"].state(), breaker_state::open);
  EXPECT_EQ(all.stats().crowded_out, 2U);
}

TEST(KeyEviction, KeysWithoutRoomShareOneGuard) {
  key_bench b;
  auto const all = b.made({.max_keys = 1});
  static_cast<void>(all("a", fails));

  static_cast<void>(all("b", fails));

  EXPECT_EQ(all.other().state(), breaker_state::open);
  EXPECT_FALSE(all("c", answers)) << "c shares the circuit that b has opened";
}

TEST(KeyEviction, ARecoveredCircuitIsKeptUntilItsWaitIsForgotten) {
  key_bench b;
  b.nervous.recovery_reset = 10s;
  auto const all = b.made({.max_keys = 1});
  static_cast<void>(all("a", fails));
  b.time.advance(1s);
  b.use(all, {"a"});
  ASSERT_EQ(all["a"].state(), breaker_state::closed);

  b.time.advance(10s - 1ns);
  EXPECT_FALSE(has_own(all, "b"));
  b.time.advance(1ns);
  EXPECT_TRUE(has_own(all, "b"));
}

TEST(KeyEviction, AKeyWithAFailureCountedIsNotForgottenToMakeRoom) {
  key_bench b;
  b.nervous.failure_threshold = 2;
  b.steady.max_attempts = 1;
  auto const all = b.made({.max_keys = 1});
  static_cast<void>(all("a", fails));

  EXPECT_FALSE(has_own(all, "b"));
  b.use(all, {"a"});  // a success ends the row of failures
  EXPECT_TRUE(has_own(all, "b"));
}

TEST(KeyEviction, AFailureInTheWindowIsNotForgottenToMakeRoom) {
  key_bench b;
  b.steady.max_attempts = 1;
  b.nervous = {
      .failure_threshold = 0, .failure_rate = 0.5, .window = last_span(10s), .min_calls = 2};
  auto const all = b.made({.max_keys = 1});
  b.use(all, {"a", "a", "a"});
  static_cast<void>(all("a", fails));

  EXPECT_FALSE(has_own(all, "b"));
  b.time.advance(11s);
  EXPECT_TRUE(has_own(all, "b"));
}

TEST(KeyEviction, ABudgetThatIsNotFullIsNotForgottenToMakeRoom) {
  key_bench b;
  guard_per_key const all{"k", key_limits{.max_keys = 1}, b.steady, budget{.per_second = 1},
                          b.around};
  static_cast<void>(all("a", fails));  // two retries, in 300 ms

  EXPECT_FALSE(has_own(all, "b"));
  b.time.advance(2s);
  EXPECT_TRUE(has_own(all, "b"));
}

TEST(KeyEviction, ALimiterThatHasGivenTurnsIsNotForgottenToMakeRoom) {
  key_bench b;
  guard_per_key const all{"k", key_limits{.max_keys = 1}, limiter{.per_second = 1, .burst = 2},
                          b.around};
  b.use(all, {"a"});

  EXPECT_FALSE(has_own(all, "b"));
  b.time.advance(2s);
  EXPECT_TRUE(has_own(all, "b"));
}

TEST(KeyEviction, AnOverrideIsNeverForgotten) {
  key_bench b;
  auto const all = b.made({.max_keys = 3, .idle_after = 1h});
  all["open"].force_open("maintenance", off);
  all["disabled"].disable("load test", off);
  all["observed"].observe_only("new limits", off);

  for (int i = 0; i < 100; ++i) b.time.advance(1h);

  EXPECT_FALSE(has_own(all, "next"));
  EXPECT_THAT(keys_of(all), UnorderedElementsAre("open", "disabled", "observed"));
}

TEST(KeyEviction, AGuardThatSomebodyHoldsIsNotForgotten) {
  key_bench b;
  auto const all = b.made({.max_keys = 1, .idle_after = 1h});
  {
    guard const held = all["a"];
    for (int i = 0; i < 100; ++i) b.time.advance(1h);
    EXPECT_FALSE(has_own(all, "b"));
    EXPECT_EQ(all["a"].name().data(), held.name().data());
  }
  EXPECT_TRUE(has_own(all, "b"));
}

TEST(KeyEviction, AKeyWhoseCallRunsIsNotForgotten) {
  key_bench b;
  auto const all = b.made({.max_keys = 1, .idle_after = 1h});

  all("a", [&] {
    for (int i = 0; i < 100; ++i) b.time.advance(1h);
    EXPECT_FALSE(has_own(all, "b"));
  });

  EXPECT_TRUE(has_own(all, "b"));
}

TEST(KeyIdling, AKeyIsForgottenWhenNobodyHasAskedForItLongEnough) {
  key_bench b;
  auto const all = b.made({.idle_after = 1h});
  b.use(all, {"a", "b"});

  for (int i = 0; i < 59; ++i) b.time.advance(1min);
  EXPECT_EQ(all.stats().keys, 2U);
  b.use(all, {"b"});
  for (int i = 0; i < 16; ++i) b.time.advance(1min);

  EXPECT_THAT(keys_of(all), UnorderedElementsAre("b"));
  EXPECT_EQ(all.stats().idle, 1U);
}

TEST(KeyIdling, AClockThatJumpsForgetsNoKeyThatWasJustUsed) {
  key_bench b;
  auto const all = b.made({.idle_after = 1h});
  b.use(all, {"a"});

  b.time.advance(100h);
  EXPECT_EQ(all.stats().keys, 1U) << "the first look finds that it was used, not when";
  b.time.advance(100h);
  EXPECT_EQ(all.stats().keys, 0U);
}

TEST(KeyIdling, AnOpenCircuitIsForgottenAfterItsWaitAndNotWithinIt) {
  key_bench b;
  b.nervous.recovery_timeout = 5h;
  b.nervous.max_recovery_timeout = 5h;
  auto const all = b.made({.idle_after = 1h});
  static_cast<void>(all("a", fails));

  for (int i = 0; i < 9; ++i) b.time.advance(30min);
  EXPECT_EQ(all.stats().keys, 1U);
  b.time.advance(1h);
  EXPECT_EQ(all.stats().keys, 0U);
}

TEST(KeyIdling, FailuresThatNobodyAddsToAreForgotten) {
  key_bench b;
  b.nervous.failure_threshold = 10;
  auto const all = b.made({.idle_after = 1h});
  static_cast<void>(all("a", fails));

  b.time.advance(1h);
  b.time.advance(2h);

  EXPECT_EQ(all.stats().keys, 0U);
}

TEST(KeyIdling, SwitchedOffKeysAreForgottenToMakeRoomAlone) {
  key_bench b;
  auto const all = b.made({.max_keys = 1, .idle_after = off});
  b.use(all, {"a"});

  for (int i = 0; i < 100; ++i) b.time.advance(24h);

  EXPECT_EQ(all.stats().keys, 1U);
  EXPECT_TRUE(has_own(all, "b"));
}

TEST(KeyIdling, APlaceThatWasLeftIsUsedAgain) {
  key_bench b;
  auto const all = b.made({.max_keys = 2, .idle_after = 1h});
  for (int round = 0; round < 5; ++round) {
    b.use(all, {"a", "b"});
    EXPECT_EQ(all.stats().keys, 2U);
    b.time.advance(1h);
    b.time.advance(2h);
    EXPECT_EQ(all.stats().keys, 0U);
  }
  EXPECT_EQ(all.stats().crowded_out, 0U);
}

// A table of strings and of what each key did, in place of slots, marks and index.
RC_GTEST_PROP(KeyEviction, NoKeyWithSomethingAgainstItIsLostAndTheBoundIsKept, ()) {
  key_bench b;
  b.nervous.failure_threshold = 3;
  b.steady.max_attempts = 1;
  int const most = *rc::gen::inRange(1, 6);
  auto const all = b.made({.max_keys = most, .idle_after = off});
  std::map<std::string, int> failures_of;

  for (int const step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40))) {
    std::string const key(1, static_cast<char>('a' + step % 10));
    bool const own = has_own(all, key);
    RC_ASSERT(own || !failures_of.contains(key));
    if (step < 10) {
      b.time.advance(step * 50ms);
    } else if (own && step < 20) {
      static_cast<void>(all(key, fails));
      ++failures_of[key];
    } else if (own) {
      static_cast<void>(all(key, answers));
      if (all[key].state() == breaker_state::closed) failures_of.erase(key);
    }
    RC_ASSERT(all.stats().keys <= static_cast<std::size_t>(most));
    for (auto const& [failed, count] : failures_of) {
      auto const seen = all[failed].stats().breaker;
      RC_ASSERT(seen.state != breaker_state::closed || seen.consecutive_failures == count);
    }
  }
}

}  // namespace
}  // namespace holdfast
