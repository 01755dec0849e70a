// Policies that are exchanged while their guard is used.
#include "drive/guard_bench.hpp"
#include "holdfast/drive/event_recorder.hpp"
#include "holdfast/drive/guard_per_key.hpp"
#include "holdfast/drive/rejected.hpp"
#include "holdfast/drive/shared_operation.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// A guard whose policies are live, on a clock of its own.
struct live_bench : guard_bench {
  explicit live_bench(operation_options const& first)
      : policies{with_clock(first)}, shared{policies}, guarded{shared} {}

  /// Exchanges the policies by those that `change` makes of the present ones.
  template <class Change>
  void exchange(Change const& change) {
    change(policies);
    guarded.reconfigure(policies);
  }

  /// How many attempts a call makes that fails for ever.
  int attempts_of_a_call() {
    int attempts = 0;
    static_cast<void>(guarded([&] {
      ++attempts;
      return fails();
    }));
    return attempts;
  }

  operation_options with_clock(operation_options all) const {
    all.name = "live";
    all.liveness = liveness::live;
    all.surroundings = around;
    return all;
  }

  operation_options policies;
  shared_operation shared;
  guard guarded;
};

retry attempts(int most) {
  return {.max_attempts = most, .jitter = jitter::none, .idempotent = true};
}

outcome answers() { return 1; }

TEST(GuardLive, TheNextCallHasTheNewPolicies) {
  live_bench b{{.retry = attempts(2)}};
  EXPECT_EQ(b.attempts_of_a_call(), 2);

  b.exchange([](auto& all) { all.retry = attempts(5); });

  EXPECT_EQ(b.attempts_of_a_call(), 5);
  EXPECT_EQ(b.guarded.policies().retry.max_attempts, 5);
}

TEST(GuardLive, Trap40ACallInProgressGoesOnWithThePoliciesThatItBeganWith) {
  live_bench b{{.retry = attempts(3), .attempt_timeout{.limit = 3s}}};
  std::vector<duration> limits;

  static_cast<void>(b.guarded([&](attempt const& a) -> outcome {
    b.exchange([](auto& all) {
      all.retry = attempts(7);
      all.attempt_timeout.limit = 7s;
    });
    limits.push_back(elapsed(b.time.now(), a.deadline()));
    return fails();
  }));

  EXPECT_EQ(limits, (std::vector<duration>{3s, 3s, 3s}));
  EXPECT_EQ(b.attempts_of_a_call(), 7);
}

TEST(GuardLive, WhatNoCallUsesAnyMoreIsFreed) {
  live_bench b{{.retry = attempts(2)}};
  auto const kept = [&] { return b.shared->live()->kept(); };

  static_cast<void>(b.guarded([&] {
    for (int each = 3; each < 10; ++each)
      b.exchange([&](auto& all) { all.retry = attempts(each); });
    EXPECT_EQ(kept(), 2U) << "that of this call, which is in a frame, and the present one";
    return fails();
  }));
  b.exchange([](auto& all) { all.retry = attempts(2); });

  EXPECT_EQ(kept(), 1U);
}

TEST(GuardLive, ACallThatRetriesKeepsItsPoliciesWhileItPauses) {
  live_bench b{{.retry = attempts(3)}};
  b.time.during_sleep([&] { b.exchange([](auto& all) { all.retry = attempts(1); }); });

  EXPECT_EQ(b.attempts_of_a_call(), 3);

  EXPECT_EQ(b.attempts_of_a_call(), 1);
  b.exchange([](auto& all) { all.retry = attempts(2); });
  EXPECT_EQ(b.shared->live()->kept(), 1U);
}

TEST(GuardLive, CallsDeeperThanFramesGoKeepTheirPoliciesToo) {
  live_bench b{{.retry = attempts(2)}};
  int deepest = 0;
  std::function<outcome(int)> const descend = [&](int depth) -> outcome {
    return b.guarded([&]() -> outcome {
      if (depth > 0) return descend(depth - 1);
      for (int each = 0; each < 3; ++each) b.exchange([&](auto& all) { all.retry = attempts(9); });
      ++deepest;
      return unexpected<failure>{{.category = category::transient, .advice = advice::never}};
    });
  };

  static_cast<void>(descend(20));

  EXPECT_EQ(deepest, 1);
  b.exchange([](auto& all) { all.retry = attempts(2); });
  EXPECT_EQ(b.shared->live()->kept(), 1U);
}

TEST(GuardLive, AnUntrackedGuardKeepsThePoliciesOfItsCallsToo) {
  live_bench b{{.retry = attempts(2), .nesting = nesting::untracked}};
  int attempts_made = 0;

  static_cast<void>(b.guarded([&] {
    b.exchange([](auto& all) { all.retry = attempts(6); });
    ++attempts_made;
    return fails();
  }));

  EXPECT_EQ(attempts_made, 2);
  EXPECT_EQ(b.attempts_of_a_call(), 6);
  b.exchange([](auto& all) { all.retry = attempts(2); });
  EXPECT_EQ(b.shared->live()->kept(), 1U);
}

TEST(GuardLive, CallsThatAreRefusedOrThrowLeaveNothingHeld) {
  live_bench b{{.retry = attempts(1), .breaker{.failure_threshold = 1, .recovery_jitter = 0}}};
  EXPECT_THROW(b.guarded([]() -> int { throw std::runtime_error{"gone"}; }), std::runtime_error);
  EXPECT_THROW(b.guarded([] {}), rejected);
  EXPECT_FALSE(b.guarded(answers));
  EXPECT_FALSE(b.guarded.with({.deadline = b.time.now()})(answers));

  b.exchange([](auto& all) { all.retry = attempts(2); });

  EXPECT_EQ(b.shared->live()->kept(), 1U);
}

TEST(GuardLive, Trap40AnOpenCircuitStaysOpenWithTheSameEnd) {
  live_bench b{{.breaker{.failure_threshold = 1, .recovery_timeout = 20s, .recovery_jitter = 0}}};
  static_cast<void>(b.guarded(fails));
  instant const end = b.guarded.stats().breaker.open_until;
  std::uint64_t const generation = b.guarded.stats().breaker.generation;
  b.time.advance(5s);

  b.exchange([](auto& all) { all.retry = attempts(4); });

  EXPECT_EQ(b.guarded.state(), breaker_state::open);
  EXPECT_EQ(b.guarded.stats().breaker.open_until, end);
  EXPECT_EQ(b.guarded.stats().breaker.generation, generation);
  EXPECT_FALSE(b.guarded(answers));
  b.time.advance(15s);
  EXPECT_TRUE(b.guarded(answers));
}

TEST(GuardLive, OneFailureShortOfItsThresholdItOpensAtTheNext) {
  live_bench b{{.breaker{.failure_threshold = 3}}};
  static_cast<void>(b.guarded(fails));
  static_cast<void>(b.guarded(fails));

  b.exchange([](auto& all) { all.total_timeout.limit = 9s; });
  EXPECT_EQ(b.guarded.state(), breaker_state::closed);
  static_cast<void>(b.guarded(fails));

  EXPECT_EQ(b.guarded.state(), breaker_state::open);
}

TEST(GuardLive, AProbeInFlightStillDecides) {
  live_bench b{{.breaker{.failure_threshold = 1, .recovery_timeout = 1s, .recovery_jitter = 0}}};
  static_cast<void>(b.guarded(fails));
  b.time.advance(1s);

  static_cast<void>(b.guarded([&]() -> outcome {
    EXPECT_EQ(b.guarded.state(), breaker_state::half_open);
    b.exchange([](auto& all) { all.retry = attempts(2); });
    EXPECT_EQ(b.guarded.state(), breaker_state::half_open);
    return 1;
  }));

  EXPECT_EQ(b.guarded.state(), breaker_state::closed);
}

TEST(GuardLive, OfAWindowTheNewestResultsThatFitAreKept) {
  live_bench b{{.breaker{
      .failure_threshold = 0, .failure_rate = 1.0, .window = last_calls(10), .min_calls = 10}}};
  for (int i = 0; i < 4; ++i) static_cast<void>(b.guarded(fails));
  for (int i = 0; i < 4; ++i) static_cast<void>(b.guarded(answers));

  b.exchange([](auto& all) {
    all.breaker.window = last_calls(5);
    all.breaker.min_calls = 5;
  });
  EXPECT_EQ(b.guarded.stats().breaker.calls, 5U);
  EXPECT_EQ(b.guarded.stats().breaker.failures, 1U);
  b.exchange([](auto& all) { all.breaker.window = last_calls(20); });

  EXPECT_EQ(b.guarded.stats().breaker.calls, 5U);
  EXPECT_EQ(b.guarded.stats().breaker.failures, 1U);
}

TEST(GuardLive, TheBudgetKeepsItsTokensUpToTheNewCapacity) {
  live_bench b{{.retry = attempts(3), .budget{.capacity = 10, .per_second = 0, .per_call = 0}}};
  static_cast<void>(b.guarded(fails));
  EXPECT_DOUBLE_EQ(b.guarded.stats().budget_tokens, 8);

  b.exchange([](auto& all) { all.budget.capacity = 50; });
  EXPECT_DOUBLE_EQ(b.guarded.stats().budget_tokens, 8);
  b.exchange([](auto& all) { all.budget.capacity = 5; });

  EXPECT_DOUBLE_EQ(b.guarded.stats().budget_tokens, 5);
}

TEST(GuardLive, GuardsJoinAndLeaveASharedBudget) {
  live_bench b{{.retry = attempts(3), .budget{.capacity = 10, .per_second = 0, .per_call = 0}}};
  shared_budget const common{{.capacity = 4, .per_second = 0, .per_call = 0}};

  b.exchange([&](auto& all) {
    all.budget = {};
    all.shared_budget = common;
  });
  static_cast<void>(b.guarded(fails));
  EXPECT_DOUBLE_EQ(common.tokens(b.time.now()), 2);
  b.exchange([](auto& all) {
    all.shared_budget = operation_options{}.shared_budget;
    all.budget = {.capacity = 7, .per_second = 0, .per_call = 0};
  });
  static_cast<void>(b.guarded(fails));

  EXPECT_DOUBLE_EQ(common.tokens(b.time.now()), 2);
  EXPECT_DOUBLE_EQ(b.guarded.stats().budget_tokens, 5);
}

TEST(GuardLive, ABulkheadComesGrowsAndGoes) {
  live_bench b{{}};
  auto const inner = [&] { return b.guarded(answers).has_value(); };
  b.guarded([&] {
    b.exchange([](auto& all) { all.bulkhead.max_concurrent = 1; });
    EXPECT_TRUE(inner()) << "the call around it has no place";
  });

  b.guarded([&] {
    EXPECT_FALSE(inner());
    b.exchange([](auto& all) { all.bulkhead.max_concurrent = 2; });
    EXPECT_TRUE(inner());
    b.exchange([](auto& all) { all.bulkhead.max_concurrent = 0; });
    EXPECT_TRUE(inner());
    b.exchange([](auto& all) { all.bulkhead.max_concurrent = 1; });
    EXPECT_FALSE(inner());
  });

  EXPECT_EQ(b.guarded.stats().running, 0);
  EXPECT_TRUE(inner());
}

TEST(GuardLive, ALimiterKeepsTheTurnsThatAreLeft) {
  live_bench b{{.limiter{.per_second = 1, .burst = 4}}};
  b.guarded([] {});
  b.guarded([] {});

  b.exchange([](auto& all) { all.limiter = {.per_second = 100, .burst = 3}; });
  EXPECT_DOUBLE_EQ(b.guarded.stats().turns.value_or(0), 2);
  b.time.advance(10ms);

  EXPECT_DOUBLE_EQ(b.guarded.stats().turns.value_or(0), 3);
  b.exchange([](auto& all) { all.limiter = {.per_second = off}; });
  EXPECT_FALSE(b.guarded.stats().turns);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(b.guarded(answers));
}

TEST(GuardLive, HangingCallsAreLookedForFromTheExchangeOn) {
  live_bench b{{.breaker{.failure_threshold = 0}}};
  b.exchange([](auto& all) {
    all.breaker.slow_call = 1s;
    all.breaker.max_hanging = 1;
  });

  b.guarded([&] {
    for (int i = 0; i < 4; ++i) b.time.advance(1s);
  });

  EXPECT_EQ(b.guarded.state(), breaker_state::open);
}

TEST(GuardLive, AFixedGuardSaysHowToMakeALiveOne) {
  guard_bench b;
  guard const fixed{"fixed", b.around};

  try {
    fixed.reconfigure({});
    FAIL() << "nothing was thrown";
  } catch (invalid_options const& why) {
    EXPECT_NE(std::string{why.what()}.find("liveness::live"), std::string::npos) << why.what();
  }
}

TEST(GuardLive, PoliciesThatContradictEachOtherChangeNothing) {
  live_bench b{{.retry = attempts(2)}};
  operation_options wrong = b.policies;
  wrong.retry = {.max_attempts = 5, .initial_delay = 10s, .max_delay = 1s};

  EXPECT_THROW(b.guarded.reconfigure(wrong), invalid_options);

  EXPECT_EQ(b.attempts_of_a_call(), 2);
}

TEST(GuardLive, WhatASuccessCountsIsKeptWhereATimeWindowIsExchanged) {
  live_bench b{{.breaker{.failure_threshold = 0,
                         .failure_rate = 0.5,
                         .window = last_span(10s, 10),
                         .min_calls = 100}}};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(b.guarded(answers));

  b.exchange([](auto& all) { all.breaker.window = last_span(60s, 6); });
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(b.guarded(answers));

  EXPECT_EQ(b.guarded.stats().successes, 10U);
  EXPECT_LE(b.guarded.stats().breaker.calls, 10U);
  EXPECT_GE(b.guarded.stats().breaker.calls, 5U);
}

/// Takes what is transient for a lasting failure.
struct hopeless final : failure_rules {
  [[nodiscard]] failure apply(failure const& seen) const noexcept override {
    failure changed = seen;
    if (seen.category == category::transient) changed.advice = advice::never;
    return changed;
  }
};

TEST(GuardLive, RulesChangeWhatFailuresMeanFromTheNextCallOn) {
  live_bench b{{.retry = attempts(3)}};
  EXPECT_EQ(b.attempts_of_a_call(), 3);

  b.exchange([](auto& all) { all.rules = std::make_shared<hopeless>(); });

  EXPECT_EQ(b.attempts_of_a_call(), 1);
}

TEST(GuardSnapshot, AnotherGuardTakesUpWhereItWasMade) {
  guard_bench b;
  guard const first{"first", attempts(3), b.nervous,
                    budget{.capacity = 10, .per_second = 0, .per_call = 0}, b.around};
  guard const second{"second", attempts(3), b.nervous,
                     budget{.capacity = 10, .per_second = 0, .per_call = 0}, b.around};
  static_cast<void>(first(fails));

  second.restore(first.snapshot());

  EXPECT_EQ(second.state(), breaker_state::open);
  EXPECT_EQ(second.stats().breaker.open_until, first.stats().breaker.open_until);
  EXPECT_DOUBLE_EQ(second.stats().budget_tokens, first.stats().budget_tokens);
  EXPECT_FALSE(second(answers));
  b.time.advance(1s);
  EXPECT_TRUE(second(answers));
}

TEST(GuardSnapshot, CallsInProgressAreLateWhereAGuardIsRestored) {
  guard_bench b;
  guard const one{"one", breaker{.failure_threshold = 1}, b.around};
  gate_snapshot const fresh = one.snapshot();

  static_cast<void>(one([&] {
    one.restore(fresh);
    return fails();
  }));

  EXPECT_EQ(one.state(), breaker_state::closed);
}

TEST(GuardPerKeyLive, GuardsOfAllKeysGetTheNewPoliciesThoseToComeIncluded) {
  guard_bench b;
  operation_options policies{
      .name = "tenant", .retry = attempts(2), .liveness = liveness::live, .surroundings = b.around};
  guard_per_key const tenants{policies};
  auto const attempts_for = [&](std::string_view key) {
    int made = 0;
    static_cast<void>(tenants(key, [&] {
      ++made;
      return fails();
    }));
    return made;
  };
  EXPECT_EQ(attempts_for("a"), 2);

  policies.retry = attempts(4);
  tenants.reconfigure(policies);

  EXPECT_EQ(attempts_for("a"), 4);
  EXPECT_EQ(attempts_for("b"), 4);
  EXPECT_EQ(attempts_for(std::string(100, 'x')), 4) << "of those without a guard of their own";
}

TEST(SharedBudgetLive, ItKeepsItsTokensUpToTheNewCapacity) {
  guard_bench b;
  shared_budget const common{{.capacity = 10, .per_second = 0, .per_call = 0}};
  guard const one{"one", attempts(3), common, b.around};
  static_cast<void>(one(fails));

  common.reconfigure({.capacity = 100, .per_second = 0, .per_call = 0}, b.time.now());
  EXPECT_DOUBLE_EQ(common.tokens(b.time.now()), 8);
  common.reconfigure({.capacity = 1, .per_second = 0, .per_call = 0}, b.time.now());

  EXPECT_DOUBLE_EQ(common.tokens(b.time.now()), 1);
  EXPECT_THROW(common.reconfigure({.capacity = -5}, b.time.now()), invalid_options);
}

}  // namespace
}  // namespace holdfast
