#include "holdfast/drive/sample_pace.hpp"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

/// How many of so many calls within one tick are timed.
int timed_of(sample_pace& pace, int calls, std::uint64_t tick, random_bits& chance) {
  int timed = 0;
  for (int i = 0; i < calls; ++i) {
    if (!pace.is_due()) continue;
    pace.take(tick, random_bits{chance()});
    ++timed;
  }
  return timed;
}

TEST(SamplePace, WithOneCallATickEachIsTimed) {
  sample_pace pace;
  random_bits chance{1};
  for (std::uint64_t tick = 10; tick < 110; ++tick) {
    EXPECT_EQ(timed_of(pace, 1, tick, chance), 1) << tick;
  }
}

TEST(SamplePace, WithinATickLessAndLessAreTimedDownToOneIn256) {
  sample_pace pace;
  random_bits chance{1};
  int const first = timed_of(pace, 1'000, 10, chance);
  EXPECT_GE(first, 9);
  EXPECT_LE(first, 24);
  int const then = timed_of(pace, 1'024'000, 10, chance);
  EXPECT_NEAR(then, 4'000, 300);
}

TEST(SamplePace, ATickCostsNineCallsAtMostBesideOneIn256) {
  sample_pace pace;
  random_bits chance{1};
  int timed = 0;
  for (std::uint64_t tick = 10; tick < 1'010; ++tick) {
    timed += timed_of(pace, 25'600, tick, chance);
  }
  EXPECT_LE(timed, 1'000 * (9 + 100) + 1'500);
}

TEST(SamplePace, AfterABurstTheFirstOfFewCallsIsTimedSoonAndThenAll) {
  sample_pace pace;
  random_bits chance{1};
  static_cast<void>(timed_of(pace, 100'000, 10, chance));
  int left_out = 0;
  while (!pace.is_due()) ++left_out;
  EXPECT_LT(left_out, 511);
  pace.take(11, random_bits{chance()});
  EXPECT_EQ(timed_of(pace, 1, 12, chance), 1);
}

// A pattern that repeats itself every 256 calls would be met at one place only.
TEST(SamplePace, CallsAreDrawnByChance) {
  sample_pace pace;
  random_bits chance{1};
  std::array<int, 4> met{};
  for (std::size_t i = 0; i < 1'024'000; ++i) {
    if (!pace.is_due()) continue;
    pace.take(10, random_bits{chance()});
    ++met[i % 256 / 64];
  }
  for (int const each : met) EXPECT_NEAR(each, 1'000, 150);
}

}  // namespace
}  // namespace holdfast
