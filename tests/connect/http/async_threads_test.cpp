// A client whose io_context several threads run, and one whose coroutines live elsewhere.

#include "connect/http/asked_request.hpp"
#include "connect/http/scripted_server.hpp"
#include "holdfast/connect/http/async_client.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::answer;
using testing::scripted_answer;
using testing::scripted_server;
using testing::then;

instant in(duration from_now) { return std::chrono::steady_clock::now() + from_now; }

constexpr int threads = 4;
constexpr int coroutines = 16;
constexpr int rounds = 20;

scripted_server::handler good() {
  return [](std::string const&) -> scripted_answer { return {answer("200 OK", "x")}; };
}

TEST(AsyncClientThreads, RequestsFromSeveralThreadsMeetOnTheStrandOfTheClient) {
  scripted_server const server{good()};
  asio::thread_pool pool{threads};
  async_client const by{asio::make_strand(pool), {}, {}, {.max_connections = 8}};
  std::atomic<int> good_ones{0};
  auto const ask = [&]() -> asio::awaitable<void> {
    for (int i = 0; i < rounds; ++i) {
      request wanted{.url = server.url(), .deadline = in(60s)};
      auto const got = co_await by.send(std::move(wanted));
      if (got) ++good_ones;
    }
  };

  for (int i = 0; i < coroutines; ++i) asio::co_spawn(pool, ask(), asio::detached);
  pool.join();

  EXPECT_EQ(good_ones, coroutines * rounds);
}

TEST(AsyncClientThreads, CancellationsAndStopsCrossThreadsWhileAnswersCome) {
  using namespace asio::experimental::awaitable_operators;
  scripted_server const server{good()};
  asio::thread_pool pool{threads};
  async_client const by{asio::make_strand(pool), {}, {}, {.max_connections = 8}};
  std::atomic<int> ended{0};
  auto const ask = [&](int which) -> asio::awaitable<void> {
    auto const here = asio::make_strand(co_await asio::this_coro::executor);
    for (int i = 0; i < rounds; ++i) {
      std::stop_source source;
      asio::steady_timer soon{here, std::chrono::microseconds{(which * 37 + i * 101) % 2000}};
      auto sent = by.send({.url = server.url(), .stop = source.get_token()});
      auto waited = soon.async_wait(asio::use_awaitable);
      auto const first = co_await (std::move(sent) || std::move(waited));
      if (first.index() == 1) source.request_stop();
      ++ended;
    }
  };

  for (int i = 0; i < coroutines; ++i) {
    asio::co_spawn(asio::make_strand(pool), ask(i), asio::detached);
  }
  pool.join();

  EXPECT_EQ(ended, coroutines * rounds);
}

TEST(AsyncClientThreads, AStopFromAnotherThreadEndsARequestOnItsOwn) {
  scripted_server const server{std::vector<scripted_answer>{{"", then::hold}}};
  asio::thread_pool pool{threads};
  async_client const by{asio::make_strand(pool)};
  std::stop_source source;
  std::atomic<bool> cancelled{false};
  auto const ask = [&]() -> asio::awaitable<void> {
    request wanted{.url = server.url(), .stop = source.get_token()};
    auto const got = co_await by.send(std::move(wanted));
    cancelled = !got && got.error().category == category::cancelled;
  };

  asio::co_spawn(pool, ask(), asio::detached);
  while (server.requests().empty()) std::this_thread::yield();
  source.request_stop();
  pool.join();

  EXPECT_TRUE(cancelled);
}

TEST(AsyncClientThreads, ACoroutineIsResumedWhereItLives) {
  scripted_server const server{good()};
  asio::io_context far;
  auto const busy = asio::make_work_guard(far);
  std::jthread const other{[&far] { far.run(); }};
  std::optional<async_client> by{far.get_executor()};
  asio::io_context here;
  std::vector<std::thread::id> seen;
  auto const ask = [&]() -> asio::awaitable<void> {
    for (int i = 0; i < rounds; ++i) {
      request wanted{.url = server.url()};
      auto const got = co_await by->send(std::move(wanted));
      if (got) seen.push_back(std::this_thread::get_id());
    }
  };

  asio::co_spawn(here, ask(), asio::detached);
  here.run();
  by.reset();
  far.stop();

  EXPECT_EQ(seen, std::vector<std::thread::id>(rounds, std::this_thread::get_id()));
}

TEST(AsyncClientThreads, AClientMayGoOnAnyThreadWhileItsRequestsRun) {
  scripted_server const server{std::vector<scripted_answer>{{"", then::hold}}};
  asio::thread_pool pool{threads};
  std::optional<async_client> by{asio::make_strand(pool)};
  std::atomic<int> cancelled{0};
  auto const ask =
      [&cancelled](asio::awaitable<testing::asked_request::result> sent) -> asio::awaitable<void> {
    auto const got = co_await std::move(sent);
    if (!got && got.error().category == category::cancelled) ++cancelled;
  };

  for (int i = 0; i < coroutines; ++i) {
    asio::co_spawn(pool, ask(by->send({.url = server.url()})), asio::detached);
  }
  while (server.requests().empty()) std::this_thread::yield();
  by.reset();
  pool.join();

  EXPECT_EQ(cancelled, coroutines);
}

}  // namespace
}  // namespace holdfast::http
