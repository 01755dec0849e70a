#include "holdfast/core/jitter.hpp"

#include <limits>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

TEST(Jitter, Case70ProportionalJitterSpreadsToBothSides) {
  EXPECT_EQ(spread(1s, 0.25, 1h, 0.0), 750ms);
  EXPECT_EQ(spread(1s, 0.25, 1h, 0.4), 950ms);
  EXPECT_EQ(spread(1s, 0.25, 1h, 0.6), 1050ms);
  EXPECT_EQ(spread(1s, 0.25, 1h, 1.0), 1250ms);
  EXPECT_EQ(spread(3s, 0.25, 1h, 0.5), 3s);
}

TEST(Jitter, Case71FiftyPercentOfAHundredLiesBetweenFiftyAndAHundredAndFifty) {
  random_bits random{71};
  std::set<duration> drawn;

  for (int i = 0; i < 1000; ++i) {
    drawn.insert(draw_pause(1e8, jitter::proportional, 0.5, 10s, random));
  }

  EXPECT_GE(*drawn.begin(), 50ms);
  EXPECT_LE(*drawn.rbegin(), 150ms);
  EXPECT_LT(*drawn.begin(), 55ms) << "both ends are reached";
  EXPECT_GT(*drawn.rbegin(), 145ms) << "both ends are reached";
}

TEST(Jitter, Case73EqualJitterDrawsFromTheUpperHalf) {
  random_bits random{73};
  std::set<duration> drawn;

  for (int i = 0; i < 1000; ++i) drawn.insert(draw_pause(8e9, jitter::equal, 0.5, 10s, random));

  EXPECT_GE(*drawn.begin(), 4s);
  EXPECT_LT(*drawn.rbegin(), 8s);
  EXPECT_LT(*drawn.begin(), 4100ms);
  EXPECT_GT(*drawn.rbegin(), 7900ms);
}

TEST(Jitter, Case75DrawsStillDifferAtTheCap) {
  for (jitter const kind : {jitter::proportional, jitter::full, jitter::equal}) {
    random_bits random{7};
    std::set<duration> drawn;
    for (int i = 0; i < 1000; ++i) drawn.insert(draw_pause(1e10, kind, 0.5, 10s, random));
    EXPECT_GT(drawn.size(), 900U) << enum_name(kind);
    EXPECT_LE(*drawn.rbegin(), 10s) << enum_name(kind);
  }
}

TEST(Jitter, Case75DecorrelatedDrawsStillDifferAtTheCap) {
  random_bits random{7};
  std::set<duration> drawn;

  for (int i = 0; i < 1000; ++i) drawn.insert(draw_decorrelated(1s, 10s, 10s, random));

  EXPECT_GT(drawn.size(), 900U);
  EXPECT_GE(*drawn.begin(), 1s);
  EXPECT_LE(*drawn.rbegin(), 10s);
}

TEST(Jitter, Trap17TheCapCutsTheRangeNotTheDraw) {
  EXPECT_EQ(spread(10s, 0.5, 10s, 0.0), 5s);
  EXPECT_EQ(spread(10s, 0.5, 10s, 0.5), 7500ms) << "halfway below the cap, not held at it";
  EXPECT_EQ(spread(8s, 0.5, 10s, 0.5), 7s) << "between 4s and 10s";
}

TEST(Jitter, WithoutJitterThePauseIsTheCeiling) {
  random_bits random{7};

  EXPECT_EQ(draw_pause(3e9, jitter::none, 0.5, 10s, random), 3s);
}

TEST(Jitter, ADecorrelatedSequenceBeginsBetweenOnceAndThriceTheInitialDelay) {
  random_bits random{7};
  std::set<duration> drawn;

  for (int i = 0; i < 1000; ++i) drawn.insert(draw_decorrelated(1s, 0s, 1h, random));

  EXPECT_GE(*drawn.begin(), 1s);
  EXPECT_LE(*drawn.rbegin(), 3s);
  EXPECT_GT(*drawn.rbegin(), 2900ms);
}

TEST(Jitter, Trap15CountsBeyondAllDurationsAreHeldAtTheCap) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

  EXPECT_EQ(held_within(infinite, 10s), 10s);
  EXPECT_EQ(held_within(1e300, duration::max()), duration::max());
  EXPECT_EQ(held_within(0x1p63, duration::max()), duration::max());
  EXPECT_EQ(held_within(no_number, 10s), 0s);
  EXPECT_EQ(held_within(-infinite, 10s), 0s);
  EXPECT_EQ(held_within(-1, 10s), 0s);
  EXPECT_EQ(held_within(5, -10s), 0s);
}

RC_GTEST_PROP(Jitter, EveryDrawLiesWithinItsRangeAndTheCap, (std::uint64_t seed)) {
  auto const cap = duration{*rc::gen::inRange<std::int64_t>(1, 604'800'000'000'000)};
  auto const d = duration{*rc::gen::inRange<std::int64_t>(0, cap.count() + 1)};
  auto const before = duration{*rc::gen::inRange<std::int64_t>(0, cap.count() + 1)};
  auto const factor = *rc::gen::inRange(0, 1001) / 1000.0;
  random_bits random{seed};

  auto const proportional = draw_pause(count_of(d), jitter::proportional, factor, cap, random);
  auto const full = draw_pause(count_of(d), jitter::full, factor, cap, random);
  auto const equal = draw_pause(count_of(d), jitter::equal, factor, cap, random);
  auto const decorrelated = draw_decorrelated(d, before, cap, random);

  RC_ASSERT(proportional >= duration::zero() && proportional <= cap);
  RC_ASSERT(full >= duration::zero() && full <= d);
  RC_ASSERT(equal >= d / 2 && equal <= d);
  RC_ASSERT(decorrelated >= d && decorrelated <= cap);
  RC_ASSERT(decorrelated <= 3 * std::max(before, d));
}

}  // namespace
}  // namespace holdfast::core
