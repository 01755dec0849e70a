#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/classify/error_code.hpp"

#include <concepts>
#include <optional>

namespace holdfast {

/// Tells a guard how a result type reports failure. The primary template is for results that never
/// do: whatever is returned is a success.
///
/// Specialise it for your own result type with
///   static constexpr bool reports_failure = true;
///   static std::optional<failure> failure_in(Result const&);   // nothing for a success
///   static Result refused(failure const&);                     // optional: no attempt ran
/// Without `refused`, a call that is not admitted throws `holdfast::rejected`.
template <class Result>
struct outcome_traits {
  static constexpr bool reports_failure = false;
};

/// expected<T, failure>: the failure is the error.
template <class Value>
struct outcome_traits<expected<Value, failure>> {
  static constexpr bool reports_failure = true;

  static std::optional<failure> failure_in(expected<Value, failure> const& result) {
    if (result.has_value()) return std::nullopt;
    return result.error();
  }
  static expected<Value, failure> refused(failure const& why) { return unexpected<failure>{why}; }
};

/// An error type that `failure_of(error)`, found by its arguments, turns into a failure.
template <class Error>
concept classified_error = !std::same_as<Error, failure> && requires(Error const& error) {
  { failure_of(error) } -> std::convertible_to<failure>;
};

/// expected<T, E> where `failure_of(E)` exists, for example std::error_code.
template <class Value, classified_error Error>
struct outcome_traits<expected<Value, Error>> {
  static constexpr bool reports_failure = true;

  static std::optional<failure> failure_in(expected<Value, Error> const& result) {
    if (result.has_value()) return std::nullopt;
    return failure{failure_of(result.error())};
  }
};

template <class Result>
concept can_be_refused = requires(failure const& why) {
  { outcome_traits<Result>::refused(why) } -> std::same_as<Result>;
};

}  // namespace holdfast
