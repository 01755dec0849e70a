// Asks for several pages at a time from one thread, which none of them blocks: each is asked for in
// a coroutine of Boost.Asio, under a guard that repeats what may be repeated.

#include <holdfast/asio.hpp>
#include <holdfast/connect/http/async_client.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// The body of a page, or what kind of failure there was instead.
asio::awaitable<void> read(holdfast::http::async_client const& client, holdfast::guard const& page,
                           std::string url, std::string& into) {
  auto const answer = co_await page([&](holdfast::attempt const& a) { return client.get(url, a); });
  into = answer ? answer->body : name_of(answer.error().category);
}

}  // namespace

int main() {
  asio::io_context io;
  holdfast::http::async_client const client{io.get_executor(), {}, {}, {.max_connections = 8}};
  holdfast::guard const page{"kelp.page", holdfast::retry{.initial_delay = 10ms},
                             holdfast::attempt_timeout{2s}};

  std::array<std::string, 3> told;
  for (auto& each : told) {  // nobody is there
    asio::co_spawn(io, read(client, page, "http://127.0.0.1:1/", each), asio::detached);
  }
  io.run();

  for (auto const& each : told) std::puts(each.c_str());
}
