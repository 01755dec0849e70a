#include "holdfast/base/time.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(Time, LaterStopsAtTheEndsOfTheClock) {
  EXPECT_EQ(later(instant{} + 1s, 2s), instant{} + 3s);
  EXPECT_EQ(later(instant{} + 1s, -2s), instant{} - 1s);
  EXPECT_EQ(later(instant{} + 1s, duration::max()), instant::max());
  EXPECT_EQ(later(instant{} - 1s, duration::min()), instant::min());
  EXPECT_EQ(later(instant::max(), 0s), instant::max());
  EXPECT_EQ(later(instant{} + 1s, off), never_reached);
}

TEST(Time, ElapsedIsNeverNegative) {
  EXPECT_EQ(elapsed(instant{} + 1s, instant{} + 3s), 2s);
  EXPECT_EQ(elapsed(instant{} + 3s, instant{} + 1s), 0s);
}

TEST(Time, Trap13ATimeLongerThanAnyDurationIsTheLongestDuration) {
  EXPECT_EQ(elapsed(instant::min(), instant::max()), duration::max());
  EXPECT_EQ(elapsed(instant::min(), instant{}), duration::max());
  EXPECT_EQ(elapsed(instant{} - 1ns, instant::max()), duration::max());
  EXPECT_EQ(elapsed(instant{} - 1ns, instant::max() - 2ns), duration::max() - 1ns);
  EXPECT_EQ(elapsed(instant::min(), instant{} - 1ns), duration::max());
  EXPECT_EQ(elapsed(instant::min(), instant{} - 2ns), duration::max() - 1ns);
  EXPECT_EQ(elapsed(instant::max(), instant::min()), 0ns);
}

TEST(Time, OffIsTheLimitThatNothingReaches) {
  EXPECT_TRUE(is_off(off));
  EXPECT_TRUE(is_off(duration{off}));
  static_assert(!std::is_convertible_v<off_value, std::int64_t>);
  EXPECT_FALSE(is_off(duration::max() - 1ns));
  double const limit = off;
  EXPECT_GT(limit, 1e308);
  EXPECT_TRUE(limit == off);
  EXPECT_TRUE(1.0 != off);
}

}  // namespace
}  // namespace holdfast
