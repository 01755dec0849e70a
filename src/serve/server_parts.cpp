#include "serve/server_parts.hpp"

#include "holdfast/version.hpp"
#include "serve/served_json.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <sys/resource.h>

namespace holdfast {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using error_code = boost::system::error_code;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t most_head_bytes = std::size_t{8} * 1024;
constexpr std::size_t most_body_bytes = std::size_t{4} * 1024;
constexpr auto crowded_pause = std::chrono::milliseconds{10};

/// Half of the descriptors that the process may have stay for its work.
[[nodiscard]] std::size_t connections_within_limits(std::size_t wanted) noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  return std::clamp<std::size_t>(static_cast<std::size_t>(limit.rlim_cur / 2), 1, wanted);
}

/// Blocks all signals in the threads that are made meanwhile: they are the program's.
class signals_blocked {
 public:
  signals_blocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  signals_blocked(signals_blocked const&) = delete;
  signals_blocked& operator=(signals_blocked const&) = delete;
  ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

[[nodiscard]] asio::thread_pool one_thread() {
  signals_blocked const blocked;
  return asio::thread_pool{1};
}

[[nodiscard]] web_answer refused(unsigned status, std::string_view title, std::string_view why) {
  return {.status = status,
          .content_type = "application/problem+json",
          .body = problem_json(status, title, why)};
}

/// What is said to a request that can't be read; nothing where the client has gone.
[[nodiscard]] std::optional<web_answer> answer_to(error_code const& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refused(431, "request header fields too large", "8 KiB are taken");
  }
  if (error == http::error::body_limit) {
    return refused(413, "content too large", "4 KiB are taken");
  }
  if (error == boost::beast::error::timeout) {
    return refused(408, "request timeout", "the request did not come to its end");
  }
  bool const unreadable = error.category() == make_error_code(http::error::bad_method).category();
  if (unreadable && error != http::error::end_of_stream && error != http::error::partial_message) {
    return refused(400, "bad request", error.message());
  }
  return std::nullopt;
}

[[nodiscard]] std::string_view field(auto const& message, http::field name) {
  auto const found = message.find(name);
  if (found == message.end()) return {};
  return {found->value().data(), found->value().size()};
}

void set_fields(auto& message, web_answer const& answer, bool keeps) {
  message.set(http::field::server, std::string{"holdfast/"}.append(version_text));
  message.set(http::field::content_type, answer.content_type);
  message.set(http::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  message.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  if (!answer.allow.empty()) message.set(http::field::allow, answer.allow);
  if (answer.challenges) message.set(http::field::www_authenticate, "Bearer realm=\"holdfast\"");
  message.keep_alive(keeps);
}

}  // namespace

server::parts::parts(served& what, server_options options)
    : options_{std::move(options)},
      most_connections_{connections_within_limits(options_.max_connections)},
      responder_{what, options_, [] { return wall_time{std::chrono::system_clock::now()}; }},
      answering_(one_thread()) {}

server::parts::~parts() {
  context_.stop();
  if (serving_.joinable()) serving_.join();
  answering_.stop();
  answering_.join();
}

error_code server::parts::listen() {
  error_code error;
  auto const address = asio::ip::make_address(options_.address, error);
  tcp::endpoint const wanted{address, options_.port};
  if (!error) acceptor_.open(wanted.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
  if (!error) acceptor_.bind(wanted, error);
  if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  if (!error) endpoint_ = acceptor_.local_endpoint(error);
  return error;
}

void server::parts::start() {
  asio::co_spawn(context_, accept_all(), asio::detached);
  signals_blocked const blocked;
  serving_ = std::thread{[this] { context_.run(); }};
}

asio::awaitable<void> server::parts::accept_all() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(as_values);
    if (error) {
      // No handle or no memory is left: those that are open may end.
      if (error == asio::error::operation_aborted) co_return;
      make_room();
      asio::steady_timer timer{context_, crowded_pause};
      co_await timer.async_wait(as_values);
      continue;
    }
    if (open_.size() >= most_connections_) make_room();
    if (open_.size() >= 2 * most_connections_) continue;  // so many are still ending
    error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    asio::co_spawn(context_, serve(open_.add(std::move(socket))), asio::detached);
  }
}

void server::parts::make_room() { static_cast<void>(open_.close_oldest()); }

asio::awaitable<void> server::parts::serve(connections::handle which) {
  struct leaving {
    ~leaving() { all.remove(which); }
    connections& all;
    connections::handle which;
  } const at_the_end{open_, which};
  boost::beast::flat_buffer buffer{most_head_bytes + most_body_bytes};
  try {
    while (co_await serve_request(which, buffer)) {
    }
  } catch (std::exception const&) {
    // No memory for this one: it ends, the others go on.
  }
  error_code ignored;
  which->stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<bool> server::parts::serve_request(connections::handle which,
                                                   boost::beast::flat_buffer& buffer) {
  boost::beast::tcp_stream& stream = which->stream;
  if (buffer.size() == 0) {
    constexpr std::size_t first_bytes = 1024;
    stream.expires_after(options_.idle_limit);
    auto [error, count] = co_await stream.async_read_some(buffer.prepare(first_bytes), as_values);
    if (error) co_return false;
    buffer.commit(count);
  }
  open_.heard_of(which);
  stream.expires_after(options_.head_limit);
  http::request_parser<http::string_body> parser;
  parser.header_limit(most_head_bytes);
  parser.body_limit(most_body_bytes);
  auto [error, count] = co_await http::async_read(stream, buffer, parser, as_values);
  if (error) {
    auto told = answer_to(error);
    if (told) co_await send(which, *std::move(told), 11, false, false);
    co_return false;
  }
  request const asked = parser.release();
  open_.heard_of(which);
  which->is_answered = true;
  web_answer made = co_await answer(asked);
  which->is_answered = false;
  bool const only_head = asked.method() == http::verb::head;
  co_return co_await send(which, std::move(made), asked.version(), asked.keep_alive(), only_head);
}

asio::awaitable<web_answer> server::parts::answer(request const& asked) {
  web_request const seen{.method = {asked.method_string().data(), asked.method_string().size()},
                         .target = {asked.target().data(), asked.target().size()},
                         .host = field(asked, http::field::host),
                         .origin = field(asked, http::field::origin),
                         .accept = field(asked, http::field::accept),
                         .authorization = field(asked, http::field::authorization),
                         .content_type = field(asked, http::field::content_type),
                         .body = asked.body(),
                         .has_one_host = asked.count(http::field::host) == 1};
  if (responder::asks_for_life(seen)) co_return responder_.answer(seen);
  co_return co_await asio::co_spawn(
      answering_,
      [this, &seen]() -> asio::awaitable<web_answer> { co_return responder_.answer(seen); },
      asio::use_awaitable);
}

asio::awaitable<bool> server::parts::send(connections::handle which, web_answer answer,
                                          unsigned version, bool keeps, bool only_head) {
  if (bytes_sent_ > 0 && bytes_sent_ + answer.body.size() > most_bytes_sent) {
    answer = refused(503, "not available", "too much is being sent already; ask again soon");
  }
  struct sending {
    sending(std::size_t& counted, std::size_t size) : all{counted}, mine{size} { all += mine; }
    sending(sending const&) = delete;
    sending& operator=(sending const&) = delete;
    ~sending() { all -= mine; }
    std::size_t& all;
    std::size_t mine;
  } const counted{bytes_sent_, answer.body.size()};
  which->stream.expires_after(options_.send_limit);
  auto const status = static_cast<http::status>(answer.status);
  error_code failed;
  if (only_head) {
    http::response<http::empty_body> message{status, version};
    set_fields(message, answer, keeps);
    message.content_length(answer.body.size());
    auto [error, count] = co_await http::async_write(which->stream, message, as_values);
    failed = error;
  } else {
    http::response<http::string_body> message{status, version};
    set_fields(message, answer, keeps);
    message.body() = std::move(answer.body);
    message.prepare_payload();
    auto [error, count] = co_await http::async_write(which->stream, message, as_values);
    failed = error;
  }
  co_return !failed && keeps;
}

}  // namespace holdfast
