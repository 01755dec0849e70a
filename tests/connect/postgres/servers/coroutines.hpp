#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace postgres_tests {

using boost::asio::awaitable;

[[nodiscard]] inline holdfast::instant now() { return std::chrono::steady_clock::now(); }

/// The failure of an outcome; one that is none where it succeeded.
template <class Outcome>
[[nodiscard]] holdfast::failure error_in(Outcome const& outcome) {
  return outcome ? holdfast::failure{} : outcome.error();
}

[[nodiscard]] inline awaitable<void> pause(holdfast::duration length) {
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, length};
  co_await timer.async_wait(boost::asio::use_awaitable);
}

/// Coroutines on the thread of the test.
class loop {
 public:
  /// What it throws ends `run`.
  template <class Coroutine>
  void spawn(Coroutine body) {
    boost::asio::co_spawn(context, std::move(body), [](std::exception_ptr const& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  }
  /// The same, cancelled where `signal` is emitted; what it throws is nobody's.
  template <class Coroutine>
  void spawn(Coroutine body, boost::asio::cancellation_signal& signal) {
    auto const ignored = [](std::exception_ptr const& /*thrown*/) {};
    boost::asio::co_spawn(context, std::move(body),
                          boost::asio::bind_cancellation_slot(signal.slot(), ignored));
  }
  /// Cancels after a while.
  void cancel_after(holdfast::duration length, boost::asio::cancellation_signal& signal) {
    spawn([length, &signal]() -> awaitable<void> {
      co_await pause(length);
      signal.emit(boost::asio::cancellation_type::terminal);
    });
  }
  void run() { context.run(); }
  /// Runs one coroutine to its end, and all others that were spawned.
  template <class Coroutine>
  void run(Coroutine body) {
    spawn(std::move(body));
    run();
  }

  boost::asio::io_context context{1};
};

/// The time that a thread has run, or was ready to run and had no core. Zero where the kernel does
/// not tell.
[[nodiscard]] inline holdfast::duration awake_so_far() {
  std::ifstream told{"/proc/thread-self/schedstat"};
  std::int64_t ran = 0;
  std::int64_t delayed = 0;
  told >> ran >> delayed;
  return std::chrono::nanoseconds{ran + delayed};
}

/// Beats every millisecond on the loop's thread, until it is told to stop: how long did the thread
/// ever sleep elsewhere than in its loop? That others had the cores is not its fault.
class heartbeat {
 public:
  explicit heartbeat(loop& on) {
    on.spawn([this]() -> awaitable<void> {
      while (!stopped_) {
        auto const began = now() - awake_so_far();
        co_await pause(std::chrono::milliseconds{1});
        longest_ = std::max(longest_, now() - awake_so_far() - began);
      }
    });
  }
  void stop() noexcept { stopped_ = true; }
  [[nodiscard]] holdfast::duration longest() const noexcept { return longest_; }

 private:
  bool stopped_ = false;
  holdfast::duration longest_{};
};

}  // namespace postgres_tests
