#pragma once

#include "connect/http/handles.hpp"
#include "connect/http/ticket.hpp"
#include "connect/http/watched_socket.hpp"
#include "holdfast/connect/http/async_client.hpp"
#include "holdfast/connect/http/client.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <curl/curl.h>

namespace holdfast::http {

/// What the requests of one async_client share: libcurl's multi handle, whose sockets and timer
/// Asio watches, and the line of those that wait for their turn.
///
/// Everything but the constructor happens on its executor. libcurl is never called from within its
/// own callbacks: these only start and end operations of Asio, and what has ended is told to its
/// ticket, which wakes its coroutine later. No operation keeps the board alive, so it ends with the
/// client and the last request.
class switchboard : public std::enable_shared_from_this<switchboard> {
 public:
  /// Throws std::bad_alloc.
  switchboard(boost::asio::any_io_executor by, limits const& bounds, trust whom,
              capacity const& room);
  switchboard(switchboard const&) = delete;
  switchboard& operator=(switchboard const&) = delete;
  ~switchboard();

  [[nodiscard]] boost::asio::any_io_executor const& executor() const noexcept { return executor_; }
  [[nodiscard]] limits const& bounds() const noexcept { return bounds_; }
  [[nodiscard]] trust const& whom() const noexcept { return whom_; }
  [[nodiscard]] capacity const& room() const noexcept { return room_; }
  [[nodiscard]] CURLM* multi() const noexcept { return multi_.get(); }

  /// Says whose an easy handle is. Before it is attached.
  void claim(CURL* easy, ticket& whose);

  /// Stops every request, now and from now on.
  void close() noexcept;

 private:
  friend class seat;

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self,
                       void* unused) noexcept;
  static int on_timer(CURLM* multi, long milliseconds, void* self) noexcept;

  [[nodiscard]] bool watch(curl_socket_t socket, int what);
  void wake_in(long milliseconds);
  void act(curl_socket_t socket, int what);
  void tell_the_ended();
  void call_the_next() noexcept;

  boost::asio::any_io_executor executor_;
  limits bounds_;
  trust whom_;
  capacity room_;
  bool closed_ = false;
  std::list<ticket*> waiting_;
  std::list<ticket*> running_;
  // In this order: the easy handles must go before the multi handle, and that before the timer.
  boost::asio::steady_timer timer_;
  multi_handle multi_;
  std::vector<easy_handle> spare_;  // as many as fit, ready for other requests
  std::unordered_map<curl_socket_t, std::shared_ptr<watched_socket>> sockets_;
};

/// The place of one request: in line from the start, then on the board until its end.
class seat {
 public:
  /// Both must outlive it. The ticket is called when its turn comes, maybe at once.
  seat(switchboard& on, ticket& of);
  seat(seat const&) = delete;
  seat& operator=(seat const&) = delete;
  ~seat();

  /// Whether there was room in the line; otherwise its turn never comes.
  [[nodiscard]] bool is_taken() const noexcept { return taken_; }

  /// An easy handle for a request whose turn it is. Throws std::bad_alloc.
  [[nodiscard]] CURL* easy();

 private:
  switchboard* on_;
  ticket* of_;
  bool taken_ = false;
  std::list<ticket*> node_;  // of which the only element moves through the lists of the board
  std::list<ticket*>::iterator at_;
  easy_handle easy_;
};

}  // namespace holdfast::http
