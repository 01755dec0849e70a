#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/classify/category_code.hpp"
#include "holdfast/classify/error_code.hpp"
#include "holdfast/classify/exceptions.hpp"
#include "holdfast/drive/refusal.hpp"

#include <concepts>
#include <optional>

namespace holdfast {

/// Tells a guard how a result type reports failure. The primary template is for results that never
/// do: whatever is returned is a success.
///
/// Specialise it for your own result type with
///
///     static constexpr bool reports_failure = true;
///     static std::optional<failure> failure_in(Result const&);   // nothing for a success
///     static Result refused(refusal const&);                     // optional: no attempt ran
///     static Result failed(failure const&);                      // optional: a fault was injected
///     static bool is_success(Result const&);                     // optional: spares a success the
///                                                                // making of a failure
///
/// `refused` may take a `failure const&` instead, and then serves for `failed` too; its text is
/// written for it alone. Without `refused`, a call that is not admitted throws
/// `holdfast::rejected`; without `failed`, an injected fault throws `holdfast::failure_error`.
template <class Result>
struct outcome_traits {
  static constexpr bool reports_failure = false;
};

/// expected<T, failure>: the failure is the error.
template <class Value>
struct outcome_traits<expected<Value, failure>> {
  static constexpr bool reports_failure = true;

  static bool is_success(expected<Value, failure> const& result) { return result.has_value(); }
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

/// expected<T, E> where `failure_of(E)` exists.
template <class Value, classified_error Error>
struct outcome_traits<expected<Value, Error>> {
  static constexpr bool reports_failure = true;

  static bool is_success(expected<Value, Error> const& result) { return result.has_value(); }
  static std::optional<failure> failure_in(expected<Value, Error> const& result) {
    if (result.has_value()) return std::nullopt;
    return failure{failure_of(result.error())};
  }
};

/// expected<T, std::error_code>: what we have to say is a code of `category_codes()`.
template <class Value>
struct outcome_traits<expected<Value, std::error_code>> {
  using result = expected<Value, std::error_code>;
  static constexpr bool reports_failure = true;

  static bool is_success(result const& seen) { return seen.has_value(); }
  static std::optional<failure> failure_in(result const& seen) {
    if (seen.has_value()) return std::nullopt;
    return failure_of(seen.error());
  }
  static result refused(refusal const& why) {
    bool const stopped = why.why == refusal::cause::stop_requested;
    return unexpected{to_error_code(stopped ? category::cancelled : category::rejected)};
  }
  static result failed(failure const& why) { return unexpected{to_error_code(why.category)}; }
};

/// Results that can say that no attempt ran. A `refusal` becomes a `failure` where one is wanted.
template <class Result>
concept can_be_refused = requires(refusal const& why) {
  { outcome_traits<Result>::refused(why) } -> std::same_as<Result>;
};

namespace detail {

template <class Result>
concept tells_success = requires(Result const& answer) {
  { outcome_traits<Result>::is_success(answer) } -> std::same_as<bool>;
};
template <class Result>
concept says_failed = requires(failure const& why) {
  { outcome_traits<Result>::failed(why) } -> std::same_as<Result>;
};
template <class Result>
concept says_refused_by_failure = requires(failure const& why) {
  { outcome_traits<Result>::refused(why) } -> std::same_as<Result>;
};

}  // namespace detail

/// Results that can carry a failure which a guard has made up.
template <class Result>
concept can_be_failed = detail::says_failed<Result> || detail::says_refused_by_failure<Result>;

namespace detail {

template <class Result>
Result failed(failure const& why) {
  if constexpr (says_failed<Result>) {
    return outcome_traits<Result>::failed(why);
  } else if constexpr (says_refused_by_failure<Result>) {
    return outcome_traits<Result>::refused(why);
  } else {
    throw failure_error{why};
  }
}

}  // namespace detail
}  // namespace holdfast
