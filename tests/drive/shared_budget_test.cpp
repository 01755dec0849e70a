#include "holdfast/drive/shared_budget.hpp"

#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/manual_time.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

struct SharedBudget : ::testing::Test {
  /// Makes a call that always fails; answers how many attempts it made.
  int attempts_of(guard const& called) {
    int made = 0;
    static_cast<void>(called([&]() -> expected<int, failure> {
      ++made;
      return unexpected{failure{.category = category::transient, .advice = advice::after_backoff}};
    }));
    return made;
  }

  manual_time time;
  surroundings around{.time = &time, .seed = 1};
  retry twice{.max_attempts = 2, .jitter = jitter::none};
  shared_budget pool{{.capacity = 3, .per_second = 0, .per_call = 0.5}};
};

TEST_F(SharedBudget, TheRetriesOfAllItsGuardsTogetherKeepWithinIt) {
  guard const reads{"reads", twice, pool, around};
  guard const writes{"writes", twice, pool, around};

  // Three tokens at first; each first attempt adds half a one, up to three.
  EXPECT_EQ(attempts_of(reads), 2);
  EXPECT_EQ(attempts_of(writes), 2);
  EXPECT_EQ(attempts_of(reads), 2);
  EXPECT_EQ(attempts_of(writes), 2);
  EXPECT_EQ(attempts_of(reads), 2);
  EXPECT_EQ(attempts_of(writes), 1) << "half a token was left, and half a one came with the call";
}

TEST_F(SharedBudget, WhatOneGuardDepositsAnotherOneSpends) {
  guard const reads{"reads", twice, pool, around};
  guard const writes{"writes", twice, pool, around};
  while (attempts_of(writes) == 2) {
  }

  for (int i = 0; i < 10; ++i) reads([] { return 1; });

  EXPECT_EQ(attempts_of(writes), 2) << "at once: its deposits are fetched when they are asked for";
}

TEST_F(SharedBudget, WhatCameWhenItWasFullDoesNotComeAgainLater) {
  guard const reads{"reads", retry{.max_attempts = 1}, pool, around};
  guard const writes{"writes", twice, pool, around};
  for (int i = 0; i < 1000; ++i) reads([] { return 1; });

  while (attempts_of(writes) == 2) {
  }
  EXPECT_EQ(attempts_of(reads), 1) << "half a token was left, and half a one came with it";

  EXPECT_EQ(attempts_of(writes), 2);
  EXPECT_EQ(attempts_of(writes), 2);
  EXPECT_EQ(attempts_of(writes), 1) << "what the thousand calls brought was too much long ago";
}

TEST_F(SharedBudget, GuardsDepositWhateverElseTheyAreMadeOf) {
  std::vector<guard> const depositors{
      guard{"never retries", pool, around},
      guard{"judges a count", pool, breaker{.failure_rate = 0.5}, around},
      guard{"judges a week", pool, breaker{.failure_rate = 0.5, .window = last_span(24h * 7, 7)},
            around}};
  guard const writes{"writes", twice, pool, around};
  for (guard const& each : depositors) {
    while (attempts_of(writes) == 2) {
    }

    for (int i = 0; i < 10; ++i) each([] { return 1; });

    EXPECT_EQ(attempts_of(writes), 2) << each.name();
  }
}

TEST_F(SharedBudget, WhatAGuardThatEndsHasDepositedStays) {
  guard const writes{"writes", twice, pool, around};
  while (attempts_of(writes) == 2) {
  }
  {
    guard const reads{"reads", twice, pool, around};
    for (int i = 0; i < 10; ++i) reads([] { return 1; });
  }

  EXPECT_EQ(attempts_of(writes), 2);
}

TEST_F(SharedBudget, OutlivesTheHandleItWasGivenBy) {
  std::optional<shared_budget> given{budget{.capacity = 1, .per_second = 0, .per_call = 0}};
  guard const reads{"reads", twice, *given, around};
  given.reset();

  EXPECT_EQ(attempts_of(reads), 2);
  EXPECT_EQ(attempts_of(reads), 1);
}

TEST_F(SharedBudget, OptionsOutOfRangeAreRefusedWithWhatIsAllowed) {
  try {
    shared_budget const wrong{budget{.capacity = -1}};
    FAIL() << "it was made";
  } catch (invalid_options const& refused) {
    EXPECT_NE(std::string{refused.what()}.find("budget.capacity"), std::string::npos);
  }
}

TEST_F(SharedBudget, BesideABudgetOfItsOwnIsAContradiction) {
  operation_options const both{
      .name = "both", .retry = twice, .budget{.capacity = 7}, .shared_budget = pool};
  EXPECT_THROW(guard{both}, invalid_options);
}

}  // namespace
}  // namespace holdfast
