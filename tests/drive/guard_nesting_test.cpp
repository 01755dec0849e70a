#include "drive/guard_bench.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(GuardNesting, AnInnerCallInheritsTheDeadlineOfTheAttemptAroundIt) {
  guard_bench b;
  guard const outer{"outer", attempt_timeout{2s}, b.around};
  guard const inner{"inner", attempt_timeout{5s}, b.around};
  instant seen{};

  outer([&](attempt const&) { inner([&](attempt const& a) { seen = a.deadline(); }); });

  EXPECT_EQ(seen, b.start + 2s);
}

TEST(GuardNesting, AnInnerCallWhoseInheritedDeadlineHasPassedMakesNoAttempt) {
  guard_bench b;
  guard const outer{"outer", attempt_timeout{2s}, b.around};
  guard const inner{"inner", retry{}, breaker{}, b.around};
  int calls = 0;
  outcome in_time = 0;
  outcome too_late = 0;
  auto const counted = [&]() -> outcome { return ++calls; };

  outer([&](attempt const&) {
    b.time.advance(2s - 1ns);
    in_time = inner(counted);
    b.time.advance(1ns);
    too_late = inner(counted);
  });

  EXPECT_EQ(in_time, 1);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(too_late.error().text.view(), "inner: the deadline of the call has passed");
}

TEST(GuardNesting, AnInnerRetryEndsWithTheAttemptAroundIt) {
  guard_bench b;
  guard const outer{"outer", attempt_timeout{250ms}, b.around};
  guard const inner{"inner", b.steady, b.around};
  story told;

  static_cast<void>(outer([&](attempt const&) { return inner.with({.story = &told})(fails); }));

  EXPECT_EQ(told.stopped, stop_reason::time_spent);
  EXPECT_EQ(b.time.slept(), (std::vector<duration>{100ms}));
}

TEST(GuardNesting, AnInnerCallStopsWithTheCallAroundIt) {
  guard_bench b;
  guard const outer{"outer", b.around};
  guard const inner{"inner", b.steady, b.around};
  std::stop_source stopper;
  std::stop_token const stopper_token = stopper.get_token();
  b.time.during_sleep([&] { stopper.request_stop(); });
  int calls = 0;

  static_cast<void>(outer.with({.stop = stopper_token})([&] {
    return inner([&](attempt const& a) {
      EXPECT_TRUE(a.stop().stop_possible());
      ++calls;
      return fails();
    });
  }));

  EXPECT_EQ(calls, 1);
}

TEST(GuardNesting, AnInnerCallHasTheNameOfTheCallAroundIt) {
  guard_bench b;
  guard const outer{"outer", b.around};
  guard const inner{"inner", b.steady, b.around};
  std::string in_event;
  std::string in_attempt;
  inner.on_event([&](event const& what) { in_event = what.correlation_id; });

  static_cast<void>(outer.with({.correlation_id = "request 7"})([&] {
    return inner([&](attempt const& a) {
      in_attempt = a.correlation_id();
      return fails();
    });
  }));

  EXPECT_EQ(in_attempt, "request 7");
  EXPECT_EQ(in_event, "request 7");
}

TEST(GuardNesting, Trap27RetriesWithinRetriesAreToldOnceWithTheirProduct) {
  guard_bench b;
  guard const outer{"outer", b.steady, b.around};
  guard const middle{"middle", b.around};
  guard const inner{"inner", retry{.max_attempts = 4, .jitter = jitter::none}, b.around};
  std::vector<std::uint64_t> told;
  int calls = 0;
  inner.on_event([&](event const& what) {
    if (what.kind == event_kind::amplification) told.push_back(what.amplification);
  });
  auto const nested = [&] {
    return outer([&] { return middle([&] { return inner([&] { return ++calls, fails(); }); }); });
  };

  static_cast<void>(nested());
  EXPECT_EQ(calls, 12);
  static_cast<void>(nested());

  EXPECT_EQ(told, (std::vector<std::uint64_t>{12}));
}

TEST(GuardNesting, Trap27AGuardThatIsNotTrackedIsNotSeen) {
  guard_bench b;
  guard const outer{"outer", b.steady, attempt_timeout{1s}, nesting::untracked, b.around};
  guard const inner{"inner", b.steady, b.around};
  told_events const told{inner};
  instant seen{};

  static_cast<void>(outer([&](attempt const&) {
    return inner([&](attempt const& a) {
      seen = a.deadline();
      return fails();
    });
  }));

  EXPECT_EQ(seen, never_reached);
  EXPECT_EQ(told.text().find("amplification"), std::string::npos);
}

TEST(GuardNesting, AnInnerRetryIsPaidFromTheOuterBudgetToo) {
  guard_bench b;
  guard const outer{"outer", b.steady, budget{.capacity = 5, .per_second = 0, .per_call = 0},
                    b.around};
  guard const inner{"inner", b.steady, b.around};

  static_cast<void>(outer.with({.max_attempts = 1})([&] { return inner(fails); }));

  EXPECT_EQ(outer.stats().budget_tokens, 3);
}

TEST(GuardNesting, AnEmptyOuterBudgetEndsAnInnerRetryAndTakesNothingFromTheInnerOne) {
  guard_bench b;
  guard const outer{"outer", b.steady, budget{.capacity = 1, .per_second = 0, .per_call = 0},
                    b.around};
  guard const inner{"inner", b.steady, budget{.capacity = 9, .per_second = 0, .per_call = 0},
                    b.around};
  story told;

  static_cast<void>(
      outer.with({.max_attempts = 1})([&] { return inner.with({.story = &told})(fails); }));

  EXPECT_EQ(told.stopped, stop_reason::no_budget);
  EXPECT_EQ(told.attempts, 2);
  EXPECT_EQ(outer.stats().budget_tokens, 0);
  EXPECT_EQ(inner.stats().budget_tokens, 8);
}

TEST(GuardNesting, TokensOfARetryThatNeverStartsGoBackToBothBudgets) {
  guard_bench b;
  budget const frozen{.capacity = 5, .per_second = 0, .per_call = 0};
  guard const outer{"outer", b.steady, frozen, b.around};
  guard const inner{"inner", b.steady, frozen, b.around};
  std::stop_source stopper;
  std::stop_token const stopper_token = stopper.get_token();
  b.time.during_sleep([&] { stopper.request_stop(); });

  static_cast<void>(
      outer.with({.max_attempts = 1, .stop = stopper_token})([&] { return inner(fails); }));

  EXPECT_EQ(outer.stats().budget_tokens, 5);
  EXPECT_EQ(inner.stats().budget_tokens, 5);
}

TEST(GuardNesting, ACallAfterTheInnerOneIsNotNestedInIt) {
  guard_bench b;
  guard const inner{"inner", attempt_timeout{2s}, b.around};
  guard const next{"next", b.around};
  instant seen{};

  inner([](attempt const&) {});
  next([&](attempt const& a) { seen = a.deadline(); });

  EXPECT_EQ(seen, never_reached);
}

}  // namespace
}  // namespace holdfast
