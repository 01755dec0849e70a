// An async_client within guards of coroutines: what is repeated, and what a guard that loses
// patience does to a request.

#include "connect/http/scripted_server.hpp"
#include "holdfast/asio.hpp"
#include "holdfast/connect/http/async_client.hpp"
#include "holdfast/testing.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::answer;
using testing::scripted_answer;
using testing::scripted_server;
using testing::then;

using result = expected<response, failure>;

retry at_once() { return {.max_attempts = 3, .initial_delay = 1ms, .jitter = jitter::none}; }

/// What comes of one request through a guard.
result sent_through(guard const& guarded, request wanted,
                    capacity const& room = {.max_connections = 2}) {
  asio::io_context io;
  async_client const by{io.get_executor(), {}, {}, room};
  std::optional<result> got;
  auto const ask = [&]() -> asio::awaitable<void> {
    auto const send = [&](attempt const& now) { return by.send(wanted, now); };
    got = co_await guarded(send);
  };
  asio::co_spawn(io, ask(), asio::detached);
  io.run();
  return std::move(*got);
}

TEST(GuardedAsyncClient, APlainGetIsRepeatedUntilItIsAnswered) {
  scripted_server const server{
      {{answer("503 Busy", "")}, {"", then::reset}, {answer("200 OK", "x")}}};

  auto const got =
      sent_through(guard{"page", at_once(), breaker{}, attempt_timeout{5s}}, {server.url()});

  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(GuardedAsyncClient, APostIsSentOnceUnlessItHasAKey) {
  request const plain{.url = {}, .method = "POST", .body = "pay"};
  request keyed = plain;
  keyed.headers.push_back({"Idempotency-Key", "7f3a"});
  for (auto const& [wanted, times] : {std::pair{plain, 1U}, std::pair{keyed, 3U}}) {
    scripted_server const server{std::vector<scripted_answer>{{"", then::close}}};
    request to_server = wanted;
    to_server.url = server.url();

    EXPECT_FALSE(sent_through(guard{"pay", at_once()}, to_server));

    EXPECT_EQ(server.requests().size(), times);
  }
}

TEST(GuardedAsyncClient, AnAttemptThatTakesTooLongLeavesItsConnectionToTheNext) {
  scripted_server const server{{{"", then::hold}, {answer("200 OK", "x")}}};

  auto const got = sent_through(guard{"page", at_once(), attempt_timeout{50ms}}, {server.url()},
                                {.max_connections = 1});

  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(server.requests().at(1).connection, 2);
}

TEST(GuardedAsyncClient, AnAttemptThatAlwaysTakesTooLongIsATimeout) {
  scripted_server const server{std::vector<scripted_answer>{{"", then::hold}}};

  auto const got = sent_through(guard{"page", at_once(), attempt_timeout{20ms}}, {server.url()});

  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().category, category::timeout) << describe(got.error());
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(GuardedAsyncClient, AnAttemptThatWaitsForItsTurnTooLongSaysNothingAboutTheServer) {
  scripted_server const server{std::vector<scripted_answer>{{"", then::hold}}};
  asio::io_context io;
  std::optional<async_client> by{std::in_place, io.get_executor(), limits{}, trust{},
                                 capacity{.max_connections = 1}};
  guard const page{"page", at_once(), attempt_timeout{20ms}};
  std::optional<result> got;
  auto const ask = [&]() -> asio::awaitable<void> {
    auto const send = [&](attempt const& now) { return by->get(server.url(), now); };
    got = co_await page(send);
    by.reset();
  };

  asio::co_spawn(io, by->send({.url = server.url()}), asio::detached);
  asio::co_spawn(io, ask(), asio::detached);
  io.run();

  ASSERT_FALSE(*got);
  EXPECT_EQ(got->error().category, category::rejected) << describe(got->error());
  EXPECT_EQ(got->error().fault, fault::local);
}

TEST(GuardedAsyncClient, AHedgeOvertakesARequestThatHangs) {
  scripted_server const server{{{"", then::hold}, {answer("200 OK", "x")}}};
  retry once = at_once();
  once.max_attempts = 1;
  once.idempotent = true;

  auto const got = sent_through(guard{"page", once, hedge{.delay = 20ms}}, {server.url()});

  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(server.requests().size(), 2U);
}

}  // namespace
}  // namespace holdfast::http
