// 9. Coroutines: the same guards, and none of them blocks a thread. What is late is cancelled.

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

/// Says when an attempt has ended, in whatever way.
struct farewell {
  ~farewell() { std::printf("attempt %d ends\n", attempt); }
  int attempt;
};

/// Stands for a service across the network. The first question is never answered.
awaitable<std::string> ask_service(int attempt) {
  std::printf("attempt %d\n", attempt);
  farewell const at_end{attempt};
  if (attempt == 1) {
    asio::steady_timer never{co_await asio::this_coro::executor, 24h};
    co_await never.async_wait(asio::use_awaitable);
  }
  co_return "sunny";
}

awaitable<void> show_forecast(holdfast::guard const& forecast, holdfast::guard const& network) {
  auto const ask = [&network](holdfast::attempt const& outer) -> awaitable<std::string> {
    // A guard inside is told so: it has no more time than the attempt around it.
    auto const inside = [&outer](holdfast::attempt const& inner) -> awaitable<std::string> {
      bool const same = inner.deadline() == outer.deadline();
      std::printf("%s\n", same ? "with the deadline of the forecast" : "with one of its own");
      return ask_service(outer.number());
    };
    co_return co_await network.within(outer)(inside);
  };

  std::string const answer = co_await forecast(ask);
  std::printf("%s\n", answer.c_str());
}

}  // namespace

int main() {
  holdfast::guard const forecast{"forecast",
                                 holdfast::retry{.initial_delay = 1ms, .idempotent = true},
                                 holdfast::attempt_timeout{500ms}};
  holdfast::guard const network{"network", holdfast::breaker{}};

  asio::io_context io;
  asio::co_spawn(io, show_forecast(forecast, network), asio::detached);
  io.run();
}
