#include "holdfast/state/circuit_facts.hpp"

#include "holdfast/core/breaker_machine.hpp"
#include "state/records.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::monday;

constexpr instant noon{12h};
constexpr clock_reading at_noon{.now = noon, .wall = monday};

operation_record in_state(breaker_state state, instant open_until) {
  return record_of("a",
                   {.state = state, .generation = 2, .since = noon - 5s, .open_until = open_until},
                   std::nullopt, at_noon);
}

TEST(CircuitFacts, ABreakerThatNeverLeftItsFirstStateCameIntoItAtNoTime) {
  EXPECT_EQ(state_begun(record_of("a", {.since = noon - 5s}, std::nullopt, at_noon)), std::nullopt);
  EXPECT_EQ(state_begun(in_state(breaker_state::closed, {})), monday - 5s);
}

TEST(CircuitFacts, OpenCircuitsAndOverridesEndWhereTheyHaveAnEnd) {
  EXPECT_EQ(state_end(in_state(breaker_state::open, noon + 25s)), monday + 25s);
  EXPECT_EQ(state_end(in_state(breaker_state::forced_open, noon + 25s)), monday + 25s);
  EXPECT_EQ(state_end(in_state(breaker_state::forced_open, never_reached)), std::nullopt);
  EXPECT_EQ(state_end(in_state(breaker_state::closed, noon + 25s)), std::nullopt);
  EXPECT_EQ(state_end(in_state(breaker_state::half_open, noon + 25s)), std::nullopt);
}

// The windows are those of real breakers: by calls and by time.
TEST(CircuitFacts, AWindowIsSummedUpAsItsBreakerCountsIt) {
  for (breaker_window const& each : {last_calls(100), last_span(10s)}) {
    breaker const options{.failure_rate = 0.5, .window = each, .min_calls = 50};
    core::breaker_machine machine{options, random_bits{1}};
    for (int i = 0; i < 30; ++i) {
      auto const asked = machine.ask(noon);
      static_cast<void>(
          machine.record(asked.pass, i % 3 == 0 ? verdict::failure : verdict::success, {}, noon));
    }

    auto const all = window_totals_of(record_of("a", machine.snapshot(), std::nullopt, at_noon));

    ASSERT_TRUE(all);
    EXPECT_EQ(all->calls, 30U);
    EXPECT_EQ(all->failures, 10U);
    EXPECT_EQ(all->slow, 0U);
  }
}

TEST(CircuitFacts, WithoutARateThereIsNoWindowAndWithoutABudgetThereAreNoTokens) {
  operation_record const bare = record_of("a", {}, std::nullopt, at_noon);
  EXPECT_EQ(window_totals_of(bare), std::nullopt);
  EXPECT_EQ(budget_tokens(bare), std::nullopt);
}

TEST(CircuitFacts, TokensAreCountedInTokens) {
  budget const options{.capacity = 7.5};
  core::budget_machine const machine{options};
  auto const tokens = budget_tokens(record_of("a", {}, machine.snapshot(), at_noon));
  ASSERT_TRUE(tokens);
  EXPECT_DOUBLE_EQ(*tokens, 7.5);
}

}  // namespace
}  // namespace holdfast
