// A guard around Boost.Asio in blocking code: an operation is started, and its io_context is run
// until the deadline. (SO_RCVTIMEO does nothing here: Asio's own blocking calls wait for ever.)

#include <holdfast/classify/asio.hpp>
#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Runs one operation until it has ended, or time is up. What was cancelled by our own clock is a
/// timeout: operation_aborted would say that somebody gave up, and would never be repeated.
template <class Start>
boost::system::error_code finish(asio::io_context& io, tcp::socket& socket,
                                 holdfast::attempt const& now, Start const& start) {
  std::optional<boost::system::error_code> seen;
  start([&seen](boost::system::error_code const& code, auto const&...) { seen = code; });
  io.restart();
  if (now.deadline() == holdfast::never_reached) {
    io.run();
  } else {
    io.run_until(now.deadline());
  }
  if (seen) return *seen;
  socket.close();
  io.run();  // the handler is called with operation_aborted
  return asio::error::timed_out;
}

holdfast::expected<tcp::socket, holdfast::failure> connect(asio::io_context& io,
                                                           tcp::endpoint const& to,
                                                           holdfast::attempt const& now) {
  tcp::socket socket{io};
  auto const code = finish(io, socket, now, [&](auto done) { socket.async_connect(to, done); });
  if (!code) return socket;
  return holdfast::unexpected{holdfast::classify_error_code(code, holdfast::phase::not_sent)};
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  holdfast::guard const printer{"printer", holdfast::retry{.initial_delay = 10ms},
                                holdfast::breaker{}, holdfast::attempt_timeout{2s}};
  asio::io_context io;
  tcp::endpoint const nobody{asio::ip::address_v4::loopback(), 1};

  holdfast::story story;
  auto const socket = printer.with({.story = &story})(
      [&](holdfast::attempt const& now) { return connect(io, nobody, now); });

  std::printf("attempts: %d\n", story.attempts);
  std::printf("%s\n", socket ? "connected" : describe(socket.error()).c_str());
}
