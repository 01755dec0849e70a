#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <curl/curl.h>

namespace holdfast::http {

/// A socket of libcurl's that Asio watches as long as libcurl wants, by a duplicate of its own.
///
/// Not by the number that libcurl has: it promises to end the watch before it closes a socket, but
/// 7.88 closes one that is still connecting first. By then the number may be another socket's, of
/// another thread, which would be taken from the reactor in its place.
class watched_socket : public std::enable_shared_from_this<watched_socket> {
 public:
  /// What to tell libcurl: the socket, and CURL_CSELECT_ flags.
  using listener = std::function<void(curl_socket_t, int)>;

  watched_socket(boost::asio::any_io_executor const& by, curl_socket_t socket, listener told);
  watched_socket(watched_socket const&) = delete;
  watched_socket& operator=(watched_socket const&) = delete;
  ~watched_socket() { leave(); }

  /// Begins the watch; false where there is no room for another descriptor.
  [[nodiscard]] bool join() noexcept;

  /// Watches for what is wanted from now on, a CURL_POLL_ value.
  void want(int what);

  /// Ends the watch, also where a handler still holds it.
  void leave() noexcept;

 private:
  void arm(int direction);
  void on_ready(int direction, bool failed);

  curl_socket_t socket_;
  boost::asio::posix::stream_descriptor watched_;  // the duplicate
  listener told_;
  int wanted_ = CURL_POLL_NONE;  // CURL_POLL_IN and CURL_POLL_OUT, as bits
  int armed_ = CURL_POLL_NONE;   // the directions that are waited for
};

}  // namespace holdfast::http
