// A program outside of Holdfast, with coroutines: the third attempt succeeds.
#include <holdfast/asio.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

int main() {
  using namespace std::chrono_literals;
  holdfast::guard guard{"consumer", holdfast::retry{.initial_delay = 1ms, .idempotent = true},
                        holdfast::attempt_timeout{10s}};
  int calls = 0;
  int answer = 0;

  boost::asio::io_context io;
  auto call = guard([&]() -> boost::asio::awaitable<int> {
    if (++calls < 3) throw std::runtime_error{"not yet"};
    co_return 42;
  });
  boost::asio::co_spawn(io, std::move(call),
                        [&](std::exception_ptr const&, int given) { answer = given; });
  io.run();

  std::cout << "in a coroutine: " << answer << " after " << calls << " attempts\n";
  return answer == 42 && calls == 3 ? EXIT_SUCCESS : EXIT_FAILURE;
}
