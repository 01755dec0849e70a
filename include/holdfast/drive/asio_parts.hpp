#pragma once

#include "holdfast/drive/asio_outcome.hpp"
#include "holdfast/drive/call_options.hpp"
#include "holdfast/drive/callable.hpp"
#include "holdfast/drive/shared_operation.hpp"

#include <chrono>
#include <concepts>
#include <optional>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::detail {

/// Awaits an operation where it stands: `use_awaitable` would make a coroutine of its own for it.
inline constexpr boost::asio::as_tuple_t<boost::asio::deferred_t> plain_wait{};

/// What is different for one call, with the stop_token that it names.
class kept_call_options {
 public:
  explicit kept_call_options(call_options const& given)
      : given_{given}, stop_{given.stop.token()} {}
  explicit kept_call_options(no_call_options /*nothing*/) noexcept {}

  /// The call's decisions, once all this is where it will stay.
  [[nodiscard]] coroutine_call begin(operation& guarded, policies_version* version) noexcept {
    if (stop_.stop_possible()) given_.stop = stop_;
    return coroutine_call{guarded, version, given_};
  }

 private:
  call_options given_{};
  std::stop_token stop_{};
};

[[nodiscard]] inline call_options const& told(call_options const& options) noexcept {
  return options;
}
[[nodiscard]] inline call_options const& told(no_call_options /*nothing*/) noexcept {
  static constexpr call_options none{};
  return none;
}

/// All that a guarded coroutine was given; it owns them, so nothing of them need outlive its start.
/// @tparam Options kept_call_options, or no_call_options for a call that has none: 100 bytes less
template <class Options, class Call, class... Rules>
struct coroutine_parts {
  shared_operation guarded;
  held_policies policies;
  [[no_unique_address]] Options options;
  Call call;
  [[no_unique_address]] std::tuple<Rules...> rules;

  /// The call's decisions, once all this is where it will stay.
  [[nodiscard]] coroutine_call begin() noexcept {
    if constexpr (std::is_same_v<Options, no_call_options>) {
      return coroutine_call{*guarded, policies.version()};
    } else {
      return options.begin(*guarded, policies.version());
    }
  }
};

template <class Executor>
using steady_timer_on = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

template <class Result>
inline constexpr bool is_asio_awaitable = false;
template <class Value, class Executor>
inline constexpr bool is_asio_awaitable<boost::asio::awaitable<Value, Executor>> = true;

/// Whether the substitute of or_else is a coroutine itself.
template <class Rules>
inline constexpr bool awaits_substitute = is_asio_awaitable<decltype(substitute_for(
    std::declval<Rules const&>().instead.substitute(), std::declval<failure const&>()))>;

template <class Value, class Rules>
consteval bool accepts_substitute() {
  if constexpr (!Rules::replaces) {
    return true;
  } else {
    using substitute =
        std::remove_reference_t<decltype(std::declval<Rules const&>().instead.substitute())>;
    if constexpr (is_substitute<substitute>) {
      if constexpr (awaits_substitute<Rules>) {
        using given = typename decltype(substitute_for(std::declval<substitute&>(),
                                                       std::declval<failure const&>()))::value_type;
        constexpr bool fits = std::is_void_v<Value> || std::convertible_to<given, Value>;
        static_assert(fits, "the substitute of or_else gives a value that converts to the result");
        return fits;
      } else {
        return Rules::template accepts_substitute<Value>();
      }
    } else {
      return Rules::template accepts_substitute<Value>();
    }
  }
}

/// Whether something may have to reach a call from outside while it waits or runs: a deadline, a
/// stop, another attempt beside it, a place in the bulkhead.
[[nodiscard]] inline bool must_be_attended(operation_options const& all,
                                           call_options const& options) noexcept {
  bool const bounded = !is_off(all.attempt_timeout.limit) || !is_off(all.total_timeout.limit) ||
                       options.deadline != never_reached || options.stop.stop_possible();
  if (bounded || all.hedge.max_hedges > 0 || all.bulkhead.max_waiting > 0) return true;
  if (options.within == nullptr) return false;
  call_context const& around = options.within->call();
  return around.deadline() != never_reached || around.stop().stop_possible();
}

/// An instant of any clock as one of Asio's: as far from now as it is by the clock of the guard.
[[nodiscard]] inline instant on_steady_clock(instant at, timekeeper& time) noexcept {
  if (at == never_reached || &time == &system_time()) return at;
  return later(std::chrono::steady_clock::now(), at - time.now());
}

/// Makes an attempt with the innermost policy around it: an injected failure takes its place.
template <class Value, class Executor, class Call>
boost::asio::awaitable<Value, Executor> run_with_fault(operation& guarded, Call& call,
                                                       attempt present) {
  core::injected_fault const drawn = guarded.draw_fault(present.call().policies().fault_injection);
  if (drawn.latency > duration::zero()) {
    Executor const executor = co_await boost::asio::this_coro::executor;
    steady_timer_on<Executor> latency{executor, drawn.latency};
    co_await latency.async_wait(boost::asio::use_awaitable_t<Executor>{});
  }
  if (drawn.fails) co_return failed<Value>(*drawn.fails);
  auto running = invoke_with(call, present);
  co_return co_await std::move(running);
}

/// The coroutine of one attempt, not yet started.
template <class Value, class Executor, class Call>
[[nodiscard]] boost::asio::awaitable<Value, Executor> attempt_of(coroutine_call const& progress,
                                                                 Call& call,
                                                                 attempt const& present) {
  if (progress.injects()) [[unlikely]]
    return run_with_fault<Value, Executor>(progress.guarded(), call, present);
  return invoke_with(call, present);
}

}  // namespace holdfast::detail
