#include "serve/server_parts.hpp"

#include "holdfast/base/signals_blocked.hpp"
#include "holdfast/version.hpp"
#include "serve/served_json.hpp"

#include <algorithm>
#include <chrono>
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
    if (error == asio::error::operation_aborted) co_return;
    bool is_short = static_cast<bool>(error);  // of handles or memory
    try {
      if (!is_short) take(std::move(socket));
    } catch (std::exception const&) {
      is_short = true;
    }
    if (!is_short) continue;
    static_cast<void>(open_.close_oldest());
    asio::steady_timer timer{context_, crowded_pause};
    co_await timer.async_wait(as_values);
  }
}

// One that was closed for another stays in the list until its coroutine has found out.
void server::parts::take(tcp::socket socket) {
  bool const is_full = open_.size() >= most_connections_;
  if (is_full && (!open_.close_oldest() || open_.size() >= most_connections_ + most_waiting))
    return;
  error_code ignored;
  socket.set_option(tcp::no_delay{true}, ignored);
  asio::co_spawn(context_, serve(open_.add(std::move(socket))), asio::detached);
}

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
  web_answer made = co_await answer(which, asked);
  bool const only_head = asked.method() == http::verb::head;
  co_return co_await send(which, std::move(made), asked.version(), asked.keep_alive(), only_head);
}

asio::awaitable<web_answer> server::parts::answer(connections::handle which, request const& asked) {
  web_request const seen{.method = {asked.method_string().data(), asked.method_string().size()},
                         .target = {asked.target().data(), asked.target().size()},
                         .host = field(asked, http::field::host),
                         .origin = field(asked, http::field::origin),
                         .accept = field(asked, http::field::accept),
                         .authorization = field(asked, http::field::authorization),
                         .content_type = field(asked, http::field::content_type),
                         .body = asked.body(),
                         .has_one_host = asked.count(http::field::host) == 1};
  if (auto at_once = responder_.answer_at_once(seen)) co_return *std::move(at_once);
  if (waiting_ >= most_waiting) {
    co_return refused(503, "not available", "too many wait for an answer; ask again soon");
  }
  ++waiting_;
  which->is_answered = true;
  web_answer made = co_await asio::co_spawn(
      answering_,
      [this, &seen]() -> asio::awaitable<web_answer> { co_return answer_whatever_happens(seen); },
      asio::use_awaitable);
  which->is_answered = false;
  --waiting_;
  co_return made;
}

web_answer server::parts::answer_whatever_happens(web_request const& asked) noexcept {
  try {
    return responder_.answer(asked);
  } catch (std::exception const&) {
    return {
        .status = 500,
        .content_type = "text/plain",
        .body = "the answer can't be made: the process lacks memory or descriptors; ask again\n"};
  }
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
  which->is_sent = true;
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
  which->is_sent = false;
  co_return !failed && keeps;
}

}  // namespace holdfast
