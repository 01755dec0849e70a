#pragma once

#include "holdfast/classify/exceptions.hpp"

#include <concepts>

namespace holdfast {

namespace detail {

/// An exception that `failure_of(error)`, found by its arguments, turns into a failure.
template <class Error>
concept judged_error = requires(Error const& error) {
  { failure_of(error) } -> std::convertible_to<failure>;
};

[[noreturn]] inline failure rethrow() { throw; }

/// One catch clause around another one.
template <auto Inner, class Error>
failure clause() {
  try {
    return Inner();
  } catch (Error const& error) {
    try {
      return failure_of(error);
    } catch (...) {
      return classify_current_exception();
    }
  }
}

/// The clauses in the order they are named, the first one innermost.
template <auto Inner, class... Errors>
inline constexpr auto clauses = Inner;
template <auto Inner, class First, class... Rest>
inline constexpr auto clauses<Inner, First, Rest...> = clauses<&clause<Inner, First>, Rest...>;

}  // namespace detail

/// Tells a guard its caller's exceptions, given when it is made like a policy:
///
///     holdfast::guard orders{"orders", holdfast::retry{}, holdfast::classifies<shop_error>{}};
///
/// Each is a catch clause before the built-in ones, in the order named, so a derived error stands
/// before its base. It is judged by a function `failure failure_of(shop_error const&)` in the
/// namespace of the error; where that throws, what it throws is judged.
/// Cost: nothing until a callable throws, then one rethrow, and a second one for errors not named.
template <class... Errors>
struct classifies {
  static_assert(sizeof...(Errors) > 0, "classifies<my_error>{} names at least one error");
  static_assert((detail::judged_error<Errors> && ...),
                "each error in classifies<...> needs a function, in its own namespace, that says "
                "what it means: holdfast::failure failure_of(my_error const&)");

  /// Judges the exception that is being handled.
  static failure judge() noexcept {
    try {
      return detail::clauses<&detail::rethrow, Errors...>();
    } catch (...) {
      return classify_current_exception();
    }
  }
};

}  // namespace holdfast
