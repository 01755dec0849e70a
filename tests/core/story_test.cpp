#include "holdfast/core/story.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

failure numbered(int code) {
  return {.category = category::transient,
          .code = {code_kind::http, std::string_view{std::to_string(code)}}};
}

story after_failures(int count) {
  story told;
  for (int i = 1; i <= count; ++i) {
    told.attempts = i;
    told.tell(numbered(500 + i));
    told.tell_pause(1s);
  }
  return told;
}

TEST(Story, OneFailureIsBothTheFirstAndTheLast) {
  story const told = after_failures(1);

  EXPECT_EQ(told.first->seen, numbered(501));
  EXPECT_EQ(told.last->seen, numbered(501));
  EXPECT_EQ(told.between_count, 0U);
}

TEST(Story, AFewFailuresAreAllKeptInOrder) {
  story const told = after_failures(4);

  EXPECT_EQ(told.first->number, 1);
  ASSERT_EQ(told.between_count, 2U);
  EXPECT_EQ(told.between[0].number, 2);
  EXPECT_EQ(told.between[1].number, 3);
  EXPECT_EQ(told.last->number, 4);
}

TEST(Story, AThousandFailuresKeepTheFirstSixBetweenAndTheLast) {
  story const told = after_failures(1000);

  EXPECT_EQ(told.first->number, 1);
  EXPECT_EQ(told.between_count, 6U);
  EXPECT_EQ(told.between[5].number, 7);
  EXPECT_EQ(told.last->number, 1000);
  EXPECT_EQ(told.paused, 1000s);
}

TEST(Story, OneLineSaysHowTheCallEndedAndWhy) {
  story told = after_failures(2);
  told.elapsed = 2310ms;
  told.stopped = stop_reason::attempts_spent;

  EXPECT_EQ(describe(told, "orders-db"),
            "orders-db: gave up after 2 attempts in 2.31s (attempts_spent); "
            "last: http 502 (transient); first: http 501 (transient); idempotent=no");
}

}  // namespace
}  // namespace holdfast
