#pragma once

#include "connect/postgres/waiting.hpp"
#include "holdfast/connect/postgres/call_limits.hpp"

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

namespace holdfast::postgres {

class reactor_socket;
class reactor_wait;

/// Waits in a coroutine of Asio: a task that has to wait is suspended, and `drive` awaits what it
/// waits for, and resumes it. One for each operation; no thread is blocked by it.
class asio_waiter final : public waiter {
 public:
  explicit asio_waiter(boost::asio::any_io_executor const& where);
  ~asio_waiter() override;

  /// These limits, with a stop that the cancellation of the coroutine requests, too.
  [[nodiscard]] call_limits heeding(boost::asio::cancellation_state const& cancellation,
                                    call_limits given);

  /// Runs a task to its end. `start` makes it.
  template <class Start>
  [[nodiscard]] auto drive(Start start) -> boost::asio::awaitable<decltype(start().take())>;

  /// For `co_await` in a task: what the coroutine does meanwhile, with the ways of its caller.
  class aside {
   public:
    using call = std::function<boost::asio::awaitable<void>()>;
    aside(asio_waiter& by, call const& what) noexcept : by_{&by}, what_{&what} {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> who) noexcept {
      by_->suspended_ = who;
      by_->aside_ = what_;
    }
    void await_resume() const noexcept {}

   private:
    asio_waiter* by_;
    call const* what_;
  };

  void watch(std::stop_token const& stop) override;
  void wake() noexcept override;
  [[nodiscard]] std::optional<wait_end> wait_at_once(wait_terms const& terms) override;
  void suspend(wait_terms const& terms, std::coroutine_handle<> who) override;
  [[nodiscard]] wait_end ended() const noexcept override { return ended_; }
  [[nodiscard]] task<looked_up> look_up(std::string const& host, instant deadline) override;

 private:
  struct stopping {
    reactor_wait* what;
    void operator()() const noexcept;
  };
  struct passing_on {
    std::stop_source to;
    void operator()() const noexcept { std::stop_source{to}.request_stop(); }
  };

  /// Does what the suspended task waits for, and resumes it.
  [[nodiscard]] boost::asio::awaitable<void> carry_on();
  [[nodiscard]] boost::asio::awaitable<wait_end> wait_in_reactor();
  [[nodiscard]] reactor_socket* socket_in(std::unique_ptr<socket_watch>& watch) const;

  boost::asio::any_io_executor where_;
  std::shared_ptr<reactor_wait> reactor_;
  std::stop_token stop_{};
  std::optional<std::stop_callback<stopping>> callback_{};
  std::stop_source cancelled_{std::nostopstate};
  std::optional<std::stop_callback<passing_on>> given_{};
  std::coroutine_handle<> suspended_{};
  wait_terms terms_{};
  aside::call const* aside_ = nullptr;
  wait_end ended_ = wait_end::ready;
  bool callers_throw_ = true;  // what throw_if_cancelled is to the caller
};

template <class Start>
auto asio_waiter::drive(Start start) -> boost::asio::awaitable<decltype(start().take())> {
  // A cancellation ends waits as a stop does: what it means is for the session to say.
  callers_throw_ = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  auto run = start();
  std::exception_ptr thrown;
  try {
    while (!run.is_done()) co_await carry_on();
  } catch (...) {
    thrown = std::current_exception();
  }
  co_await boost::asio::this_coro::throw_if_cancelled(callers_throw_);
  if (thrown) std::rethrow_exception(thrown);
  co_return run.take();
}

}  // namespace holdfast::postgres
