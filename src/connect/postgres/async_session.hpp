#pragma once

#include "connect/postgres/asio_waiter.hpp"
#include "connect/postgres/session.hpp"
#include "connect/postgres/verdict.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/call_limits.hpp"

#include <memory>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

namespace holdfast::postgres {

/// A session for the time of one operation of a coroutine. An operation that does not come to its
/// end leaves it poisoned: nobody knows what the server is at.
class session_in_use {
 public:
  session_in_use(session& on, waiter& by, call_limits limits) : on_{&on}, before_{&on.waits_by()} {
    on.is_busy() = true;
    on.wait_by(by);
    on.limit(std::move(limits));
  }
  session_in_use(session_in_use const&) = delete;
  session_in_use& operator=(session_in_use const&) = delete;
  ~session_in_use() {
    if (!has_ended_) on_->poison();
    on_->is_busy() = false;
    on_->wait_by(*before_);
    if (!on_->is_usable()) on_->let_socket_go();
  }
  void has_ended() noexcept { has_ended_ = true; }

 private:
  session* on_;
  waiter* before_;
  bool has_ended_ = false;
};

/// Runs a task on a session, for a coroutine: within what it asked for, and ended by its
/// cancellation. `start` makes the task of the session.
template <class Start>
auto on_session(std::shared_ptr<session> on, Start start)
    -> boost::asio::awaitable<decltype(start(*on).take())> {
  if (on->is_busy()) {
    co_return unexpected{not_sent("55000", "another coroutine is using this connection")};
  }
  asio_waiter by{co_await boost::asio::this_coro::executor};
  auto const cancellation = co_await boost::asio::this_coro::cancellation_state;
  session_in_use use{*on, by, by.heeding(cancellation, on->asked())};
  auto const begin = [&] { return start(*on); };
  auto outcome = co_await by.drive(begin);
  use.has_ended();
  co_return outcome;
}

}  // namespace holdfast::postgres
