#include "drive/asio/running.hpp"

#include <atomic>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

TEST(CoroutineBulkhead, WaitersHaveTheirPlacesInTheOrderTheyCame) {
  guard const narrow{"narrow", bulkhead{.max_concurrent = 1, .max_waiting = 10}};
  asio::io_context context;
  std::vector<int> order;
  int running = 0;
  for (int i = 0; i < 8; ++i) {
    asio::co_spawn(context, narrow([&order, &running, i]() -> awaitable<void> {
                     EXPECT_EQ(++running, 1);
                     co_await sleep_for(2ms);
                     order.push_back(i);
                     --running;
                   }),
                   asio::detached);
  }
  context.run();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(CoroutineBulkhead, AFullQueueRefusesAtOnceAndTheRefusalIsLocal) {
  guard const narrow{"narrow", breaker{.failure_threshold = 1},
                     bulkhead{.max_concurrent = 1, .max_waiting = 1}};
  asio::io_context context;
  auto const slow = []() -> awaitable<void> { co_await sleep_for(20ms); };
  int refused = 0;
  for (int i = 0; i < 3; ++i) {
    asio::co_spawn(context, narrow(slow), [&](std::exception_ptr const& why) {
      if (!why) return;
      try {
        std::rethrow_exception(why);
      } catch (rejected const& seen) {
        ++refused;
        EXPECT_EQ(seen.why().fault, fault::local);
      }
    });
  }
  context.run();
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(narrow.state(), breaker_state::closed);
}

TEST(CoroutineBulkhead, AWaiterThatIsCancelledLeavesTheQueue) {
  guard const narrow{"narrow", bulkhead{.max_concurrent = 1, .max_waiting = 2}};
  asio::io_context context;
  asio::cancellation_signal signal;
  std::exception_ptr thrown;
  std::vector<int> ran;
  auto const noting = [&ran](int which) {
    return [&ran, which]() -> awaitable<void> {
      ran.push_back(which);
      co_await sleep_for(40ms);
    };
  };
  asio::co_spawn(context, narrow(noting(1)), asio::detached);
  asio::co_spawn(context, narrow(noting(2)),
                 asio::bind_cancellation_slot(
                     signal.slot(), [&](std::exception_ptr const& why) { thrown = why; }));
  asio::co_spawn(context, narrow(noting(3)), asio::detached);
  asio::steady_timer timer{context, 10ms};
  timer.async_wait([&](auto) { signal.emit(asio::cancellation_type::terminal); });
  context.run();
  EXPECT_TRUE(thrown);
  EXPECT_EQ(ran, (std::vector{1, 3}));
}

TEST(CoroutineBulkhead, AWaitEndsWithTheTotalTimeout) {
  guard const narrow{"narrow", total_timeout{20ms},
                     bulkhead{.max_concurrent = 1, .max_waiting = 2}};
  asio::io_context context;
  std::vector<std::exception_ptr> thrown;
  for (int i = 0; i < 2; ++i) {
    asio::co_spawn(context, narrow([]() -> awaitable<void> {
                     co_await asio::this_coro::throw_if_cancelled(false);
                     co_await sleep_for(1h);
                   }),
                   [&](std::exception_ptr const& why) { thrown.push_back(why); });
  }
  context.run();
  ASSERT_EQ(thrown.size(), 2U);
  EXPECT_TRUE(thrown[0]);
  EXPECT_TRUE(thrown[1]);
}

TEST(CoroutineBulkhead, Case94EachAttemptAsksAnewAndGivesItsPlaceBack) {
  guard const narrow{"narrow", quick_retry(3), bulkhead{.max_concurrent = 1}};
  int attempts = 0;
  EXPECT_THROW(run_to_end(narrow([&]() -> awaitable<void> {
                 ++attempts;
                 throw connection_lost();
                 co_return;
               })),
               std::system_error);
  EXPECT_EQ(attempts, 3);
  EXPECT_NO_THROW(narrow([] {}));
}

TEST(CoroutineBulkhead, BlockingCallsAndCoroutinesWaitInOneQueue) {
  guard const narrow{"narrow", bulkhead{.max_concurrent = 1, .max_waiting = 100}};
  asio::thread_pool pool{3};
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  std::atomic<int> ran{0};
  auto const enter = [&] {
    int const now = ++running;
    if (now > most) most = now;
    ++ran;
  };
  for (int i = 0; i < 30; ++i) {
    asio::co_spawn(pool, narrow([&]() -> awaitable<void> {
                     enter();
                     co_await sleep_for(1ms);
                     --running;
                   }),
                   asio::detached);
  }
  for (int i = 0; i < 30; ++i) {
    narrow([&] {
      enter();
      --running;
    });
  }
  pool.join();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(ran, 60);
}

TEST(CoroutineLimiter, TurnsComeEvenlyAndNoneTooEarly) {
  guard const paced{"paced", limiter{.per_second = 200, .burst = 1, .max_wait = 1s}};
  asio::io_context context;
  std::vector<instant> starts;
  for (int i = 0; i < 6; ++i) {
    asio::co_spawn(context, paced([&]() -> awaitable<void> {
                     starts.push_back(std::chrono::steady_clock::now());
                     co_return;
                   }),
                   asio::detached);
  }
  context.run();
  ASSERT_EQ(starts.size(), 6U);
  EXPECT_GE(starts.back() - starts.front(), 24ms) << "five turns of 5 ms";
}

TEST(CoroutineLimiter, ATurnThatComesTooLateIsRefusedWithTheTimeToWait) {
  guard const paced{"paced", limiter{.per_second = 1, .burst = 1}};
  run_to_end(paced([]() -> awaitable<void> { co_return; }));
  auto const refused =
      run_to_end(paced([]() -> awaitable<expected<int, failure>> { co_return 1; }));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, category::rejected);
  EXPECT_GT(refused.error().retry_after.value_or(0s), 500ms);
}

}  // namespace
}  // namespace holdfast
