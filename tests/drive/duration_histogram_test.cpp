#include "holdfast/drive/duration_histogram.hpp"

#include "holdfast/drive/rejected.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(DurationHistogram, AValueAtABoundBelongsToItsBucket) {
  duration_bounds const bounds{std::array<duration, 2>{10ms, 1s}};
  duration_histogram histogram;

  EXPECT_EQ(histogram.record(10ms, bounds), 0U);
  EXPECT_EQ(histogram.record(10ms + 1ns, bounds), 1U);
  EXPECT_EQ(histogram.record(2s, bounds), 2U);
  EXPECT_EQ(histogram.record(-1s, bounds), 0U) << "a clock of ticks may be late";

  auto const seen = histogram.read();
  EXPECT_EQ(seen.values, 4U);
  EXPECT_EQ(seen.sum, 2020ms + 1ns);
}

TEST(DurationHistogram, BoundsReachFromAMillisecondToAMinuteUnlessToldOtherwise) {
  duration_bounds const bounds;

  EXPECT_EQ(bounds[0], 1ms);
  EXPECT_EQ(bounds[bounds.size() - 1], 1min);
}

TEST(DurationHistogram, BoundsThatDoNotRiseAreRefused) {
  EXPECT_THROW(duration_bounds{std::vector<duration>{}}, invalid_options);
  EXPECT_THROW((duration_bounds{std::array<duration, 2>{1s, 1s}}), invalid_options);
  EXPECT_THROW((duration_bounds{std::array<duration, 1>{0s}}), invalid_options);
  EXPECT_THROW(duration_bounds{std::vector<duration>(25, 1s)}, invalid_options);
}

}  // namespace
}  // namespace holdfast
