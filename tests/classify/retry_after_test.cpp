#include "holdfast/classify/retry_after.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
constexpr std::int64_t example = 784111777;
// 2026-11-22 00:00:00 GMT
constexpr std::int64_t today = 1795305600;

TEST(RetryAfter, SecondsAreAWait) {
  EXPECT_EQ(parse_retry_after("120", today), duration{120s});
  EXPECT_EQ(parse_retry_after("0", today), duration{0s});
  EXPECT_EQ(parse_retry_after(" \t7 ", today), duration{7s});
  EXPECT_EQ(parse_retry_after("007", today), duration{7s});
}

TEST(RetryAfter, AllThreeFormsOfADateAreRead) {
  for (auto const* date : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(parse_retry_after(date, example - 90), duration{90s}) << date;
    EXPECT_EQ(parse_retry_after(date, example), duration{0s}) << date;
  }
  EXPECT_EQ(parse_retry_after("Sun Nov 16 08:49:37 1994", example), duration{240h});
}

TEST(RetryAfter, ADateOfThePastIsIgnored) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", example + 1), std::nullopt);
}

TEST(RetryAfter, ATwoDigitYearLiesAtMostFiftyYearsAhead) {
  EXPECT_EQ(parse_retry_after("Sunday, 22-Nov-26 00:00:05 GMT", today), duration{5s});
  EXPECT_EQ(parse_retry_after("Sunday, 22-Nov-76 00:00:00 GMT", today), longest_retry_after);
  EXPECT_EQ(parse_retry_after("Sunday, 22-Nov-77 00:00:00 GMT", today), std::nullopt);
}

TEST(RetryAfter, WhatCantBeReadIsIgnored) {
  for (auto const* value : {"",
                            " ",
                            "-1",
                            "+5",
                            "1.5",
                            "1e3",
                            "0x10",
                            "5s",
                            "soon",
                            "120, 240",
                            "1 2",
                            "Sun, 06 Nov 1994 08:49:37",
                            "Sun, 06 Nov 1994 08:49:37 CET",
                            "Sun, 6 Nov 1994 08:49:37 GMT",
                            "Sun, 31 Feb 1994 08:49:37 GMT",
                            "Sun, 06 Nov 1994 24:00:00 GMT",
                            "Sun, 06 Nov 1994 08:60:00 GMT",
                            "Sun, 06 Nov 1994 08:49:61 GMT",
                            "Sun, 06 Nov 1994 08:49:37 GMT GMT",
                            "Foo, 06 Nov 1994 08:49:37 GMT",
                            "Sun Nov 6 08:49:37 1994",
                            "Sun, 06 nov 1994 08:49:37 GMT",
                            "1994-11-06T08:49:37Z"}) {
    EXPECT_EQ(parse_retry_after(value, example), std::nullopt) << value;
  }
}

TEST(RetryAfter, AWaitBeyondAllReasonIsCapped) {
  EXPECT_EQ(parse_retry_after("99999999999", today), longest_retry_after);
  EXPECT_EQ(parse_retry_after(std::string(400, '9'), today), longest_retry_after);
  EXPECT_EQ(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", today), longest_retry_after);
}

TEST(RetryAfter, AnyBytesGiveNothingOrAWaitWithinTheCap) {
  rc::check([](std::string const& bytes, std::int64_t now) {
    auto const wait = parse_retry_after(bytes, now % (1LL << 40));
    RC_ASSERT(!wait || (*wait >= duration::zero() && *wait <= longest_retry_after));
  });
}

}  // namespace
}  // namespace holdfast
