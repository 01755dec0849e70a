// 10. Hedging: an answer that is late is asked for a second time, elsewhere.

#include <holdfast/asio.hpp>

#include <chrono>
#include <cstdio>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;

/// Says when nobody waits for an answer any more.
struct farewell {
  ~farewell() { std::printf("%s is done with\n", host.c_str()); }
  std::string host;
};

/// Stands for two copies of a service. The first is busy and answers in an hour.
awaitable<std::string> ask(std::string host) {
  std::printf("asking %s\n", host.c_str());
  farewell const at_end{host};
  asio::steady_timer answer{co_await asio::this_coro::executor};
  answer.expires_after(host == "kelp-1" ? 1h : 0h);
  co_await answer.async_wait(asio::use_awaitable);
  co_return "a page from " + host;
}

awaitable<void> show_page(holdfast::guard const& pages, holdfast::guard_per_key const& copies) {
  auto const ask_a_copy = [&copies](holdfast::attempt const& a) -> awaitable<std::string> {
    std::string const host = a.number() == 1 ? "kelp-1" : "kelp-2";
    auto const asking = [&host] { return ask(host); };
    co_return co_await copies[host].within(a)(asking);  // each copy has a circuit of its own
  };

  std::string const page = co_await pages(ask_a_copy);
  std::printf("%s\n", page.c_str());
}

}  // namespace

int main() {
  holdfast::guard const pages{"pages", holdfast::retry{.idempotent = true},
                              holdfast::hedge{.delay = 20ms}};
  pages.on_event([](holdfast::event const& what) {
    std::printf("%s: attempt %d\n", holdfast::enum_name(what.kind).data(), what.attempt);
  });
  holdfast::guard_per_key const copies{"copy", holdfast::breaker{.failure_threshold = 1}};

  asio::io_context io;
  asio::co_spawn(io, show_page(pages, copies), asio::detached);
  io.run();

  for (char const* host : {"kelp-1", "kelp-2"}) {  // to be slow once is no failure
    std::printf("%s: %s\n", host, holdfast::enum_name(copies[host].state()).data());
  }
}
