#pragma once

#include "holdfast/serve/server.hpp"
#include "serve/connections.hpp"
#include "serve/responder.hpp"

#include <cstddef>
#include <cstdint>
#include <thread>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace holdfast {

/// The sockets of a server, and its two threads. All but the answers happens in one of them.
class server::parts {
 public:
  parts(served& what, server_options options);
  parts(parts const&) = delete;
  parts& operator=(parts const&) = delete;
  ~parts();

  [[nodiscard]] boost::system::error_code listen();
  void start();
  [[nodiscard]] boost::asio::ip::tcp::endpoint const& endpoint() const noexcept {
    return endpoint_;
  }
  void drain() noexcept { responder_.drain(); }

 private:
  using request = boost::beast::http::request<boost::beast::http::string_body>;

  /// Together in answers that are being sent: further ones are refused.
  static constexpr std::size_t most_bytes_sent = std::size_t{64} * 1024 * 1024;
  /// Requests that wait for their answer: further ones are refused.
  static constexpr std::size_t most_waiting = 32;

  [[nodiscard]] boost::asio::awaitable<void> accept_all();
  [[nodiscard]] boost::asio::awaitable<void> serve(connections::handle which);
  /// False where the connection ends.
  [[nodiscard]] boost::asio::awaitable<bool> serve_request(connections::handle which,
                                                           boost::beast::flat_buffer& buffer);
  [[nodiscard]] boost::asio::awaitable<web_answer> answer(connections::handle which,
                                                          request const& asked);
  [[nodiscard]] web_answer answer_whatever_happens(web_request const& asked) noexcept;
  [[nodiscard]] boost::asio::awaitable<bool> send(connections::handle which, web_answer answer,
                                                  unsigned version, bool keeps, bool only_head);
  void take(boost::asio::ip::tcp::socket socket);

  server_options const options_;
  std::size_t const most_connections_;
  responder responder_;
  std::size_t bytes_sent_ = 0;
  std::size_t waiting_ = 0;
  connections open_;  // before the context: its end ends those who leave this
  boost::asio::io_context context_{1};
  boost::asio::ip::tcp::endpoint endpoint_;
  boost::asio::ip::tcp::acceptor acceptor_{context_};
  boost::asio::thread_pool answering_;
  std::thread serving_;
};

}  // namespace holdfast
