// What only a client for coroutines can do. What both do alike: client_test.cpp, outcomes_test.cpp.

#include "holdfast/connect/http/async_client.hpp"

#include "connect/http/asked_request.hpp"
#include "connect/http/scripted_server.hpp"
#include "holdfast/testing.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <latch>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace holdfast::http {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::answer;
using testing::asked_request;
using testing::run_until;
using testing::scripted_answer;
using testing::scripted_server;
using testing::then;

instant in(duration from_now) { return std::chrono::steady_clock::now() + from_now; }

std::vector<scripted_answer> always(scripted_answer given) { return {std::move(given)}; }

std::size_t connections_to(scripted_server const& server) {
  std::set<int> numbers;
  for (auto const& each : server.requests()) numbers.insert(each.connection);
  return numbers.size();
}

/// Several requests to one server, from coroutines of their own.
std::deque<asked_request> asked(std::size_t count, asio::io_context& io, async_client const& by,
                                request const& wanted) {
  std::deque<asked_request> all;
  for (std::size_t i = 0; i < count; ++i) all.emplace_back(io.get_executor(), by, wanted);
  return all;
}

bool all_good(std::deque<asked_request> const& all) {
  return std::ranges::all_of(all, &asked_request::is_good);
}

/// Beats until all requests have reached the server, ten times more, and opens the gate. So the
/// answers come only if the thread was free all the while.
asio::awaitable<void> beat(scripted_server const& server, std::size_t count, std::latch& gate) {
  asio::steady_timer pulse{co_await asio::this_coro::executor};
  for (int after = 0; after < 10;) {
    if (server.requests().size() >= count) ++after;
    pulse.expires_after(1ms);
    co_await pulse.async_wait(asio::use_awaitable);
  }
  gate.count_down();
}

TEST(AsyncClient, TwoHundredRequestsShareAThreadAndDoNotBlockIt) {
  constexpr std::size_t count = 200;
  std::latch gate{1};
  scripted_server const server{
      always({answer("200 OK", "x"), then::keep, [&gate] { gate.wait(); }})};
  asio::io_context io;
  async_client const by{io.get_executor(), {}, {}, {.max_connections = count}};

  auto const all = asked(count, io, by, {.url = server.url(), .deadline = in(60s)});
  asio::co_spawn(io, beat(server, count, gate), asio::detached);
  io.run();

  EXPECT_TRUE(all_good(all));
  EXPECT_EQ(connections_to(server), count);
}

TEST(AsyncClient, RequestsUseTheConnectionsOfThoseBeforeThem) {
  scripted_server const server{always({answer("200 OK", "x")})};
  asio::io_context io;
  async_client const by{io.get_executor(), {}, {}, {.max_connections = 4}};

  auto const all = asked(40, io, by, {.url = server.url()});
  io.run();

  EXPECT_TRUE(all_good(all));
  EXPECT_EQ(server.requests().size(), 40U);
  EXPECT_LE(connections_to(server), 4U);
}

TEST(AsyncClient, KeptConnectionsCountAmongTheConnections) {
  scripted_server const one{always({answer("200 OK", "x")})};
  scripted_server const other{always({answer("200 OK", "x")})};
  asio::io_context io;
  async_client const by{io.get_executor(), {}, {}, {.max_connections = 1}};

  for (auto const* server : {&one, &other, &one}) {
    asked_request const made{io.get_executor(), by, {.url = server->url(), .deadline = in(10s)}};
    io.restart();
    io.run();
    EXPECT_TRUE(made.is_good());
  }

  EXPECT_EQ(one.requests().at(1).connection, 2);  // the first was given up for the other server
}

TEST(AsyncClient, ARequestThatMustNotBeRepeatedTakesThePlaceOfAKeptConnection) {
  scripted_server const server{always({answer("200 OK", "x")})};
  asio::io_context io;
  async_client const by{io.get_executor(), {}, {}, {.max_connections = 1}};

  auto const all =
      asked(3, io, by, {.url = server.url(), .method = "POST", .body = "pay", .deadline = in(10s)});
  io.run();

  EXPECT_TRUE(all_good(all));
  EXPECT_EQ(connections_to(server), 3U);
}

TEST(AsyncClient, ThoseInLineHaveTheirTurnInTheOrderInWhichTheyCame) {
  scripted_server const server{always({answer("200 OK", "x")})};
  asio::io_context io;
  async_client const by{io.get_executor(), {}, {}, {.max_connections = 1}};
  std::deque<asked_request> all;

  for (char name = 'a'; name <= 'e'; ++name) {
    all.emplace_back(io.get_executor(), by, request{.url = server.url("/") + name});
  }
  io.run();

  EXPECT_TRUE(all_good(all));
  std::string order;
  for (auto const& each : server.requests()) order += each.text.at(5);
  EXPECT_EQ(order, "abcde");
}

TEST(AsyncClient, OneRequestTooManyIsRefusedAndSaysNothingAboutTheServer) {
  scripted_server const server{always({"", then::hold})};
  asio::io_context io;
  async_client const by{io.get_executor(), {}, {}, {.max_connections = 1, .max_waiting = 1}};

  auto all = asked(3, io, by, {.url = server.url()});
  run_until(io, [&] { return all[2].has_ended(); });

  EXPECT_TRUE(all[2].is(category::rejected));
  EXPECT_EQ(all[2].got().error().fault, fault::local);
  EXPECT_FALSE(all[0].has_ended() || all[1].has_ended());
  EXPECT_TRUE(all[2].got().error().text.view().starts_with(
      "all 1 connections of the client are in use, and its line is full: raise max_waiting"));
}

TEST(AsyncClient, ADeadlineThatPassesInLineSaysNothingAboutTheServer) {
  scripted_server const server{always({"", then::hold})};
  asio::io_context io;
  async_client const by{io.get_executor(), {}, {}, {.max_connections = 1}};
  asked_request first{io.get_executor(), by, {.url = server.url()}};

  asked_request const second{io.get_executor(), by, {.url = server.url(), .deadline = in(20ms)}};
  run_until(io, [&] { return second.has_ended(); });

  EXPECT_TRUE(second.is(category::rejected));
  EXPECT_EQ(second.got().error().fault, fault::local);
  EXPECT_FALSE(first.has_ended());
}

/// Leaves the process one more descriptor, for a time.
class one_descriptor {
 public:
  one_descriptor() {
    int const next = dup(STDIN_FILENO);
    close(next);
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit const tight{static_cast<rlim_t>(next) + 1, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &tight);
  }
  one_descriptor(one_descriptor const&) = delete;
  one_descriptor& operator=(one_descriptor const&) = delete;
  ~one_descriptor() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(AsyncClient, ASocketThatCantBeWatchedEndsItsRequestAndNoOther) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "UBSan, which runs with it, needs descriptors for its own checks";
#endif
  scripted_server const server{always({"", then::hold})};
  int port = 0;
  int const unserved = testing::listen_on_loopback(port);  // whose server needs no descriptors
  asio::io_context io;
  async_client const by{io.get_executor()};
  asked_request first{io.get_executor(), by, {.url = server.url()}};
  run_until(io, [&] { return server.requests().size() == 1; });

  std::string const url = "http://127.0.0.1:" + std::to_string(port);
  asked_request const second{io.get_executor(), by, {.url = url}};
  {
    one_descriptor const scarce;
    run_until(io, [&] { return second.has_ended(); });
  }
  bool const went_on = !first.has_ended();
  first.cancel();
  io.run();
  close(unserved);

  ASSERT_FALSE(second.is_good());
  EXPECT_EQ(second.got().error().code, (failure_code{code_kind::curl, "CURLE_UNRECOVERABLE_POLL"}));
  EXPECT_TRUE(went_on);
}

// To libcurl localhost is ::1 first, where there is IPv6; nobody listens there.
TEST(AsyncClient, AHostWhoseFirstAddressRefusesIsReachedByTheNext) {
  scripted_server const server{always({answer("200 OK", "x")})};
  std::string url = server.url();
  url.replace(url.find("127.0.0.1"), 9, "localhost");
  asio::io_context io;
  async_client const by{io.get_executor()};

  asked_request const made{io.get_executor(), by, {.url = url, .deadline = in(10s)}};
  io.run();

  EXPECT_TRUE(made.is_good());
}

TEST(AsyncClient, ARequestThatIsLeftForSomethingElseIsCancelled) {
  using namespace asio::experimental::awaitable_operators;
  scripted_server const server{always({"", then::hold})};
  asio::io_context io;
  async_client const by{io.get_executor()};
  std::size_t first = 0;
  auto const race = [&]() -> asio::awaitable<void> {
    asio::steady_timer soon{io, 20ms};
    auto sent = by.send({.url = server.url()});
    auto waited = soon.async_wait(asio::use_awaitable);
    auto const ended = co_await (std::move(sent) || std::move(waited));
    first = ended.index();
  };

  asio::co_spawn(io, race(), asio::detached);
  io.run();

  EXPECT_EQ(first, 1U);
}

TEST(AsyncClient, AnAttemptGivesItsDeadlineAndItsNameAtOnce) {
  scripted_server const server{always({"", then::hold})};
  asio::io_context io;
  async_client const by{io.get_executor()};
  std::optional<asked_request::result> got;
  auto const ask = [&]() -> asio::awaitable<void> {
    auto sent =
        by.get(server.url(), lone_attempt{{.deadline = in(30ms), .correlation_id = "order-7"}});
    got = co_await std::move(sent);  // the attempt is over by now
  };

  asio::co_spawn(io, ask(), asio::detached);
  io.run();

  ASSERT_TRUE(got && !got->has_value());
  EXPECT_EQ(got->error().category, category::timeout);
  EXPECT_NE(server.requests().at(0).text.find("X-Request-Id: order-7\r\n"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::http
