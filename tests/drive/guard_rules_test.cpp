#include "drive/guard_bench.hpp"

#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(GuardRules, AValueThatThePredicateSendsBackIsTriedAgain) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, b.nervous, b.around};
  int calls = 0;

  int const last = jobs([&] { return ++calls * 10; }, retry_if([](int seen) { return seen < 30; }));

  EXPECT_EQ(last, 30);
  EXPECT_EQ(b.time.slept(), (std::vector<duration>{100ms, 200ms}));
  EXPECT_EQ(jobs.state(), breaker_state::closed) << "each answer is a sign of life";
}

TEST(GuardRules, AValueThatIsSentBackToTheEndIsReturnedAsItIs) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, b.around};
  story told;

  std::unique_ptr<int> const last =
      jobs.with({.story = &told})([] { return std::make_unique<int>(3); },
                                  retry_if([](std::unique_ptr<int> const&) { return true; }));

  EXPECT_EQ(*last, 3);
  EXPECT_EQ(told.attempts, 3);
  EXPECT_EQ(told.stopped, stop_reason::attempts_spent);
}

TEST(GuardRules, AFailingResultThatIsSentBackIsTriedAgainWhateverItsAdvice) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, b.around};
  int calls = 0;
  auto const refused_for_good = [&]() -> outcome {
    ++calls;
    return unexpected{failure{.category = category::data, .advice = advice::never}};
  };

  static_cast<void>(jobs(refused_for_good, retry_if([](auto const& seen) { return !seen; })));
  EXPECT_EQ(calls, 3);

  static_cast<void>(jobs(refused_for_good, retry_if([](outcome const&) { return false; })));
  EXPECT_EQ(calls, 4) << "false leaves it to the advice";
}

TEST(GuardRules, OfAFailureThePredicateDecidesInPlaceOfTheAdvice) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, b.around};
  int calls = 0;
  auto const loses = [&]() -> outcome {
    ++calls;
    return unexpected{lost_after_sending()};
  };

  static_cast<void>(jobs(loses, retry_if([](failure const&) { return true; })));
  EXPECT_EQ(calls, 3) << "withheld without it";

  calls = 0;
  static_cast<void>(jobs([&] { return ++calls, fails(); }, retry_if([](failure const& seen) {
                           return seen.category != category::transient;
                         })));
  EXPECT_EQ(calls, 1);
}

TEST(GuardRules, OfAnExceptionThePredicateSeesTheFailure) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, b.around};
  int calls = 0;
  auto const throws = [&] {
    ++calls;
    throw std::runtime_error{"broken"};
  };

  EXPECT_THROW(
      jobs(throws, retry_if([](failure const& seen) { return seen.text.view() == "broken"; })),
      std::runtime_error);

  EXPECT_EQ(calls, 3);
}

TEST(GuardRules, WhatAGuardHasRefusedIsNotTriedAgainWhateverThePredicateSays) {
  guard_bench b;
  guard const inner{"inner", breaker{}, b.around};
  inner.force_open("maintenance", off);
  guard const outer{
      "outer", retry{.max_attempts = 5, .jitter = jitter::none, .wait_for_circuit = 1s}, b.around};
  int calls = 0;

  outcome const seen = outer(
      [&] {
        ++calls;
        return inner([]() -> outcome { return 7; });
      },
      retry_if([](failure const&) { return true; }));

  EXPECT_EQ(calls, 1);
  EXPECT_EQ(seen.error().category, category::rejected);
}

TEST(GuardRules, ARetryThatIsAskedForIsPaidFromTheBudget) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, budget{.capacity = 1, .per_second = 0, .per_call = 0},
                   b.around};
  int calls = 0;

  jobs([&] { return ++calls; }, retry_if([](int) { return true; }));

  EXPECT_EQ(calls, 2);
}

TEST(GuardRules, Trap05APredicateThatThrowsOverAValueFailsTheAttemptAndIsNotRepeated) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, b.nervous, b.around};
  int calls = 0;

  EXPECT_THROW(jobs([&] { return ++calls; },
                    retry_if([](int) -> bool { throw std::runtime_error{"predicate"}; })),
               std::runtime_error);

  EXPECT_EQ(calls, 1);
  EXPECT_EQ(jobs.state(), breaker_state::open);
}

TEST(GuardRules, Trap05APredicateThatThrowsOverAFailureRecordsThatFailure) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, b.nervous, b.around};
  auto const throws = retry_if([](failure const&) -> bool { throw std::logic_error{"predicate"}; });

  EXPECT_THROW(jobs(fails, throws), std::logic_error);

  EXPECT_EQ(jobs.state(), breaker_state::open);
  EXPECT_TRUE(b.time.slept().empty());
}

TEST(GuardRules, Trap05APredicateThatThrowsGivesTheProbesPlaceBack) {
  guard_bench b;
  guard const jobs{"jobs", b.nervous, b.around};
  static_cast<void>(jobs(fails));
  b.time.advance(1s);
  auto const throws = retry_if([](int) -> bool { throw std::logic_error{"predicate"}; });

  EXPECT_THROW(jobs([] { return 1; }, throws), std::logic_error);

  EXPECT_EQ(jobs.stats().breaker.probes_running, 0);
  EXPECT_EQ(jobs([] { return 1; }), 1);
}

TEST(GuardRules, Trap05APredicateThatThrowsOverARefusalLeavesNoAttemptBehind) {
  guard_bench b;
  guard const jobs{"jobs", retry{.wait_for_circuit = 1h}, bulkhead{.max_concurrent = 1}, b.around};
  auto const refused = []() -> outcome {
    return unexpected{failure{.category = category::rejected, .advice = advice::after_wait}};
  };
  retry_if const throws{[](failure const&) -> bool { throw std::logic_error{"of the predicate"}; }};

  EXPECT_THROW(static_cast<void>(jobs(refused, throws)), std::logic_error);

  EXPECT_TRUE(b.time.slept().empty());
  EXPECT_EQ(jobs([]() -> outcome { return 1; }), 1) << "the place is free";
  EXPECT_EQ(joined_thread_block().depth(), 0U);
}

TEST(GuardRules, ASubstituteReplacesAFailingResult) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, b.around};

  auto const seen =
      jobs(fails, or_else([](failure const& why) { return outcome{why == overloaded() ? 7 : 0}; }));

  EXPECT_EQ(seen, 7);
  EXPECT_EQ(b.time.slept().size(), 2U) << "after the last attempt";
}

TEST(GuardRules, ASubstituteSwallowsAnException) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, b.around};
  auto const throws = []() -> int { throw std::runtime_error{"broken"}; };

  EXPECT_EQ(jobs(throws, or_else([] { return 7; })), 7);
}

TEST(GuardRules, ASubstituteRunsWhereNoAttemptDid) {
  guard_bench b;
  guard const jobs{"jobs", b.nervous, b.around};
  static_cast<void>(jobs(fails));
  bool ran = false;
  auto const runs = [&] { ran = true; };
  std::string told;

  jobs(runs, or_else([&](failure const& why) { told = why.text.view(); }));

  EXPECT_FALSE(ran);
  EXPECT_EQ(told, "jobs: the circuit is open; ask again in 1s");
}

TEST(GuardRules, ASubstituteDoesNotRunAfterASuccess) {
  guard const jobs{"jobs", retry{}};

  EXPECT_EQ(jobs([] { return 1; }, or_else([] { return 7; })), 1);
}

TEST(GuardRules, ASubstituteReplacesAValueThatIsSentBackToTheEnd) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, b.around};
  auto const negative = retry_if([](int seen) { return seen < 0; });

  EXPECT_EQ(jobs([] { return -1; }, negative, or_else([] { return 7; })), 7);
  EXPECT_EQ(jobs([] { return -1; }, or_else([] { return 7; }), negative), 7) << "in any order";
  EXPECT_EQ(jobs.with({.max_attempts = 1})([] { return -1; }, negative, or_else([] { return 7; })),
            7);
}

TEST(GuardRules, ASubstituteRunsOutsideOfEverything) {
  guard_bench b;
  guard const outer{"outer", b.steady, total_timeout{1s}, b.around};
  guard const inner{"inner", b.steady, b.around};
  told_events const told{inner};
  instant seen{};

  static_cast<void>(outer(fails, or_else([&] {
                            return inner([&](attempt const& a) {
                              seen = a.deadline();
                              return fails();
                            });
                          })));

  EXPECT_EQ(seen, never_reached);
  EXPECT_EQ(told.text().find("amplification"), std::string::npos);
}

TEST(GuardRules, WhatASubstituteThrowsReachesTheCallerAndIsNotRecorded) {
  guard_bench b;
  guard const jobs{"jobs", b.steady, breaker{}, b.around};
  auto const throws = or_else([]() -> outcome { throw std::logic_error{"substitute"}; });

  EXPECT_THROW(jobs(fails, throws), std::logic_error);
  EXPECT_THROW(jobs([]() -> outcome { throw std::runtime_error{"broken"}; }, throws),
               std::logic_error);

  EXPECT_EQ(jobs.stats().breaker.consecutive_failures, 4) << "three attempts, and one unknown";
}

}  // namespace
}  // namespace holdfast
