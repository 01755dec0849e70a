#include "connection.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

// g++ 12 sees Asio's operator new for coroutine frames inlined and its operator delete not.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace holdfast {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using stream_type = boost::beast::tcp_stream;
using error_code = boost::system::error_code;

/// Errors come back as values: a client that leaves is nothing exceptional here.
constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

constexpr duration look_interval = std::chrono::milliseconds{100};
constexpr std::size_t head_limit = std::size_t{16} << 10U;

/// Whether the client is still there. Every step answers this.
using still_there = asio::awaitable<bool>;

class step_runner {
 public:
  step_runner(stream_type& stream, duration idle_limit)
      : stream_{stream}, idle_limit_{idle_limit} {}

  still_there operator()(send_bytes const& step) { return send(step.bytes); }

  /// Looks now and then whether the client has left, which nothing else would tell.
  still_there operator()(keep_silent const& step) {
    asio::steady_timer timer{stream_.get_executor()};
    for (duration left = step.time; left > duration::zero(); left -= look_interval) {
      timer.expires_after(std::min(left, look_interval));
      co_await timer.async_wait(as_values);
      if (has_left()) co_return false;
    }
    co_return true;
  }

  still_there operator()(drip_bytes const& step) {
    for (std::size_t at = 0; at < step.bytes.size(); at += step.at_once) {
      if (at > 0 && !co_await (*this)(keep_silent{step.apart})) co_return false;
      if (!co_await send(std::string_view{step.bytes}.substr(at, step.at_once))) co_return false;
    }
    co_return true;
  }

  still_there operator()(flood_bytes const& step) {
    for (std::uint64_t sent = 0; sent < step.total.value; sent += step.bytes.size()) {
      if (!co_await send(step.bytes)) co_return false;
    }
    co_return true;
  }

 private:
  bool has_left() {
    char byte{};
    error_code error;
    auto& socket = stream_.socket();
    socket.non_blocking(true, error);
    socket.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, error);
    return error && error != asio::error::would_block;
  }

  still_there send(std::string_view bytes) {
    stream_.expires_after(idle_limit_);
    auto const [error, size] =
        co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), as_values);
    co_return !error;
  }

  stream_type& stream_;
  duration idle_limit_;
};

still_there carry_out(exchange const& todo, stream_type& stream, duration idle_limit) {
  step_runner run{stream, idle_limit};
  if (todo.wait > duration::zero() && !co_await run(keep_silent{todo.wait})) co_return false;
  for (exchange_step const& step : todo.steps) {
    if (!co_await std::visit(run, step)) co_return false;
  }
  co_return true;
}

}  // namespace

void reset(asio::ip::tcp::socket& socket) {
  error_code ignored;
  socket.set_option(asio::socket_base::linger{true, 0}, ignored);
  socket.close(ignored);
}

asio::awaitable<void> serve_connection(stream_type stream, api_service& service,
                                       service_clock const& clock) {
  duration const idle_limit = service.options().idle_limit;
  boost::beast::flat_static_buffer<head_limit> buffer;
  for (;;) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(head_limit);
    stream.expires_after(idle_limit);
    auto const [error, size] = co_await http::async_read_header(stream, buffer, parser, as_values);
    if (error) break;
    auto const& head = parser.get();
    // A body is never read, so what follows it can't be either.
    bool const has_body = !parser.is_done();
    std::string const method{head.method_string()};
    std::string const target{head.target()};
    exchange const todo = service.respond({method, target, head.keep_alive() && !has_body},
                                          clock.since_start(), std::chrono::system_clock::now());
    if (!co_await carry_out(todo, stream, idle_limit)) {
      service.abandoned();
      break;
    }
    if (todo.end == exchange_end::reset) {
      reset(stream.socket());
      break;
    }
    if (todo.end == exchange_end::close || has_body) break;
  }
  error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace holdfast
