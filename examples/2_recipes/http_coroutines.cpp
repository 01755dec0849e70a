// Asks for several pages at a time from one thread, which none of them blocks: each request is
// awaited in a coroutine of Boost.Asio.

#include <holdfast/connect/http/async_client.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace {

namespace asio = boost::asio;
namespace http = holdfast::http;

/// The body of a page, or what kind of failure there was instead.
asio::awaitable<void> read(http::async_client const& client, std::string url, std::string& into) {
  using namespace std::chrono_literals;
  // A name of its own: g++ 12 miscompiles braces within a co_await expression.
  http::request wanted{.url = std::move(url), .deadline = std::chrono::steady_clock::now() + 2s};
  auto const page = co_await client.send(std::move(wanted));
  into = page ? page->body : name_of(page.error().category);
}

}  // namespace

int main() {
  asio::io_context io;
  http::async_client const client{io.get_executor(), {}, {}, {.max_connections = 8}};

  std::array<std::string, 3> pages;
  for (auto& page : pages) {
    asio::co_spawn(io, read(client, "http://127.0.0.1:1/", page), asio::detached);  // nobody there
  }
  io.run();

  for (auto const& page : pages) std::puts(page.c_str());
}
