#pragma once

// An adapter, for programs that have Boost: it names Boost.Asio. Nothing else of this folder does.

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/http/client.hpp"
#include "holdfast/connect/http/request.hpp"
#include "holdfast/connect/http/response.hpp"
#include "holdfast/drive/attempt.hpp"

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace holdfast::http {

class switchboard;

/// How much a client does at a time.
struct capacity {
  /// Connections at once, kept ones included; as many requests run at a time. >= 1.
  int max_connections = 100;
  /// Requests that wait for their turn, first come, first served; one more is refused. >= 0.
  int max_waiting = 1000;
};

/// The `client` of coroutines: sends any number of requests at a time, and blocks no thread.
///
///     holdfast::http::async_client client{io.get_executor()};
///     holdfast::http::request wanted{.url = url, .deadline = soon};
///     auto page = co_await client.send(std::move(wanted));
///
/// What is sent, followed, refused and made of answers is what `client` does, to the letter; only
/// the waiting differs. libcurl's work is done on the client's executor, as the handlers of its
/// sockets and timers. A request may come from any coroutine, of any executor and thread, and is
/// resumed on its own. The client's executor must run one handler at a time: where several threads
/// run an io_context, give the client a strand.
///
/// A request ends early by its deadline, its stop_token, the cancellation slot of its coroutine,
/// and the end of the client. The last three are failures of category cancelled before the
/// deadline, after it the timeout that it is, and never throw; a coroutine that was cancelled is
/// told so by Asio at its next co_await. Whatever ends a request, it is taken off the connection
/// before its coroutine goes on.
///
/// A request that finds max_waiting others in line, or whose deadline passes there, is a failure of
/// our own (category rejected, fault local): it says nothing about the server.
///
/// May be destroyed at any time, also with requests on their way, and on any thread, but not after
/// the execution context of its executor. An io_context that is destroyed takes its requests along;
/// their coroutines are not resumed. A client that has nothing to do keeps no `run()` from
/// returning. Memory: as `client`, once for each request that runs; 5 KiB for each that waits.
/// Descriptors: two for each request that runs, one for each kept connection. Cost beyond
/// libcurl's: some nine allocations and as many handlers a request.
///
/// The trap: g++ 12 crashes on `co_await client.send({.url = url})`, since it destroys braced
/// temporaries within a co_await expression wrongly. Name the request.
///
/// Needs the same Boost.Asio, with the same BOOST_ASIO_ macros, that Holdfast was built with.
class async_client {
 public:
  explicit async_client(boost::asio::any_io_executor by, limits const& bounds = {}, trust whom = {},
                        capacity const& room = {});
  async_client(async_client&& other) noexcept;
  async_client& operator=(async_client&& other) noexcept;
  ~async_client();

  /// The whole answer, or why there is none. Begins when it is awaited; the client may go before.
  [[nodiscard]] boost::asio::awaitable<expected<response, failure>> send(request wanted) const;

  /// The same within an attempt, which is read at once: `send(wanted.within(now))`.
  [[nodiscard]] boost::asio::awaitable<expected<response, failure>> send(request wanted,
                                                                         attempt const& now) const;

  /// A plain GET within an attempt.
  [[nodiscard]] boost::asio::awaitable<expected<response, failure>> get(std::string url,
                                                                        attempt const& now) const;

  [[nodiscard]] boost::asio::any_io_executor get_executor() const noexcept;

 private:
  void close() noexcept;

  std::shared_ptr<switchboard> board_;
};

}  // namespace holdfast::http
