// GETs against a server that is slow for 2 % of its requests, with and without a hedge: latencies
// as the caller sees them, and requests as the server counts them.

#include "holdfast/asio.hpp"
#include "holdfast/connect/http/async_client.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using clock_type = std::chrono::steady_clock;

constexpr int calls = 20'000;
constexpr int callers = 8;

/// Answers each request after 2 to 4 ms, and 2 % of them after 100 ms.
class slow_server {
 public:
  slow_server() : thread_{[this] { context_.run(); }} {}
  slow_server(slow_server const&) = delete;
  slow_server& operator=(slow_server const&) = delete;
  ~slow_server() { context_.stop(); }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/";
  }
  [[nodiscard]] int requests() const noexcept { return requests_; }

 private:
  awaitable<void> accept() {
    for (;;) {
      tcp::socket link = co_await acceptor_.async_accept(asio::use_awaitable);
      asio::co_spawn(context_, serve(std::move(link)), asio::detached);
    }
  }

  awaitable<void> serve(tcp::socket link) {
    static std::string const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    std::string asked;
    asio::steady_timer timer{context_};
    for (;;) {
      std::size_t const size = co_await asio::async_read_until(link, asio::dynamic_buffer(asked),
                                                               "\r\n\r\n", asio::use_awaitable);
      asked.erase(0, size);
      ++requests_;
      bool const slow = chance_() % 50 == 0;
      auto const usual = 2ms + std::chrono::microseconds{chance_() % 2000};
      timer.expires_after(slow ? clock_type::duration{100ms} : clock_type::duration{usual});
      co_await timer.async_wait(asio::use_awaitable);
      co_await asio::async_write(link, asio::buffer(answer), asio::use_awaitable);
    }
  }

  asio::io_context context_{1};
  tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  std::minstd_rand chance_{1};
  std::atomic<int> requests_{0};
  bool started_ = (asio::co_spawn(context_, accept(), asio::detached), true);
  std::jthread thread_;
};

awaitable<void> call_in_turn(holdfast::guard const& by, holdfast::http::async_client const& client,
                             std::string const& url, std::vector<double>& took) {
  for (int i = 0; i < calls / callers; ++i) {
    auto const fetch = [&](holdfast::attempt const& a)
        -> awaitable<holdfast::expected<holdfast::http::response, holdfast::failure>> {
      auto sending = client.get(url, a);
      co_return co_await std::move(sending);
    };
    auto const began = clock_type::now();
    auto const page = co_await by(fetch);
    if (!page) std::printf("failed: %s\n", std::string{page.error().text.view()}.c_str());
    took.push_back(std::chrono::duration<double, std::milli>(clock_type::now() - began).count());
  }
}

void measure(char const* name, holdfast::guard const& by) {
  slow_server server;
  asio::io_context context{1};
  holdfast::http::async_client const client{context.get_executor()};
  std::string const url = server.url();
  std::vector<double> took;
  for (int i = 0; i < callers; ++i) {
    asio::co_spawn(context, call_in_turn(by, client, url, took), asio::detached);
  }
  context.run();
  std::sort(took.begin(), took.end());
  auto const at = [&](double share) {
    return took[static_cast<std::size_t>(share * static_cast<double>(took.size() - 1))];
  };
  std::printf("%-9s p50 %5.1f ms  p95 %5.1f ms  p99 %5.1f ms  p99.9 %5.1f ms  requests %+.1f %%\n",
              name, at(0.5), at(0.95), at(0.99), at(0.999),
              100.0 * (server.requests() - calls) / calls);
}

}  // namespace

int main() {
  holdfast::retry const once{.max_attempts = 1, .idempotent = true};
  holdfast::guard const plain{"plain", once};
  holdfast::guard const fixed{"fixed", once, holdfast::hedge{.delay = 10ms},
                              holdfast::budget{.capacity = 1000, .per_second = 1000}};
  holdfast::guard const learned{"learned", once, holdfast::hedge{.delay = 10ms, .quantile = 0.96},
                                holdfast::budget{.capacity = 1000, .per_second = 1000}};
  measure("unhedged", plain);
  measure("10 ms", fixed);
  measure("quantile", learned);
  return 0;
}
