#pragma once

#include "holdfast/drive/attempt.hpp"

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace holdfast {

namespace detail {

/// Calls what takes an attempt, or nothing. Where both fit, it takes the attempt.
template <class Call>
decltype(auto) invoke_with(Call& call, attempt const& present) {
  if constexpr (std::invocable<Call&, attempt const&>) {
    return std::invoke(call, present);
  } else {
    return std::invoke(call);
  }
}

template <class Call>
using result_of = decltype(invoke_with(std::declval<Call&>(), std::declval<attempt const&>()));

template <class Call>
concept guardable = std::invocable<Call&, attempt const&> || std::invocable<Call&>;

/// What `co_await` takes: by members, by an operator of its own or one that is found, or as what a
/// coroutine returns.
template <class Result>
concept awaitable =
    requires(std::remove_reference_t<Result>& result) { result.await_ready(); } ||
    requires(Result&& result) { std::forward<Result>(result).operator co_await(); } ||
    requires(Result&& result) { operator co_await(std::forward<Result>(result)); } ||
    requires { typename std::remove_cvref_t<Result>::promise_type; };

/// Runs guarded callables that return this awaitable; specialised by the header of a coroutine
/// driver, such as holdfast/asio.hpp.
template <class Awaitable>
struct coroutine_driver {
  static constexpr bool exists = false;
};

/// In place of call_options, for a call that has none.
struct no_call_options {};

/// Whether `Call` returns an awaitable of which the driver is known.
template <class Call>
concept returns_awaitable = guardable<Call> && coroutine_driver<result_of<Call>>::exists;

/// Whether a result can be handed through: nothing, a reference, or a value that moves.
template <class Result>
concept passed_on =
    std::is_void_v<Result> || std::is_reference_v<Result> || std::move_constructible<Result>;

/// Whether `Call` can be guarded; where not, the compiler says why in its first line.
template <class Call>
consteval bool accepts_callable() {
  constexpr bool fits = guardable<Call>;
  static_assert(fits,
                "a guarded callable takes nothing or a holdfast::attempt const&; to call one with "
                "arguments, wrap it by guard.wrap(f), or put the call into a lambda");
  if constexpr (fits) {
    constexpr bool waits = awaitable<result_of<Call>>;
    static_assert(!waits,
                  "this callable returns an awaitable, which a blocking guard would take for a "
                  "success before it has run; include the header of its coroutine driver: "
                  "holdfast/asio.hpp for boost::asio::awaitable");
    constexpr bool movable = passed_on<result_of<Call>>;
    static_assert(movable,
                  "the result of a guarded callable must be movable, to be handed through");
    return !waits && movable;
  } else {
    return false;
  }
}

}  // namespace detail

/// A callable that a guarded coroutine takes over from its name: what `std::move` says, in a form
/// that g++ 12 does not mistake for a temporary lambda.
///
///     auto work = [socket = std::move(socket)]() mutable -> awaitable<void> { ... };
///     co_await guard(holdfast::moved(work));
template <class Call>
class moved {
 public:
  explicit moved(Call& named) noexcept(std::is_nothrow_move_constructible_v<Call>)
      : call_{std::move(named)} {}

  decltype(auto) operator()(attempt const& present)
    requires std::invocable<Call&, attempt const&>
  {
    return std::invoke(call_, present);
  }
  decltype(auto) operator()()
    requires std::invocable<Call&>
  {
    return std::invoke(call_);
  }

 private:
  Call call_;
};

namespace detail {

template <class Call>
inline constexpr bool is_moved = false;
template <class Call>
inline constexpr bool is_moved<moved<Call>> = true;

}  // namespace detail

/// Says that a callable may run on past its deadline: no event is told about it. Made of a callable
/// that takes no attempt, for guards with an attempt_timeout:
///
///     auto rows = lookup(holdfast::unbounded([&] { return old_client.load(id); }));
template <class Call>
class unbounded {
 public:
  static_assert(std::invocable<Call&>,
                "unbounded(f) is for a callable that takes nothing; one that takes an attempt is "
                "told its deadline");

  explicit unbounded(Call call) : call_{std::move(call)} {}

  decltype(auto) operator()(attempt const& /*not passed on*/) { return std::invoke(call_); }
  decltype(auto) operator()(attempt const& /*not passed on*/) const
    requires std::invocable<Call const&>
  {
    return std::invoke(call_);
  }

 private:
  Call call_;
};

}  // namespace holdfast
