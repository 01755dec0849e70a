#include "holdfast/serve/monitor.hpp"
#include "holdfast/serve/server.hpp"

#include <chrono>
#include <deque>
#include <latch>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::string_view host_line = "Host: localhost\r\n";

std::string get(std::string_view path, std::string_view more = "Connection: close\r\n") {
  return std::string{"GET "}.append(path).append(" HTTP/1.1\r\n").append(host_line).append(more) +
         "\r\n";
}

/// A client that sees bytes.
class raw_client {
 public:
  explicit raw_client(server const& to) {
    std::string const url = to.url();
    auto const port = std::stoul(url.substr(url.rfind(':') + 1));
    socket_.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)});
  }

  void send(std::string_view text) {
    boost::system::error_code ignored;
    asio::write(socket_, asio::buffer(text), ignored);
  }
  /// All until the other side closes.
  std::string rest() {
    std::string all;
    boost::system::error_code error;
    asio::read(socket_, asio::dynamic_buffer(all), error);
    return all;
  }
  std::string ask(std::string_view text) {
    send(text);
    return rest();
  }
  bool is_closed() {
    char one = 0;
    boost::system::error_code error;
    socket_.read_some(asio::buffer(&one, 1), error);
    return static_cast<bool>(error);
  }

 private:
  asio::io_context context_;
  tcp::socket socket_{context_};
};

struct bench {
  explicit bench(server_options options = {}) {
    options.port = 0;
    seen.watch(lookup);
    auto made = server::open(seen, options);
    if (made) running.emplace(*std::move(made));
  }

  guard lookup{"lookup"};
  monitor seen;
  std::optional<server> running;
};

TEST(ServerNetwork, AnswersCarryTheirTypeAndAreNotKept) {
  bench b;
  ASSERT_TRUE(b.running);

  std::string const answer = raw_client{*b.running}.ask(get("/metrics"));

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_NE(answer.find("Content-Type: text/plain; version=0.0.4"), std::string::npos);
  EXPECT_NE(answer.find("Cache-Control: no-store"), std::string::npos);
  EXPECT_NE(answer.find("X-Content-Type-Options: nosniff"), std::string::npos);
  EXPECT_NE(answer.find("holdfast_calls_total{operation=\"lookup\""), std::string::npos);
}

TEST(ServerNetwork, SeveralRequestsOfOneConnectionAreAnsweredInOrder) {
  bench b;

  std::string const answer =
      raw_client{*b.running}.ask(get("/livez", "") + get("/readyz", "") + get("/nothing"));

  auto const first = answer.find("HTTP/1.1 200");
  auto const second = answer.find("HTTP/1.1 200", first + 1);
  auto const third = answer.find("HTTP/1.1 404");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST(ServerNetwork, ToHeadOnlyTheHeadIsSent) {
  bench b;

  std::string const answer = raw_client{*b.running}.ask(
      "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
  EXPECT_EQ(answer.find("Content-Length: 0"), std::string::npos);
}

TEST(ServerNetwork, AHeadThatIsTooLargeIsRefused) {
  bench b;
  std::string const head(9000, 'x');

  EXPECT_TRUE(raw_client{*b.running}
                  .ask(get("/livez", "X: " + head + "\r\n"))
                  .starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(raw_client{*b.running}.ask(get("/" + head)).starts_with("HTTP/1.1 431 "));
}

TEST(ServerNetwork, ABodyThatIsTooLargeIsRefusedBeforeItIsRead) {
  bench b;
  std::string const head =
      "POST /breakers/lookup/open HTTP/1.1\r\nHost: localhost\r\n"
      "Content-Length: 1000000000\r\n\r\n";
  std::string const chunked =
      "POST /breakers/lookup/open HTTP/1.1\r\nHost: localhost\r\n"
      "Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n" +
      std::string(8000, 'x');

  EXPECT_TRUE(raw_client{*b.running}.ask(head).starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(raw_client{*b.running}.ask(chunked).starts_with("HTTP/1.1 413 "));
}

TEST(ServerNetwork, WhatIsNoRequestIsRefused) {
  bench b;

  for (char const* text : {"\x16\x03\x01\x02\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                           "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
                           "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                           "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
    EXPECT_TRUE(raw_client{*b.running}.ask(text).starts_with("HTTP/1.1 400 ")) << text;
  }
}

TEST(ServerNetwork, NoHostTwoHostsAndAStrangersAreMisdirected) {
  bench b;

  for (char const* hosts :
       {"", "Host: localhost\r\nHost: evil.example\r\n", "Host: evil.example\r\n"}) {
    EXPECT_TRUE(
        raw_client{*b.running}
            .ask(std::string{"GET /health HTTP/1.1\r\nConnection: close\r\n"} + hosts + "\r\n")
            .starts_with("HTTP/1.1 421 "))
        << hosts;
  }
}

TEST(ServerNetwork, ARequestThatDoesNotComeToItsEndIsEnded) {
  bench b{{.head_limit = 200ms}};
  raw_client slow{*b.running};

  slow.send("GET /livez HTTP/1.1\r\nHo");

  EXPECT_EQ(slow.rest(), "");
}

TEST(ServerNetwork, OneThatSaysNothingIsEndedAfterItsTime) {
  bench b{{.idle_limit = 100ms}};

  EXPECT_EQ(raw_client{*b.running}.rest(), "");
}

TEST(ServerNetwork, OneThatIsIdleForLongestGivesItsPlaceToANewOne) {
  bench b{{.max_connections = 4}};
  std::deque<raw_client> idle;
  for (int i = 0; i < 4; ++i) idle.emplace_back(*b.running);
  for (auto& each : idle) each.send("GET /livez HTTP/1.1\r\n");
  std::this_thread::sleep_for(50ms);  // all of them are to be read: nothing tells when

  EXPECT_TRUE(raw_client{*b.running}.ask(get("/livez")).starts_with("HTTP/1.1 200 "));

  EXPECT_TRUE(idle.front().is_closed());
}

/// Takes its time for everything but life.
class slow_system final : public served {
 public:
  health_report health() override {
    if (!asked.try_wait()) asked.count_down();
    may_go.wait();
    return {};
  }
  expected<std::vector<circuit_view>, failure> circuits() override { return {}; }
  expected<circuit_view, failure> circuit(std::string_view) override { return circuit_view{}; }
  expected<std::vector<noted_event>, failure> events(std::string_view, std::size_t) override {
    return {};
  }
  expected<void, failure> obey(order_record const&) override { return {}; }
  void write_metrics(metric_writer&) override {}

  std::latch asked{1};
  std::latch may_go{1};
};

TEST(ServerNetwork, LifeIsAnsweredWhileAllElseIsWaitedFor) {
  slow_system system;
  auto running = server::open(system, {.port = 0});
  ASSERT_TRUE(running);
  raw_client waits{*running};
  waits.send(get("/health"));
  system.asked.wait();

  std::string const alive = raw_client{*running}.ask(get("/livez"));

  EXPECT_TRUE(alive.starts_with("HTTP/1.1 200 "));
  system.may_go.count_down();
  EXPECT_TRUE(waits.rest().starts_with("HTTP/1.1 200 "));
}

TEST(ServerNetwork, BeyondThoseThatWaitForAnAnswerRequestsAreRefused) {
  slow_system system;
  auto running = server::open(system, {.port = 0});
  ASSERT_TRUE(running);
  std::deque<raw_client> waiting;
  for (int i = 0; i < 32; ++i) waiting.emplace_back(*running).send(get("/health"));
  system.asked.wait();
  std::this_thread::sleep_for(50ms);  // all of them are to be read: nothing tells when

  EXPECT_TRUE(raw_client{*running}.ask(get("/health")).starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(raw_client{*running}.ask(get("/livez")).starts_with("HTTP/1.1 200 "));

  system.may_go.count_down();
  for (auto& each : waiting) EXPECT_TRUE(each.rest().starts_with("HTTP/1.1 200 "));
}

/// Can't be asked.
class broken_system final : public served {
 public:
  health_report health() override { throw std::runtime_error{"password=hunter2secret"}; }
  expected<std::vector<circuit_view>, failure> circuits() override { return {}; }
  expected<circuit_view, failure> circuit(std::string_view) override { return circuit_view{}; }
  expected<std::vector<noted_event>, failure> events(std::string_view, std::size_t) override {
    return {};
  }
  expected<void, failure> obey(order_record const&) override { return {}; }
  void write_metrics(metric_writer&) override {}
};

TEST(ServerNetwork, WhatIsThrownIsAnAnswerToo) {
  broken_system system;
  auto running = server::open(system, {.port = 0});
  ASSERT_TRUE(running);

  std::string const answer = raw_client{*running}.ask(get("/health"));

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
  EXPECT_EQ(answer.find("hunter2secret"), std::string::npos);
}

TEST(ServerNetwork, AServerThatEndsMidwayEndsItsConnections) {
  slow_system system;
  auto running = server::open(system, {.port = 0});
  ASSERT_TRUE(running);
  raw_client waits{*running};
  raw_client idle{*running};
  waits.send(get("/health"));
  system.asked.wait();

  std::jthread const later{[&] {
    std::this_thread::sleep_for(20ms);  // the server is to begin its end first
    system.may_go.count_down();
  }};
  { server const ended = *std::move(running); }

  EXPECT_TRUE(idle.is_closed());
}

TEST(ServerNetwork, AnAddressInUseIsAProblemThatSaysWhatToDo) {
  bench b;
  std::string const url = b.running->url();
  auto const port = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));

  auto const second = server::open(b.seen, {.port = port});

  ASSERT_FALSE(second);
  EXPECT_NE(describe(second.error()).find("port 0 takes any"), std::string::npos);
}

TEST(ServerNetwork, OptionsThatAreOutOfRangeAreAllToldAtOnce) {
  monitor seen;

  auto const made = server::open(
      seen, {.address = "localhost", .token = "short", .max_connections = 0, .head_limit = 0s});

  ASSERT_FALSE(made);
  std::string const told = describe(made.error());
  for (char const* each : {"address", "token", "max_connections", "head_limit"}) {
    EXPECT_NE(told.find(each), std::string::npos) << told;
  }
}

}  // namespace
}  // namespace holdfast
