// Numbers of the conformance list that lie across the machines; docs/conformance.md has them all.
#include "core/breaker_played.hpp"
#include "holdfast/core/retry_machine.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

TEST(Conformance, Case08OfNineCallsAWindowOfFiveHoldsTheLastFive) {
  played circuit{
      {.failure_threshold = 0, .failure_rate = 1.0, .window = last_calls(5), .min_calls = 5}};

  circuit.calls({F, S, S, F, S, S, F, S, S});

  EXPECT_EQ(circuit.stats().calls, 5U);
  EXPECT_EQ(circuit.stats().failures, 1U);
  EXPECT_EQ(circuit.stats().failure_rate, 0.2);
}

TEST(Conformance, Trap36WhatIsInDoubtIsNotRepeatedThoughTheOperationIsIdempotent) {
  retry const options{.max_attempts = 5, .idempotent = true};
  retry_machine call{options, start, random_bits{1}};
  failure const lost_commit{.category = category::in_doubt, .advice = advice::resolve_first};

  EXPECT_EQ(call.on_failure(lost_commit, start), retry_step{stop{stop_reason::in_doubt}});
}

}  // namespace
}  // namespace holdfast::core
