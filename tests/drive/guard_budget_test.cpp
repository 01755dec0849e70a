// Which budgets pay for a retry, and when deposits count.
#include "drive/guard_bench.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

budget tokens(double capacity, double per_call) {
  return {.capacity = capacity, .per_second = 0, .per_call = per_call};
}
budget const unlimited{.capacity = off};

/// Fails at its first attempt; answers the number of the last one.
int attempts_of(guard const& called) {
  int made = 0;
  static_cast<void>(called([&]() -> outcome {
    ++made;
    if (made == 1) return fails();
    return made;
  }));
  return made;
}

TEST(GuardBudget, AGuardThatNeverRetriesIsNotChargedForTheRetriesInside) {
  guard_bench b;
  guard const outer{"outer", total_timeout{24h}, b.around};
  guard const inner{"inner", b.steady, unlimited, b.around};
  int retried = 0;

  for (int i = 0; i < 500; ++i) retried += outer([&] { return attempts_of(inner); }) == 2 ? 1 : 0;

  EXPECT_EQ(retried, 500);
}

TEST(GuardBudget, SuccessesOfTheOuterGuardPayForTheRetriesInside) {
  guard_bench b;
  guard const outer{"outer", b.steady, tokens(1, 0.2), b.around};
  guard const inner{"inner", b.steady, unlimited, b.around};
  auto const nested = [&] { return outer([&] { return attempts_of(inner); }); };
  ASSERT_EQ(nested(), 2);
  ASSERT_EQ(nested(), 1) << "the one token is spent";

  for (int i = 0; i < 5; ++i) outer([] {});

  EXPECT_EQ(nested(), 2);
}

TEST(GuardBudget, ABudgetThatBothGuardsShareIsChargedOnceForARetry) {
  guard_bench b;
  shared_budget const pool{tokens(3, 0)};
  guard const outer{"outer", b.steady, pool, b.around};
  guard const inner{"inner", b.steady, pool, b.around};

  outer([&] { return attempts_of(inner); });

  EXPECT_EQ(pool.tokens(b.time.now()), 2);
}

TEST(GuardBudget, ACallWithinItsOwnGuardIsChargedOnceForARetry) {
  guard_bench b;
  guard const tree{"tree", b.steady, tokens(3, 0), b.around};

  tree([&] { return attempts_of(tree); });

  EXPECT_EQ(tree.stats().budget_tokens, 2);
}

TEST(GuardBudget, ARefusalGivesBackWhatInnerBudgetsHavePaid) {
  guard_bench b;
  guard const outer{"outer", b.steady, tokens(1, 0), b.around};
  guard const inner{"inner", b.steady, tokens(3, 0), b.around};
  auto const nested = [&] { return outer([&] { return attempts_of(inner); }); };
  ASSERT_EQ(nested(), 2);
  ASSERT_EQ(inner.stats().budget_tokens, 2);

  EXPECT_EQ(nested(), 1);

  EXPECT_EQ(inner.stats().budget_tokens, 2);
}

TEST(GuardBudget, CallsThatMayRetryByTheirCategoryAloneDeposit) {
  guard_bench b;
  guard const once{"once",
                   retry{.max_attempts = 1,
                         .jitter = jitter::none,
                         .per_category = {{category::transient, {.max_attempts = 2}}}},
                   tokens(1, 0.5), b.around};
  ASSERT_EQ(attempts_of(once), 2);
  ASSERT_LT(once.stats().budget_tokens, 1);

  for (int i = 0; i < 2; ++i) once([] {});

  EXPECT_EQ(attempts_of(once), 2);
}

TEST(GuardBudget, AGuardThatOneCallTellsToRetryDepositsFromThenOn) {
  guard_bench b;
  guard const once{"once", tokens(1, 0.5), b.around};
  auto const twice = [&] {
    int made = 0;
    static_cast<void>(once.with({.max_attempts = 2})([&]() -> outcome {
      ++made;
      return fails();
    }));
    return made;
  };
  ASSERT_EQ(twice(), 2);

  for (int i = 0; i < 2; ++i) once([] {});

  EXPECT_EQ(twice(), 2);
}

TEST(GuardBudget, MaxElapsedCountsFromTheStartOfTheFirstAttemptWhateverAllowsTheRetry) {
  guard_bench b;
  guard const once{"once",
                   retry{.max_attempts = 1,
                         .jitter = jitter::none,
                         .max_elapsed = 1s,
                         .per_category = {{category::transient, {.max_attempts = 3}}}},
                   b.around};
  int made = 0;

  static_cast<void>(once([&]() -> outcome {
    ++made;
    b.time.advance(5s);
    return fails();
  }));

  EXPECT_EQ(made, 1);
}

}  // namespace
}  // namespace holdfast
