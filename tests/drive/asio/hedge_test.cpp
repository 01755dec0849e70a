#include "drive/asio/running.hpp"

#include <vector>

#include <boost/asio/redirect_error.hpp>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

retry once() { return {.max_attempts = 1, .idempotent = true}; }

TEST(HedgedCoroutine, ASlowAttemptIsOvertakenAndCancelled) {
  guard const hedged{"hedged", once(), hedge{.delay = 10ms}};
  std::vector<int> ended;
  int const winner = run_to_end(hedged([&](attempt const& a) -> awaitable<int> {
    int const number = a.number();
    struct noting {
      ~noting() { all.push_back(which); }
      std::vector<int>& all;
      int which;
    } const noted{ended, number};
    co_await sleep_for(number == 1 ? duration{1h} : duration{5ms});
    co_return number;
  }));
  EXPECT_EQ(winner, 2);
  EXPECT_EQ(ended, (std::vector{2, 1})) << "the loser has ended before the call has";
}

TEST(HedgedCoroutine, AFastAttemptIsLeftAlone) {
  guard const hedged{"hedged", once(), hedge{.delay = 1h}};
  int attempts = 0;
  run_to_end(hedged([&]() -> awaitable<void> {
    ++attempts;
    co_await sleep_for(1ms);
  }));
  EXPECT_EQ(attempts, 1);
}

TEST(HedgedCoroutine, Trap31ARetryableFailureStartsTheNextAtOnce) {
  guard const hedged{"hedged", once(), hedge{.delay = 1h, .max_hedges = 2}};
  int const winner = run_to_end(hedged([&](attempt const& a) -> awaitable<int> {
    int const number = a.number();
    co_await sleep_for(1ms);
    if (number < 3) throw connection_lost();
    co_return number;
  }));
  EXPECT_EQ(winner, 3);
}

TEST(HedgedCoroutine, Trap31AFinalFailureEndsTheRace) {
  guard const hedged{"hedged", once(), hedge{.delay = 5ms}};
  auto const answer = run_to_end(hedged([&](attempt const& a) -> awaitable<expected<int, failure>> {
    if (a.number() == 1) co_await sleep_for(1h);
    co_return unexpected{failure{.category = category::data, .advice = advice::never}};
  }));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().category, category::data);
}

// Both wait for the same timer, so that they end before the call has looked at either.
TEST(HedgedCoroutine, TheFailureThatEndsTheRaceIsTheCallsAlsoWhereAnotherEndsAtTheSameMoment) {
  guard const hedged{"hedged", once(), hedge{.delay = 2ms}};
  event_recorder told;
  hedged.on_event(told);
  boost::asio::io_context context;
  boost::asio::steady_timer moment{context, 1h};
  auto const answer = run_to_end(
      context, hedged([&](attempt const& a) -> awaitable<expected<int, failure>> {
        if (a.number() == 2) moment.expires_after(10ms);
        boost::system::error_code ignored;
        while (moment.expiry() > std::chrono::steady_clock::now()) {
          co_await moment.async_wait(boost::asio::redirect_error(use_awaitable, ignored));
        }
        bool const first = a.number() == 1;
        co_return unexpected{failure{.category = first ? category::data : category::transient,
                                     .advice = first ? advice::never : advice::after_backoff}};
      }));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().category, category::data);
  auto const ends = told.of(event_kind::call_failed);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].seen->category, category::data);
}

TEST(HedgedCoroutine, Case83ABudgetThatRefusesAHedgeLeavesTheFirstAttemptAlone) {
  guard const hedged{"hedged", once(), hedge{.delay = 5ms}, budget{.capacity = 1, .per_second = 0}};
  empty_budget(hedged);
  event_recorder told;
  hedged.on_event(told);
  int attempts = 0;
  int const answer = run_to_end(hedged([&](attempt const& a) -> awaitable<int> {
    ++attempts;
    co_await sleep_for(30ms);
    co_return a.number();
  }));
  EXPECT_EQ(answer, 1);
  EXPECT_EQ(attempts, 1);
  auto const refusals = told.of(event_kind::hedge_refused);
  ASSERT_EQ(refusals.size(), 1U);
  EXPECT_EQ(refusals[0].stopped, stop_reason::no_budget);
}

TEST(HedgedCoroutine, AHedgeThatTheBudgetRefusesTakesNoTurnOfTheLimiter) {
  guard const hedged{"hedged", once(), hedge{.delay = 2ms},
                     budget{.capacity = 1, .per_second = 0, .per_call = 0},
                     limiter{.per_second = 0.001, .burst = 4}};
  auto const answered_by = [&hedged](int number) {
    return run_to_end(hedged([number](attempt const& a) -> awaitable<int> {
      if (a.number() < number) co_await sleep_for(1h);
      co_await sleep_for(20ms);
      co_return a.number();
    }));
  };

  EXPECT_EQ(answered_by(2), 2) << "two turns and the token";
  EXPECT_EQ(answered_by(1), 1) << "the third turn";
  EXPECT_EQ(answered_by(1), 1) << "the fourth";
}

TEST(HedgedCoroutine, AHedgeThatIsRefusedAPlaceGivesItsTokenBack) {
  guard const hedged{"hedged", once(), hedge{.delay = 2ms},
                     budget{.capacity = 10, .per_second = 0, .per_call = 0},
                     bulkhead{.max_concurrent = 1}};
  event_recorder told;
  hedged.on_event(told);

  run_to_end(hedged([]() -> awaitable<void> { co_await sleep_for(20ms); }));

  ASSERT_EQ(told.of(event_kind::hedge_refused).size(), 1U);
  EXPECT_EQ(told.of(event_kind::hedge_refused)[0].stopped, stop_reason::bulkhead_full);
  EXPECT_NEAR(hedged.stats().budget_tokens, 10, 0.01);
}

TEST(HedgedCoroutine, OnlyTheFirstOfItsAttemptsDepositsAndTheHedgePays) {
  guard const hedged{"hedged", once(), hedge{.delay = 2ms},
                     budget{.capacity = 10, .per_second = 0, .per_call = 0.5}};
  run_to_end(hedged([&](attempt const& a) -> awaitable<void> {
    if (a.number() == 1) co_await sleep_for(1h);
  }));
  EXPECT_NEAR(hedged.stats().budget_tokens, 9.0, 0.51) << "one token out, at most half a token in";
}

TEST(HedgedCoroutine, TheLoserIsNoFailureOfTheDependency) {
  guard const hedged{"hedged", once(), hedge{.delay = 2ms}, breaker{.failure_threshold = 1}};
  run_to_end(hedged([&](attempt const& a) -> awaitable<void> {
    if (a.number() == 1) co_await sleep_for(1h);
  }));
  EXPECT_EQ(hedged.state(), breaker_state::closed);
}

TEST(HedgedCoroutine, AHedgeNeedsAnIdempotentOperation) {
  EXPECT_THROW(guard("hedged", hedge{}), invalid_options);
}

TEST(HedgedCoroutine, ABlockingCallIsNotHedgedAndThatIsTold) {
  guard const hedged{"hedged", once(), hedge{.delay = 1ms}};
  event_recorder told;
  hedged.on_event(told);
  hedged([] {});
  hedged([] {});
  EXPECT_EQ(told.of(event_kind::unhedged_call).size(), 1U);
}

}  // namespace
}  // namespace holdfast
