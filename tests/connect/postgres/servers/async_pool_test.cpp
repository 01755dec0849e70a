#include "holdfast/connect/postgres/async_pool.hpp"

#include "coroutines.hpp"
#include "with_server.hpp"

#include <atomic>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

class AsyncPool : public with_server {
 protected:
  [[nodiscard]] static postgres::async_pool pool(postgres::pool_options options = {}) {
    options.server.conninfo = server->conninfo();
    return postgres::async_pool{options};
  }
  loop on_loop;
};

TEST_F(AsyncPool, ServesInTheOrderOfComing) {
  auto const on = pool({.max_size = 2});
  std::vector<int> order;
  for (int each = 0; each < 40; ++each) {
    on_loop.spawn([&, each]() -> awaitable<void> {
      auto const held = co_await on.borrow(within(60s));
      EXPECT_TRUE(held) << describe(held.error());
      order.push_back(each);
      auto const answer = co_await (*held)->read("SELECT pg_sleep(0.002)");
      EXPECT_TRUE(answer);
    });
  }

  on_loop.run();

  // The first two wait for their sessions to be opened, and may be overtaken meanwhile.
  std::erase_if(order, [](int each) { return each < 2; });
  std::vector<int> in_turn(38);
  std::iota(in_turn.begin(), in_turn.end(), 2);
  EXPECT_EQ(order, in_turn);
  EXPECT_EQ(on.stats().opened, 2U);
  EXPECT_EQ(on.stats().borrowed, 0U);
  EXPECT_EQ(on.stats().idle, 2U);
}

TEST_F(AsyncPool, WaitingInVainIsAFailureOfOurOwn) {
  auto const on = pool({.max_size = 1});
  on_loop.run([&]() -> awaitable<void> {
    auto const held = co_await on.borrow();
    auto const began = now();
    auto const next = co_await on.borrow(within(100ms));
    EXPECT_GE(now() - began, 100ms);
    EXPECT_FALSE(next);
    if (!next) {
      EXPECT_EQ(next.error().category, category::rejected);
      EXPECT_EQ(next.error().fault, fault::local);
    }
    EXPECT_EQ(on.stats().waiting, 0U);
  });
}

TEST_F(AsyncPool, WhoIsCancelledLeavesTheLine) {
  auto const on = pool({.max_size = 1});
  boost::asio::cancellation_signal signal;
  std::vector<int> served;
  std::optional<failure> seen;
  auto const wait = [&](int number) -> awaitable<void> {
    auto const held = co_await on.borrow();
    if (held) {
      served.push_back(number);
    } else {
      seen = held.error();
    }
  };
  on_loop.spawn([&]() -> awaitable<void> {
    auto const held = co_await on.borrow();
    on_loop.spawn([&]() { return wait(1); });
    on_loop.spawn([&]() { return wait(2); }, signal);
    on_loop.spawn([&]() { return wait(3); });
    co_await pause(50ms);
    EXPECT_EQ(on.stats().waiting, 3U);
    signal.emit(boost::asio::cancellation_type::terminal);
    co_await pause(50ms);
    EXPECT_EQ(on.stats().waiting, 2U);
  });

  on_loop.run();

  EXPECT_EQ(served, (std::vector<int>{1, 3}));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->category, category::cancelled);
  EXPECT_EQ(on.stats().borrowed, 0U);
}

TEST_F(AsyncPool, ASessionThatWasGivenToOneWhoIsGoneComesBack) {
  auto const on = pool({.max_size = 1});
  {
    loop ended;
    std::optional<postgres::async_lease> held;
    ended.spawn([&]() -> awaitable<void> {
      auto lent = co_await on.borrow();
      held.emplace(std::move(*lent));
    });
    ended.run();
    ended.context.restart();
    ended.spawn([&]() -> awaitable<void> {
      auto const never = co_await on.borrow();
      EXPECT_FALSE(never);
    });
    ended.context.run_for(50ms);
    EXPECT_EQ(on.stats().waiting, 1U);
    held.reset();  // is given to the one that waits, whose loop does not run any more
    EXPECT_EQ(on.stats().borrowed, 1U);
  }
  EXPECT_EQ(on.stats().borrowed, 0U);
  EXPECT_EQ(on.stats().idle, 1U);
}

TEST_F(AsyncPool, MayOutliveTheLoopOfItsSessions) {
  auto const on = pool();
  for (int each = 0; each < 3; ++each) {
    loop ended;
    ended.run([&]() -> awaitable<void> {
      auto const held = co_await on.borrow();
      auto const answer = co_await (*held)->read("SELECT 1");
      EXPECT_TRUE(answer);
    });
  }
  EXPECT_EQ(on.stats().opened, 1U);
}

TEST_F(AsyncPool, LooksAtASessionThatWasIdleForAWhile) {
  auto const on = pool({.check_after = 0s});
  on_loop.run([&]() -> awaitable<void> {
    std::string backend;
    {
      auto const held = co_await on.borrow();
      auto const id = co_await (*held)->read("SELECT pg_backend_pid()");
      backend = id->text(0, 0);
    }
    server->ask("SELECT pg_terminate_backend(" + backend + ", 5000)");
    auto const next = co_await on.borrow();
    auto const answer = co_await (*next)->read("SELECT 1");
    EXPECT_TRUE(answer);
  });
  EXPECT_EQ(on.stats().poisoned, 1U);
}

TEST_F(AsyncPool, ServesCoroutinesOfSeveralThreads) {
  auto const on = pool({.max_size = 4, .check_after = 0s});
  std::atomic<int> lent{0};
  std::atomic<int> most{0};
  std::atomic<int> answered{0};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      loop mine;
      for (int each = 0; each < 10; ++each) {
        mine.spawn([&]() -> awaitable<void> {
          for (int round = 0; round < 50; ++round) {
            auto const held = co_await on.borrow(within(60s));
            EXPECT_TRUE(held) << describe(held.error());
            if (!held) co_return;
            int const now = ++lent;
            for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
            }
            auto const answer = co_await (*held)->read("SELECT 1");
            if (answer) ++answered;
            if (round == 20) (*held)->poison();
            --lent;
          }
        });
      }
      mine.run();
    });
  }
  threads.clear();

  EXPECT_EQ(answered, 4 * 10 * 50);
  EXPECT_LE(most, 4);
  EXPECT_EQ(on.stats().borrowed, 0U);
  EXPECT_EQ(on.stats().waiting, 0U);
  EXPECT_EQ(on.stats().poisoned, 40U);
}

/// One coroutine after the other on whichever thread is free, without a strand.
TEST_F(AsyncPool, ServesALoopThatRunsOnSeveralThreads) {
  auto const on = pool({.max_size = 4});
  boost::asio::io_context context;
  std::atomic<int> answered{0};
  for (int each = 0; each < 20; ++each) {
    boost::asio::co_spawn(
        context,
        [&]() -> awaitable<void> {
          for (int round = 0; round < 50; ++round) {
            auto const held = co_await on.borrow(within(60s));
            if (!held) co_return;
            (*held)->limit(within(60s));
            auto const answer = co_await (*held)->read("SELECT 1");
            if (answer) ++answered;
          }
        },
        [](std::exception_ptr const& thrown) {
          if (thrown) std::rethrow_exception(thrown);
        });
  }
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) threads.emplace_back([&] { context.run(); });
  threads.clear();

  EXPECT_EQ(answered, 20 * 50);
  EXPECT_EQ(on.stats().borrowed, 0U);
}

}  // namespace
