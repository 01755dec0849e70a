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

TEST(Story, AnAttemptIsToldWithItsDurationAndItsPause) {
  story told;
  told.attempts = 1;
  told.tell(numbered(503), 40ms);
  told.tell_pause(100ms);
  told.attempts = 2;
  told.tell(numbered(504), 60ms);

  EXPECT_EQ(told.first->took, 40ms);
  EXPECT_EQ(told.first->pause, 100ms);
  EXPECT_EQ(told.last->took, 60ms);
  EXPECT_EQ(told.last->pause, 0ms);
}

TEST(Story, Trap24TheLastErrorTheReasonAndTheAttemptsAreAllKept) {
  story told = after_failures(3);
  told.stopped = stop_reason::no_budget;

  EXPECT_EQ(told.last->seen, numbered(503));
  EXPECT_EQ(told.attempts, 3);
  EXPECT_EQ(describe(told, "orders-db"),
            "orders-db: gave up after 3 attempts in 0s (no_budget): too large a share of the "
            "traffic is retries already, so the budget refused one more; last: http 503 "
            "(transient); first: http 501 (transient); idempotent=no");
}

TEST(Story, Case88ARetryThatWasWithheldSaysSoInThoseWords) {
  story told = after_failures(1);
  told.elapsed = 5ms;
  told.stopped = stop_reason::withheld;

  EXPECT_EQ(describe(told, "orders-db"),
            "orders-db: gave up after 1 attempt in 5ms (withheld): a retry was withheld because "
            "the operation is not declared idempotent; last: http 501 (transient); idempotent=no");
}

TEST(Story, ARecoveryIsToldToo) {
  story told = after_failures(2);
  told.attempts = 3;
  told.elapsed = 1500ms;
  told.idempotent = true;

  EXPECT_EQ(describe(told, "orders-db"),
            "orders-db: succeeded after 3 attempts in 1.5s; last: http 502 (transient); first: "
            "http 501 (transient); idempotent=yes");
}

TEST(Story, WhatAServerSendsNeverBreaksTheLine) {
  story told;
  told.attempts = 1;
  told.tell({.text = "one\ntwo\x1b[31m"});
  told.stopped = stop_reason::permanent;

  std::string const line = describe(told, "orders\ndb");

  EXPECT_EQ(line.find_first_of("\n\x1b"), std::string::npos) << line;
  EXPECT_NE(line.find("one\\ntwo\\x1b[31m"), std::string::npos) << line;
}

}  // namespace
}  // namespace holdfast
