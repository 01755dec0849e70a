#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <curl/curl.h>

namespace holdfast::http {

/// A socket of libcurl's that Asio watches as long as libcurl wants. libcurl opens and closes it.
class watched_socket : public std::enable_shared_from_this<watched_socket> {
 public:
  /// What to tell libcurl: the socket, and CURL_CSELECT_ flags.
  using listener = std::function<void(curl_socket_t, int)>;

  /// Throws boost::system::system_error where the reactor does not take it.
  watched_socket(boost::asio::any_io_executor const& by, curl_socket_t socket, listener told);
  watched_socket(watched_socket const&) = delete;
  watched_socket& operator=(watched_socket const&) = delete;
  ~watched_socket() { leave(); }

  /// Watches for what is wanted from now on, a CURL_POLL_ value.
  void want(int what);

  /// Ends the watch. Must come before libcurl closes the socket: its number may be another's then.
  void leave() noexcept;

 private:
  void arm(int direction);
  void on_ready(int direction, bool failed);

  boost::asio::posix::stream_descriptor watched_;
  listener told_;
  int wanted_ = CURL_POLL_NONE;  // CURL_POLL_IN and CURL_POLL_OUT, as bits
  int armed_ = CURL_POLL_NONE;   // the directions that are waited for
};

}  // namespace holdfast::http
