#include "drive/asio/running.hpp"

#include <atomic>
#include <random>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

/// An attempt that takes a while, hops between threads, and fails now and then.
awaitable<int> restless(int draw) {
  co_await asio::post(use_awaitable);
  if (draw % 3 == 0) co_await sleep_for(std::chrono::microseconds{draw % 2000});
  if (draw % 5 == 0) throw connection_lost();
  co_await asio::post(use_awaitable);
  co_return draw;
}

/// Starts many calls on a pool of several threads and waits for all.
void run_many(guard const& guarded, int calls, std::atomic<int>& ended) {
  asio::thread_pool pool{4};
  for (int i = 0; i < calls; ++i) {
    auto call = [](guard const& of, int number) -> awaitable<void> {
      std::minstd_rand chance{static_cast<unsigned>(number) + 1};
      co_await of([&chance]() -> awaitable<void> {
        co_await restless(static_cast<int>(chance() % 10000));
      });
    };
    asio::co_spawn(pool, call(guarded, i), [&](std::exception_ptr const&) { ++ended; });
  }
  pool.join();
}

TEST(CoroutinesOnManyThreads, RetriedOnesAllEnd) {
  guard const retried{"retried", quick_retry(4), breaker{.failure_threshold = 0}};
  std::atomic<int> ended{0};
  run_many(retried, 500, ended);
  EXPECT_EQ(ended, 500);
}

TEST(CoroutinesOnManyThreads, BoundedOnesAllEnd) {
  guard const bounded{"bounded", quick_retry(4), attempt_timeout{1ms}};
  std::atomic<int> ended{0};
  run_many(bounded, 500, ended);
  EXPECT_EQ(ended, 500);
}

TEST(CoroutinesOnManyThreads, HedgedOnesAllEndAndLeaveNoPlaceTaken) {
  guard const hedged{"hedged",
                     quick_retry(3),
                     hedge{.delay = 500us, .max_hedges = 3, .min_delay = 1us},
                     attempt_timeout{3ms},
                     total_timeout{1s},
                     bulkhead{.max_concurrent = 20, .max_waiting = 1000},
                     limiter{.per_second = 20000, .burst = 100, .max_wait = 100ms}};
  std::atomic<int> ended{0};
  run_many(hedged, 500, ended);
  EXPECT_EQ(ended, 500);
  asio::io_context context;
  int inside = 0;
  for (int i = 0; i < 20; ++i) {
    asio::co_spawn(context, hedged.with({.max_attempts = 1})([&]() -> awaitable<void> {
      ++inside;
      co_return;
    }),
                   asio::detached);
  }
  context.run();
  EXPECT_EQ(inside, 20) << "each place was given back";
}

TEST(CoroutinesOnManyThreads, StopsFromOutsideMeetThemAnywhere) {
  guard const hedged{"hedged", quick_retry(50), hedge{.delay = 200us, .min_delay = 1us},
                     bulkhead{.max_concurrent = 10, .max_waiting = 1000}};
  asio::thread_pool pool{4};
  std::atomic<int> ended{0};
  std::vector<std::stop_source> sources(300);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    auto call = [](guard const& of, std::stop_token stop, int number) -> awaitable<void> {
      std::minstd_rand chance{static_cast<unsigned>(number) + 1};
      co_await of.with({.stop = stop})([&chance]() -> awaitable<void> {
        co_await restless(static_cast<int>(chance() % 1000) * 5);
      });
    };
    asio::co_spawn(pool, call(hedged, sources[i].get_token(), static_cast<int>(i)),
                   [&](std::exception_ptr const&) { ++ended; });
  }
  for (std::stop_source& each : sources) each.request_stop();
  pool.join();
  EXPECT_EQ(ended, 300);
}

}  // namespace
}  // namespace holdfast
