// Requests that end before their time: cancelled, left behind by their client or by their
// io_context, after any number of handlers. What the sanitizers find here is the test.

#include "connect/http/asked_request.hpp"
#include "connect/http/scripted_server.hpp"
#include "holdfast/connect/http/async_client.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <gtest/gtest.h>

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

std::vector<scripted_answer> silence() { return {{"", then::hold}}; }

/// A redirect and its answer, for ever.
scripted_server::handler redirected_once() {
  return [](std::string const& asked) -> scripted_answer {
    if (asked.starts_with("GET /there")) return {answer("200 OK", "x")};
    return {answer("302 Found", "", "Location: /there\r\n")};
  };
}

TEST(AsyncClientLifetime, ACancelledRequestEndsAtOnceAndGivesItsPlaceToTheNext) {
  scripted_server const server{{{"", then::hold}, {answer("200 OK", "x")}}};
  asio::io_context io;
  async_client const by{io.get_executor(), {}, {}, {.max_connections = 1}};
  failure_context context;
  asked_request first{io.get_executor(), by, {.url = server.url(), .context = &context}};
  asked_request const second{io.get_executor(), by, {.url = server.url()}};
  run_until(io, [&] { return server.requests().size() == 1; });

  first.cancel();
  run_until(io, [&] { return second.has_ended(); });

  EXPECT_TRUE(first.is(category::cancelled));
  EXPECT_EQ(first.got().error().fault, fault::nobody);
  EXPECT_EQ(context.how_far, phase::sent);
  EXPECT_TRUE(second.is_good());
  EXPECT_EQ(server.requests().at(1).connection, 2);  // the first one is of no more use
}

TEST(AsyncClientLifetime, ARequestThatIsCancelledInLineIsNeverSent) {
  scripted_server const server{silence()};
  asio::io_context io;
  async_client const by{io.get_executor(), {}, {}, {.max_connections = 1}};
  asked_request first{io.get_executor(), by, {.url = server.url()}};
  asked_request second{io.get_executor(), by, {.url = server.url()}};
  run_until(io, [&] { return server.requests().size() == 1; });

  second.cancel();
  run_until(io, [&] { return second.has_ended(); });
  first.cancel();
  run_until(io, [&] { return first.has_ended(); });

  EXPECT_TRUE(second.is(category::cancelled));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(AsyncClientLifetime, TheEndOfTheClientIsTheEndOfItsRequests) {
  scripted_server const server{silence()};
  asio::io_context io;
  std::optional<async_client> by{std::in_place, io.get_executor(), limits{}, trust{},
                                 capacity{.max_connections = 3}};
  std::deque<asked_request> all;
  for (int i = 0; i < 6; ++i) all.emplace_back(io.get_executor(), *by, request{server.url()});
  run_until(io, [&] { return server.requests().size() == 3; });

  by.reset();
  io.run();

  for (auto const& each : all) EXPECT_TRUE(each.is(category::cancelled));
}

TEST(AsyncClientLifetime, ARequestThatIsAwaitedAfterItsClientHasGoneIsCancelled) {
  scripted_server const server{{{answer("200 OK", "x")}}};
  asio::io_context io;
  std::optional<async_client> by{io.get_executor()};
  std::optional<asked_request::result> got;
  auto const late = [&]() -> asio::awaitable<void> {
    auto sent = by->send({.url = server.url()});
    by.reset();
    got = co_await std::move(sent);
  };

  asio::co_spawn(io, late(), asio::detached);
  io.run();

  ASSERT_TRUE(got && !got->has_value());
  EXPECT_EQ(got->error().category, category::cancelled);
  EXPECT_TRUE(server.requests().empty());
}

TEST(AsyncClientLifetime, TheEndOfAnIoContextTakesItsRequestsAlong) {
  scripted_server const server{silence()};
  auto io = std::make_unique<asio::io_context>();
  std::optional<async_client> by{io->get_executor()};
  std::deque<asked_request> all;
  for (int i = 0; i < 6; ++i) all.emplace_back(io->get_executor(), *by, request{server.url()});
  run_until(*io, [&] { return server.requests().size() == 6; });

  by.reset();
  io.reset();

  for (auto const& each : all) EXPECT_FALSE(each.has_ended());
}

TEST(AsyncClientLifetime, AClientInACoroutineGoesWithIt) {
  scripted_server const server{silence()};
  auto io = std::make_unique<asio::io_context>();
  auto const ask = [&]() -> asio::awaitable<void> {
    async_client const by{asio::make_strand(*io)};
    request wanted{.url = server.url()};
    auto const got = co_await by.send(std::move(wanted));
    ADD_FAILURE() << got.has_value();
  };
  asio::co_spawn(*io, ask(), asio::detached);
  run_until(*io, [&] { return server.requests().size() == 1; });

  io.reset();
}

/// One request to a server that redirects once, of which the client lives on a strand.
struct journey {
  explicit journey(scripted_server const& server)
      : by{std::in_place, asio::make_strand(*io)},
        made{io->get_executor(), *by, request{server.url()}} {}

  /// False where fewer handlers were to be run.
  bool run(int handlers) const {
    for (int i = 0; i < handlers; ++i) {
      if (io->run_one() == 0) return false;
    }
    return true;
  }

  std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
  std::optional<async_client> by;
  asked_request made;
};

/// Interrupts a journey after each number of handlers, until one comes to its end before that.
/// @return after how many interruptions
int interrupted_everywhere(std::function<void(journey&)> const& interrupt) {
  scripted_server const server{redirected_once()};
  for (int handlers = 0;; ++handlers) {
    journey under_way{server};
    if (!under_way.run(handlers)) return handlers;
    interrupt(under_way);
  }
}

TEST(AsyncClientLifetime, ARequestMayBeCancelledAfterAnyHandler) {
  int const count = interrupted_everywhere([](journey& under_way) {
    under_way.made.cancel();
    under_way.io->run();
    EXPECT_TRUE(under_way.made.is_good() || under_way.made.is(category::cancelled));
  });

  EXPECT_GT(count, 5);
}

TEST(AsyncClientLifetime, AClientMayGoAfterAnyHandler) {
  int const count = interrupted_everywhere([](journey& under_way) {
    under_way.by.reset();
    under_way.io->run();
    EXPECT_TRUE(under_way.made.is_good() || under_way.made.is(category::cancelled));
  });

  EXPECT_GT(count, 5);
}

TEST(AsyncClientLifetime, AnIoContextMayGoAfterAnyHandler) {
  int const count = interrupted_everywhere([](journey& under_way) {
    under_way.by.reset();
    under_way.io.reset();
  });

  EXPECT_GT(count, 5);
}

}  // namespace
}  // namespace holdfast::http
