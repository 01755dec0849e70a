#include "holdfast/classify/idempotency_key.hpp"

#include "holdfast/classify/curl.hpp"
#include "holdfast/classify/http.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(IdempotencyKey, IsKnownUnderItsNamesInAnyCase) {
  for (auto const* name : {"Idempotency-Key", "idempotency-key", "X-Idempotency-Key",
                           "Idempotence-Key", "PayPal-Request-Id"}) {
    EXPECT_TRUE(is_idempotency_key(name, "\"8e03978e-40d5-43dd\"")) << name;
  }
  for (auto const* name : {"X-Request-Id", "Idempotency-Key2", "", "Idempotency"}) {
    EXPECT_FALSE(is_idempotency_key(name, "1")) << name;
  }
}

TEST(IdempotencyKey, WithoutAValueIsNone) {
  for (auto const* value : {"", " ", "\"\""}) {
    EXPECT_FALSE(is_idempotency_key("Idempotency-Key", value)) << value;
  }
}

TEST(IdempotencyKey, ALostAnswerMayBeAskedForAgain) {
  using namespace std::chrono_literals;
  EXPECT_EQ(with_idempotency_key(classify_curl(52, phase::sent)).advice, advice::after_backoff);
  EXPECT_EQ(with_idempotency_key(classify_http(500)).advice, advice::after_backoff);
  EXPECT_EQ(with_idempotency_key(classify_http(500, 7s)).advice, advice::after_wait);
}

TEST(IdempotencyKey, AConflictSaysThatTheFirstRequestIsNotDoneYet) {
  failure const seen = with_idempotency_key(classify_http(409));

  EXPECT_EQ(seen.advice, advice::after_backoff);
  EXPECT_EQ(seen.category, category::transient);
}

TEST(IdempotencyKey, WhatIsWrongStaysWrong) {
  EXPECT_EQ(with_idempotency_key(classify_http(422)), classify_http(422));
  EXPECT_EQ(with_idempotency_key(classify_http(400)), classify_http(400));
}

}  // namespace
}  // namespace holdfast
