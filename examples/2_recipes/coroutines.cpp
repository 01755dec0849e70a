// What a guarded coroutine owns and what it shares, and who can end it. Every form here is safe
// with g++ 12 too: what holds objects by value has a name before it stands in a co_await.

#include <holdfast/asio.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;

struct repository {
  awaitable<int> load(int id) {
    ++loads;
    co_return 10 * id;
  }
  int loads = 0;
};

awaitable<void> never_answer() {
  asio::steady_timer never{co_await asio::this_coro::executor, 24h};
  co_await never.async_wait(asio::use_awaitable);
}

awaitable<void> share_and_own(holdfast::guard const& lookup, int id) {
  // By reference, where it stands: this coroutine waits, so what it refers to is there.
  int const twice = co_await lookup([&id]() -> awaitable<int> { co_return 2 * id; });

  // By value: the call owns a copy of what has a name here.
  auto const greet = [word = std::string{"hello"}]() -> awaitable<std::string> { co_return word; };
  std::string const greeting = co_await lookup(greet);

  // What only moves: the call takes it over from its name.
  auto pay = [ticket = std::make_unique<int>(id)]() -> awaitable<int> { co_return *ticket; };
  int const paid = co_await lookup(holdfast::moved(pay));

  // Wrapped: the call owns its arguments, and shares what it is given by a pointer or std::ref.
  auto const load = lookup.wrap(&repository::load);
  repository molecules;
  int const found = co_await load(&molecules, id);

  std::printf("%d, %s, %d, %d after %d load\n", twice, greeting.c_str(), paid, found,
              molecules.loads);
}

awaitable<void> give_up(holdfast::guard const& lookup) {
  using namespace asio::experimental::awaitable_operators;

  // Whichever ends first cancels the other one.
  asio::steady_timer patience{co_await asio::this_coro::executor, 10ms};
  auto call = lookup(never_answer);
  auto timer = patience.async_wait(asio::use_awaitable);
  auto const first = co_await (std::move(call) || std::move(timer));
  std::printf("%s\n", first.index() == 0 ? "answered" : "out of patience");

  // By a token, from any thread. It has a name as well: options refer to it, and copy nothing.
  std::stop_source source;
  std::stop_token const stop = source.get_token();
  auto const stopping = [&source]() -> awaitable<void> {
    source.request_stop();
    return never_answer();
  };
  try {
    co_await lookup.with({.stop = stop})(stopping);
  } catch (boost::system::system_error const& error) {  // that of the attempt
    holdfast::failure const seen = failure_of(error);
    std::printf("stopped: %s\n", holdfast::enum_name(seen.category).data());
  }
}

}  // namespace

int main() {
  holdfast::guard const lookup{"lookup", holdfast::retry{.idempotent = true}};
  asio::io_context io;
  asio::co_spawn(io, share_and_own(lookup, 7), asio::detached);
  io.run();
  io.restart();
  asio::co_spawn(io, give_up(lookup), asio::detached);
  io.run();
}
