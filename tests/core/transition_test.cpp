#include "holdfast/core/transition.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using enum breaker_state;

constexpr instant start{};

/// A change from closed to open for 30 s.
transition opened(transition_reason reason, std::int64_t count, std::int64_t calls, double limit) {
  return {.from = closed,
          .to = open,
          .reason = reason,
          .cause = reason,
          .count = count,
          .calls = calls,
          .threshold = limit,
          .at = start,
          .open_until = start + 30s + 7us};
}

TEST(Transition, ATripIsToldWithItsNumbers) {
  EXPECT_EQ(describe(opened(transition_reason::consecutive_failures, 5, 0, 5)),
            "closed -> open: 5 failures in a row (limit 5); probing in 30s");
  EXPECT_EQ(describe(opened(transition_reason::consecutive_failures, 1, 0, 1)),
            "closed -> open: 1 failure in a row (limit 1); probing in 30s");
  EXPECT_EQ(describe(opened(transition_reason::failure_rate, 26, 50, 0.51)),
            "closed -> open: 26 of 50 calls failed (52 %, limit 51 %); probing in 30s");
  EXPECT_EQ(describe(opened(transition_reason::slow_call_rate, 1, 3, 0.333)),
            "closed -> open: 1 of 3 calls slow (33.3 %, limit 33.3 %); probing in 30s");
  EXPECT_EQ(describe(opened(transition_reason::hanging_calls, 3, 0, 2)),
            "closed -> open: 3 calls hang (limit 2); probing in 30s");
}

TEST(Transition, TheWayBackIsTold) {
  EXPECT_EQ(describe({.from = open, .to = half_open, .reason = transition_reason::wait_over}),
            "open -> half_open: the wait is over");
  EXPECT_EQ(describe({.from = half_open,
                      .to = open,
                      .reason = transition_reason::probe_failed,
                      .at = start,
                      .open_until = start + 1min}),
            "half_open -> open: a probe failed; probing in 1m");
  EXPECT_EQ(describe({.from = half_open,
                      .to = ramping,
                      .reason = transition_reason::probes_succeeded,
                      .count = 2,
                      .threshold = 2}),
            "half_open -> ramping: 2 probes succeeded (limit 2)");
  EXPECT_EQ(describe({.from = ramping, .to = closed, .reason = transition_reason::ramp_over}),
            "ramping -> closed: all calls are admitted again");
}

TEST(Transition, WhatWasDoneByHandIsToldWithItsReasonAndEnd) {
  transition by_hand{.from = closed,
                     .to = forced_open,
                     .reason = transition_reason::forced,
                     .at = start,
                     .open_until = start + 10min,
                     .why = "maintenance"};
  EXPECT_EQ(describe(by_hand), "closed -> forced_open: set by hand (maintenance); for 10m");
  by_hand.open_until = never_reached;
  by_hand.why = "";
  EXPECT_EQ(describe(by_hand), "closed -> forced_open: set by hand; without end");
  EXPECT_EQ(
      describe({.from = forced_open, .to = half_open, .reason = transition_reason::override_over}),
      "forced_open -> half_open: the override is over");
  EXPECT_EQ(
      describe(
          {.from = open, .to = closed, .reason = transition_reason::reset, .why = "back again"}),
      "open -> closed: reset by hand (back again)");
}

TEST(Transition, WhatWouldOpenIsToldWithItsCause) {
  transition told = opened(transition_reason::failure_rate, 3, 4, 0.5);
  told.from = told.to = observe_only;
  told.reason = transition_reason::would_open;

  EXPECT_EQ(describe(told),
            "observe_only -> observe_only: would open: 3 of 4 calls failed (75 %, limit 50 %)");
}

TEST(Transition, Trap13AWaitAsLongAsAnyDurationIsToldAsOne) {
  transition far = opened(transition_reason::consecutive_failures, 1, 0, 1);
  far.open_until = never_reached - 1ns;

  EXPECT_EQ(describe(far),
            "closed -> open: 1 failure in a row (limit 1); probing in 9223372036.854s");
}

TEST(Transition, EveryReasonHasAText) {
  for (auto const& row : names_of<transition_reason>::table) {
    EXPECT_GT(describe_cause({.reason = row.value}).size(), 5U) << row.name;
  }
}

}  // namespace
}  // namespace holdfast
