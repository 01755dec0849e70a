#include "drive/asio/running.hpp"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// Counts what a coroutine guard tells, as metrics do.
struct measured {
  explicit measured(guard const& one) {
    one.on_event(told);
    one.measure(std::make_shared<nothing>(), durations);
  }

  class nothing final : public event_sink {
   public:
    void on_event(event const&) override {}
    [[nodiscard]] event_interest interest() const noexcept override {
      return event_interest::none();
    }
  };

  [[nodiscard]] std::uint64_t timed() const { return durations->calls().read().values; }
  [[nodiscard]] std::size_t recovered() const { return told.of(event_kind::call_recovered).size(); }

  event_recorder told;
  std::shared_ptr<call_durations> durations = std::make_shared<call_durations>();
};

retry twice() {
  return {.max_attempts = 2, .initial_delay = 1ms, .max_delay = 1ms, .idempotent = true};
}
retry once() { return {.max_attempts = 1, .idempotent = true}; }

TEST(MeasuredCoroutine, EveryCallOfAWebServiceIsTimed) {
  guard const page{"page", operation_kind::http};
  measured const by{page};

  for (int i = 0; i < 5; ++i) {
    run_to_end(page([]() -> awaitable<void> { co_await sleep_for(2ms); }));
  }

  EXPECT_EQ(by.timed(), 5U);
  EXPECT_GE(by.durations->calls().read().sum, 10ms);
  EXPECT_EQ(page.stats().successes, 5U);
}

TEST(MeasuredCoroutine, OfOtherOperationsAboutOneIn64Is) {
  guard const page{"page"};
  measured const by{page};

  for (int i = 0; i < 6400; ++i) run_to_end(page([]() -> awaitable<void> { co_return; }));

  EXPECT_GT(by.timed(), 50U);
  EXPECT_LT(by.timed(), 170U);
  EXPECT_EQ(page.stats().successes, 6400U);
}

TEST(MeasuredCoroutine, ACallWithOptionsCountsOnceTowardsTheNextSample) {
  guard const page{"page"};
  measured const by{page};

  for (int i = 0; i < 6400; ++i) {
    run_to_end(page.with({.correlation_id = "a"})([]() -> awaitable<void> { co_return; }));
  }

  EXPECT_GT(by.timed(), 50U);
  EXPECT_LT(by.timed(), 150U);
}

TEST(MeasuredCoroutine, ARetriedCallIsCountedOnceAsRecovered) {
  guard const page{"page", operation_kind::http, twice()};
  measured const by{page};

  run_to_end(page([](attempt const& a) -> awaitable<void> {
    int const number = a.number();
    co_await sleep_for(1ms);
    if (number == 1) throw connection_lost();
  }));

  EXPECT_EQ(page.stats().successes, 0U);
  EXPECT_EQ(by.recovered(), 1U);
  EXPECT_EQ(by.told.of(event_kind::call_recovered)[0].told->attempts, 2);
}

TEST(MeasuredCoroutine, AHedgeThatWinsIsCountedOnceAndTimed) {
  guard const page{"page", operation_kind::http, once(), hedge{.delay = 5ms}};
  measured const by{page};

  int const winner = run_to_end(page([](attempt const& a) -> awaitable<int> {
    int const number = a.number();
    co_await sleep_for(number == 1 ? duration{1h} : duration{1ms});
    co_return number;
  }));

  EXPECT_EQ(winner, 2);
  EXPECT_EQ(page.stats().successes, 1U);
  EXPECT_EQ(by.recovered(), 0U);
  EXPECT_EQ(by.timed(), 1U);
}

TEST(MeasuredCoroutine, AFirstAttemptThatWinsAfterItsHedgeHasFailedIsCountedOnce) {
  guard const page{"page", operation_kind::http, once(), hedge{.delay = 5ms}};
  measured const by{page};

  int const winner = run_to_end(page([](attempt const& a) -> awaitable<int> {
    int const number = a.number();
    co_await sleep_for(number == 1 ? 40ms : 1ms);
    if (number == 2) throw connection_lost();
    co_return number;
  }));

  EXPECT_EQ(winner, 1);
  EXPECT_EQ(page.stats().successes, 1U);
  EXPECT_EQ(by.recovered(), 0U);
  EXPECT_EQ(by.told.of(event_kind::attempt_failed).size(), 1U) << "the hedge's failure is told";
}

TEST(MeasuredCoroutine, AHedgeThatWinsAfterTheFirstAttemptHasFailedRecovers) {
  guard const page{"page", operation_kind::http, once(), hedge{.delay = 1h}};
  measured const by{page};

  int const winner = run_to_end(page([](attempt const& a) -> awaitable<int> {
    int const number = a.number();
    co_await sleep_for(1ms);
    if (number == 1) throw connection_lost();
    co_return number;
  }));

  EXPECT_EQ(winner, 2);
  EXPECT_EQ(page.stats().successes, 0U);
  EXPECT_EQ(by.recovered(), 1U);
}

}  // namespace
}  // namespace holdfast
