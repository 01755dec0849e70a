#pragma once

#include "holdfast/asio.hpp"
#include "holdfast/testing.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <system_error>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast {

using boost::asio::awaitable;
using boost::asio::use_awaitable;

/// Runs a coroutine to its end on a context of its own, and hands on what it answers or throws.
template <class Value>
Value run_to_end(boost::asio::io_context& context, awaitable<Value> one) {
  std::exception_ptr thrown;
  std::optional<std::conditional_t<std::is_void_v<Value>, bool, Value>> answer;
  boost::asio::co_spawn(
      context,
      [](awaitable<Value> inner, auto& result) -> awaitable<void> {
        if constexpr (std::is_void_v<Value>) {
          co_await std::move(inner);
          result = true;
        } else {
          result.emplace(co_await std::move(inner));
        }
      }(std::move(one), answer),
      [&](std::exception_ptr const& why) { thrown = why; });
  context.restart();
  context.run();
  if (thrown) std::rethrow_exception(thrown);
  if constexpr (!std::is_void_v<Value>) return std::move(*answer);
}

template <class Value>
Value run_to_end(awaitable<Value> one) {
  boost::asio::io_context context;
  return run_to_end(context, std::move(one));
}

inline awaitable<void> sleep_for(duration length) {
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, length};
  co_await timer.async_wait(use_awaitable);
}

inline std::system_error connection_lost() {
  return std::system_error{std::make_error_code(std::errc::connection_reset)};
}

/// A retry that hardly waits.
inline retry quick_retry(int attempts) {
  return {.max_attempts = attempts,
          .initial_delay = std::chrono::milliseconds{1},
          .jitter = jitter::none,
          .idempotent = true};
}

}  // namespace holdfast
