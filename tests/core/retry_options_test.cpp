#include "holdfast/core/retry_fields.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> complaints(retry const& options) {
  std::vector<std::string> lines;
  for (field_problem const& each : check_fields(options)) {
    lines.push_back(each.field + ": " + each.found + " (" + each.allowed + ")");
  }
  return lines;
}

TEST(RetryOptions, TheDefaultsAreSound) { EXPECT_THAT(complaints(retry{}), IsEmpty()); }

TEST(RetryOptions, TheTableHoldsEveryFieldInTheOrderOfTheStruct) {
  std::vector<std::string_view> names;
  for_each_field<retry>([&](auto const& row) { names.push_back(row.name); });

  EXPECT_THAT(
      names, ElementsAre("max_attempts", "backoff", "initial_delay", "backoff_factor", "delay_step",
                         "delays", "max_delay", "jitter", "jitter_factor", "max_elapsed",
                         "max_retry_after", "idempotent", "wait_for_circuit", "per_category"));
}

TEST(RetryOptions, ACapBelowTheInitialDelayIsAContradiction) {
  EXPECT_THAT(complaints({.initial_delay = 100ms, .max_delay = 50ms}),
              ElementsAre("max_delay: 50ms is below initial_delay (100ms) (initial_delay .. 7d)"));
}

TEST(RetryOptions, EveryValueOutOfRangeIsToldAtOnce) {
  EXPECT_THAT(complaints({.max_attempts = 0,
                          .backoff_factor = 0.5,
                          .delays = {1s, 192h},
                          .per_category = {{category::timeout, {.max_attempts = 1001}}}}),
              ElementsAre("max_attempts: 0 is out of range (1 .. 1000)",
                          "backoff_factor: 0.5 is out of range (1 .. 1000)",
                          "delays: 8d is out of range (0s .. 7d)",
                          "per_category.timeout.max_attempts: 1001 is out of range (1 .. 1000)"));
}

TEST(RetryOptions, AFactorThatIsNoNumberIsRefused) {
  EXPECT_EQ(complaints({.backoff_factor = std::numeric_limits<double>::quiet_NaN()}).size(), 1U);
}

TEST(RetryOptions, AListIsNeededExactlyWhereItIsUsed) {
  EXPECT_THAT(complaints({.backoff = backoff::delays}),
              ElementsAre("delays: backoff is delays, but the list is empty (one delay or more)"));
  EXPECT_THAT(complaints({.delays = {1s}}),
              ElementsAre("delays: is not used, since backoff is exponential (an empty list, or "
                          "backoff delays)"));
  EXPECT_THAT(complaints({.backoff = backoff::delays, .delays = {10ms}, .max_delay = 50ms}),
              IsEmpty());
  EXPECT_THAT(complaints({.delays = {1s},
                          .per_category = {{category::timeout, {.backoff = backoff::delays}}}}),
              IsEmpty());
  EXPECT_THAT(complaints({.per_category = {{category::timeout, {.backoff = backoff::delays}}}}),
              ElementsAre("per_category.timeout.backoff: is delays, but the list delays is empty "
                          "(exponential, linear, constant; or a list of delays)"));
}

TEST(RetryOptions, AListIsNotCutByTheCapInSilence) {
  EXPECT_THAT(complaints({.backoff = backoff::delays, .delays = {1s, 1min, 2min}}),
              ElementsAre("delays: 1m is above max_delay (10s) (0s .. max_delay)"));
}

TEST(RetryOptions, DecorrelatedJitterIgnoresNoBackoffInSilence) {
  EXPECT_THAT(complaints({.backoff = backoff::linear, .jitter = jitter::decorrelated}),
              ElementsAre("jitter: decorrelated makes a sequence of its own and would ignore "
                          "backoff linear (none, proportional, full, equal; or backoff "
                          "exponential)"));
}

TEST(RetryOptions, AnOverrideIsJudgedTogetherWithWhatItOverrides) {
  EXPECT_THAT(complaints({.per_category = {{category::timeout, {.max_delay = 50ms}},
                                           {category::throttled, {.initial_delay = 20s}}}}),
              ElementsAre("per_category.timeout.max_delay: 50ms is below initial_delay (100ms) "
                          "(initial_delay .. 7d)",
                          "per_category.throttled.initial_delay: 20s is above max_delay (10s) "
                          "(1ns .. max_delay)"));
}

TEST(RetryOptions, Trap32ThrottledStartsAtASecondUnlessItIsTold) {
  EXPECT_EQ(pacing_after({}, category::throttled).initial_delay, 1s);
  EXPECT_EQ(pacing_after({}, category::timeout).initial_delay, 100ms);
  EXPECT_EQ(pacing_after({.initial_delay = 5s}, category::throttled).initial_delay, 5s);
  EXPECT_EQ(pacing_after({.per_category = {{category::throttled, {.initial_delay = 10ms}}}},
                         category::throttled)
                .initial_delay,
            10ms);
  EXPECT_EQ(pacing_after({.per_category = {{category::throttled, {.max_attempts = 9}}}},
                         category::throttled)
                .initial_delay,
            1s)
      << "what an override does not name keeps its default";
}

TEST(RetryOptions, EveryNumberOfAnOverrideIsUsed) {
  retry const options{.per_category = {{category::timeout,
                                        {.backoff = backoff::linear,
                                         .initial_delay = 2s,
                                         .backoff_factor = 3,
                                         .delay_step = 4s,
                                         .max_delay = 5s}}}};

  auto const numbers = pacing_after(options, category::timeout);

  EXPECT_EQ(numbers.backoff, backoff::linear);
  EXPECT_EQ(numbers.initial_delay, 2s);
  EXPECT_EQ(numbers.backoff_factor, 3);
  EXPECT_EQ(numbers.delay_step, 4s);
  EXPECT_EQ(numbers.max_delay, 5s);
}

TEST(RetryOptions, TheLimitOfOneCallIsNeverPassedByAnOverride) {
  retry const options{.max_attempts = 3,
                      .per_category = {{category::timeout, {.max_attempts = 5}}}};

  EXPECT_EQ(attempts_allowed(options, category::data, 0), 3);
  EXPECT_EQ(attempts_allowed(options, category::timeout, 0), 5);
  EXPECT_EQ(attempts_allowed(options, category::data, 7), 7);
  EXPECT_EQ(attempts_allowed(options, category::timeout, 7), 5);
  EXPECT_EQ(attempts_allowed(options, category::timeout, 2), 2);
}

}  // namespace
}  // namespace holdfast::core
