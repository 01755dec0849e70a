// What leaves a guard tells no secret.
#include "drive/guard_bench.hpp"
#include "holdfast/redact/redact.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

failure echoing_a_password() {
  return {.category = category::transient,
          .advice = advice::after_backoff,
          .text = "can't reach postgres://app:hunter2secret@db/orders"};
}

TEST(ShownEvents, FailuresReachListenersWithoutTheirSecrets) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  std::string all;
  lookup.on_event([&](event const& what) {
    if (what.seen != nullptr) all += std::string{what.seen->text.view()} + "\n";
    if (what.told != nullptr) all += describe(*what.told, what.operation) + "\n";
  });

  outcome const seen = lookup([]() -> outcome { return unexpected{echoing_a_password()}; });

  EXPECT_EQ(all.find("hunter2"), std::string::npos) << all;
  EXPECT_NE(all.find("db/orders"), std::string::npos) << all;
  EXPECT_EQ(seen.error(), echoing_a_password()) << "the caller keeps its own error as it is";
}

TEST(ShownEvents, AStoryHasNoneWhereverItGoes) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  story told;

  static_cast<void>(
      lookup.with({.story = &told})([]() -> outcome { return unexpected{echoing_a_password()}; }));

  ASSERT_EQ(told.attempts, 3);
  for (failure const& each : {told.first->seen, told.between[0].seen, told.last->seen}) {
    EXPECT_EQ(each.text.view().find("hunter2"), std::string_view::npos) << each.text.view();
  }
}

TEST(ShownEvents, ASecretThatTheProcessKnowsIsTakenOutOfWhatOperatorsWrite) {
  guard_bench b;
  guard const lookup{"lookup", breaker{}, b.around};
  ASSERT_TRUE(keep_secret("correct horse"));
  std::string why;
  lookup.on_event([&](event const& what) {
    if (what.changed != nullptr) why = std::string{what.changed->why.view()};
  });

  lookup.force_open("told to by correct horse", 1min);
  forget_secrets();

  EXPECT_EQ(why, "told to by [redacted]");
}

TEST(ShownEvents, WhatAServerSaidBesideItsMessageIsToldWithoutTheValuesOfTheRow) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  std::string all;
  lookup.on_event([&](event const& what) {
    if (what.context != nullptr) all += describe(*what.context) + "\n";
  });
  failure_context mine;

  static_cast<void>(lookup.with({.context = &mine})([](attempt const& now) -> outcome {
    now.context()->server.constraint = "people_pkey";
    now.context()->server.detail = "Key (email)=(ann@x.example) already exists.";
    now.context()->server.hint = "try --password tr0ub4dor";
    return unexpected{echoing_a_password()};
  }));

  EXPECT_NE(all.find("people_pkey"), std::string::npos) << all;
  EXPECT_EQ(all.find("ann@x"), std::string::npos) << all;
  EXPECT_EQ(all.find("tr0ub4dor"), std::string::npos) << all;
  EXPECT_EQ(mine.server.detail, "Key (email)=(ann@x.example) already exists.")
      << "the caller keeps what was written";
}

}  // namespace
}  // namespace holdfast
