#include "holdfast/core/deadline_fields.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant now{1h};

TEST(Deadline, AnAttemptEndsAfterItsOwnLimit) {
  EXPECT_EQ(attempt_deadline(now, 2s, never_reached), now + 2s);
}

TEST(Deadline, AnAttemptEndsWithItsCall) {
  EXPECT_EQ(attempt_deadline(now, 2s, now + 1s), now + 1s);
  EXPECT_EQ(attempt_deadline(now, off, now + 1s), now + 1s);
}

TEST(Deadline, WithoutLimitsThereIsNone) {
  EXPECT_EQ(attempt_deadline(now, off, never_reached), never_reached);
}

TEST(Deadline, ALimitBeyondTheClockIsNoOverflow) {
  EXPECT_EQ(attempt_deadline(instant::max() - 1s, 2s, never_reached), never_reached);
}

TEST(Deadline, LimitsOfNothingAreRefused) {
  EXPECT_EQ(check_fields(attempt_timeout{0s}).size(), 1U);
  EXPECT_EQ(check_fields(total_timeout{0s}).size(), 1U);
  EXPECT_TRUE(check_fields(attempt_timeout{off}).empty());
  EXPECT_TRUE(check_fields(total_timeout{off}).empty());
}

TEST(Deadline, LimitsAreComparedAsValues) {
  EXPECT_EQ(attempt_timeout{}, attempt_timeout{10s});
  EXPECT_NE(total_timeout{}, total_timeout{10s});
}

}  // namespace
}  // namespace holdfast::core
