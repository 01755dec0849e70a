#include "holdfast/manage/worst_case.hpp"

#include "holdfast/base/failure_names.hpp"
#include "holdfast/core/retry_machine.hpp"
#include "manage/pauses.hpp"

#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

operation_settings settings_of(operation_options policies) {
  operation_settings made;
  made.policies = std::move(policies);
  return made;
}

TEST(WorstCase, WithoutPoliciesOneAttemptIsMadeAndNothingBoundsIt) {
  EXPECT_EQ(worst_case_of({}), (worst_case{1, off, off}));
}

TEST(WorstCase, AttemptsTakeAllOfTheirTimeAndPausesAreTheLongest) {
  auto const worst = worst_case_of(
      settings_of({.retry = {.max_attempts = 3, .initial_delay = 2s, .jitter = jitter::none},
                   .attempt_timeout = {2s}}));

  EXPECT_EQ(worst.attempts, 3);
  EXPECT_EQ(worst.time, 3 * 2s + 2s + 4s);
  EXPECT_EQ(worst.time_if_told_to_wait, 3 * 2s + 2 * 5min);
}

TEST(WorstCase, AfterThrottledThePausesBeginWithASecond) {
  auto const worst = worst_case_of(
      settings_of({.retry = {.max_attempts = 3, .jitter = jitter::none}, .attempt_timeout = {1s}}));

  EXPECT_EQ(worst.time, 3s + 1s + 2s);
}

TEST(WorstCase, TheTotalTimeoutBoundsEverything) {
  auto const worst = worst_case_of(settings_of({.retry = {}, .total_timeout = {10s}}));

  EXPECT_EQ(worst, (worst_case{3, 10s, 10s}));
}

TEST(WorstCase, NoAttemptStartsAfterMaxElapsedButOneMayRunThen) {
  auto const worst = worst_case_of(
      settings_of({.retry = {.max_attempts = 100, .max_elapsed = 30s}, .attempt_timeout = {2s}}));

  EXPECT_EQ(worst, (worst_case{100, 32s, 32s}));
}

TEST(WorstCase, ACategoryMayHaveMoreAttempts) {
  retry const options{.max_attempts = 2,
                      .per_category = {{category::timeout, {.max_attempts = 7}}}};

  EXPECT_EQ(worst_case_of(settings_of({.retry = options})).attempts, 7);
}

TEST(WorstCase, HedgesAddAttemptsAndTheirDelays) {
  auto const worst = worst_case_of(
      settings_of({.retry = {.max_attempts = 2, .jitter = jitter::none, .idempotent = true},
                   .hedge = {.delay = 300ms, .max_hedges = 2},
                   .attempt_timeout = {1s}}));

  EXPECT_EQ(worst.attempts, 6);
  EXPECT_EQ(worst.time, 2 * (1s + 2 * 300ms) + 1s);
}

TEST(WorstCase, WaitsForAPlaceATurnAndACircuitCount) {
  auto const worst =
      worst_case_of(settings_of({.retry = {.max_attempts = 1, .wait_for_circuit = 1min},
                                 .bulkhead = {.max_waiting = 5, .max_wait = 3s},
                                 .limiter = {.max_wait = 4s},
                                 .attempt_timeout = {1s}}));

  EXPECT_EQ(worst.time, 1min + 3s + 4s + 1s);
}

TEST(WorstCase, ThousandsOfWeeksDoNotOverflow) {
  duration const week = 7 * 24h;
  auto const worst = worst_case_of(settings_of({.retry = {.max_attempts = 1000,
                                                          .initial_delay = week,
                                                          .backoff_factor = 1000,
                                                          .max_delay = week,
                                                          .max_retry_after = week},
                                                .attempt_timeout = {week}}));

  EXPECT_EQ(worst.attempts, 1000);
  EXPECT_EQ(worst.time, 1999 * week);
}

duration total(std::vector<duration> const& all) {
  return std::accumulate(all.begin(), all.end(), duration{});
}

failure failed_with(category seen) {
  failure made;
  made.category = seen;
  made.advice = advice::after_backoff;
  return made;
}

retry arbitrary_retry() {
  auto const number = [](int least, int most) { return *rc::gen::inRange(least, most + 1); };
  retry options{.max_attempts = number(1, 8),
                .backoff = static_cast<backoff>(number(0, 2)),
                .initial_delay = std::chrono::milliseconds{number(1, 500)},
                .backoff_factor = 1 + number(0, 30) / 10.0,
                .max_delay = std::chrono::milliseconds{number(500, 20'000)},
                .jitter = static_cast<jitter>(number(0, 4)),
                .jitter_factor = number(0, 10) / 10.0};
  if (number(0, 1) == 1) {
    options.per_category[category::timeout] = {.max_attempts = number(1, 8),
                                               .backoff_factor = 1 + number(0, 30) / 10.0};
  }
  if (number(0, 1) == 1) {
    options.per_category[category::connection] = {.initial_delay =
                                                      std::chrono::milliseconds{number(1, 500)}};
  }
  return options;
}

RC_GTEST_PROP(WorstCase, NoSequenceOfFailuresPausesForLongerOrTriesMoreOften, ()) {
  retry const options = arbitrary_retry();
  auto const longest = longest_pauses(options);
  core::retry_machine machine{options, instant{},
                              random_bits{*rc::gen::arbitrary<std::uint64_t>()}};

  std::size_t failed = 0;
  for (instant now{};;) {
    auto const seen = *rc::gen::element(category::timeout, category::connection,
                                        category::throttled, category::transient);
    auto const step = machine.on_failure(failed_with(seen), now);
    ++failed;
    if (std::holds_alternative<core::stop>(step)) break;
    auto const* const pause = std::get_if<core::wait>(&step);
    instant const next = pause != nullptr ? pause->until : now;
    RC_ASSERT(failed <= longest.size());
    RC_ASSERT(next - now <= longest[failed - 1]);
    now = next;
  }
  RC_ASSERT(failed <= static_cast<std::size_t>(most_attempts(options)));
}

RC_GTEST_PROP(WorstCase, WithoutJitterTheBoundIsReachedByThrottling, ()) {
  retry options = arbitrary_retry();
  options.per_category.clear();
  options.jitter = jitter::none;
  core::retry_machine machine{options, instant{}, random_bits{1}};

  instant now{};
  for (;;) {
    auto const step = machine.on_failure(failed_with(category::throttled), now);
    if (auto const* const pause = std::get_if<core::wait>(&step)) now = pause->until;
    if (std::holds_alternative<core::stop>(step)) break;
  }

  RC_ASSERT(now - instant{} == total(longest_pauses(options)));
}

RC_GTEST_PROP(WorstCase, NoCallThatTimesOutEachTimePausesForLess, ()) {
  retry const options = arbitrary_retry();
  auto const shortest = shortest_pauses(options, category::timeout);
  core::retry_machine machine{options, instant{},
                              random_bits{*rc::gen::arbitrary<std::uint64_t>()}};

  instant now{};
  for (std::size_t i = 0; i < shortest.size(); ++i) {
    auto const step = machine.on_failure(failed_with(category::timeout), now);
    auto const* const pause = std::get_if<core::wait>(&step);
    RC_ASSERT(!std::holds_alternative<core::stop>(step));
    instant const next = pause != nullptr ? pause->until : now;
    RC_ASSERT(next - now >= shortest[i]);
    now = next;
  }
}

}  // namespace
}  // namespace holdfast
