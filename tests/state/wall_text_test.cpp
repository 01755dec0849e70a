#include "holdfast/state/wall_text.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

wall_time const morning{std::chrono::sys_days{std::chrono::December / 1 / 2026} + 10h + 5min + 7s};

TEST(WallText, ATimeIsWrittenAndReadInUtc) {
  EXPECT_EQ(utc_text(morning), "2026-12-01T10:05:07Z");
  EXPECT_EQ(parse_utc("2026-12-01T10:05:07Z"), morning);
  EXPECT_EQ(utc_text(wall_time{}), "1970-01-01T00:00:00Z");
}

TEST(WallText, MillisecondsAreRoundedDown) {
  EXPECT_EQ(utc_text_to_milliseconds(morning + 4567us), "2026-12-01T10:05:07.004Z");
  EXPECT_EQ(utc_text_to_milliseconds(wall_time{} - 1us), "1969-12-31T23:59:59.999Z");
}

TEST(WallText, WhatIsNoSuchTimeIsNotRead) {
  for (char const* text : {"", "2026-12-01", "2026-12-01 10:05:07Z", "2026-13-01T00:00:00Z",
                           "2026-02-30T00:00:00Z", "2026-12-01T24:00:00Z", "1969-12-31T23:59:59Z",
                           "2026-12-01T10:05:07+", "2026-12-01T10:05:07ZZ"}) {
    EXPECT_FALSE(parse_utc(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast
