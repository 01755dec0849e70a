#pragma once

#include "holdfast/base/failure.hpp"

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace holdfast {

/// Decides about another attempt, given with the call (or to `wrap`), since it knows the result:
///
///     auto done = jobs(ask, holdfast::retry_if([](reply const& r) { return r.status == 202; }));
///
/// The predicate takes the result or a `failure const&`; where both fit, the result.
/// - Of a result, true asks for another attempt. A value that is no failure is then judged as
///   transient by the retry, with its pauses and its budget, and as a success by the breaker: the
///   dependency has answered. False changes nothing.
/// - Of a failure, the answer takes the place of its advice: true tries again after a pause, also
///   where the operation was not declared idempotent; false ends the call. Limits of attempts, time
///   and budget hold all the same, and what a guard has rejected or a caller has cancelled is never
///   asked about again.
/// A predicate may throw: the attempt is recorded (as the failure that it was, or as failed by that
/// exception where it had brought a value), there is no other one, and the exception reaches the
/// caller.
template <class Predicate>
class retry_if {
 public:
  explicit retry_if(Predicate predicate) : predicate_{std::move(predicate)} {}

  template <class About>
    requires std::predicate<Predicate&, About const&>
  [[nodiscard]] bool operator()(About const& about) {
    return std::invoke(predicate_, about);
  }
  template <class About>
    requires std::predicate<Predicate const&, About const&>
  [[nodiscard]] bool operator()(About const& about) const {
    return std::invoke(predicate_, about);
  }

 private:
  Predicate predicate_;
};

/// What a call answers that ends without success, also where no attempt ran: an exception is
/// swallowed, a failing result replaced. Given with the call or to `wrap`:
///
///     auto price = quotes(fetch, holdfast::or_else([&] { return last_known; }));
///
/// The substitute takes nothing or the last `failure const&`, and its value is converted to the
/// result of the call. It runs outside of everything, when all permits are returned, so the guards
/// in it are not nested in this one; what it throws reaches the caller. A call that ended since its
/// thread is cancelled has no substitute.
template <class Substitute>
class or_else {
 public:
  explicit or_else(Substitute substitute) : substitute_{std::move(substitute)} {}

  [[nodiscard]] Substitute& substitute() noexcept { return substitute_; }
  [[nodiscard]] Substitute const& substitute() const noexcept { return substitute_; }

 private:
  Substitute substitute_;
};

namespace detail {

/// In the place of a rule that was not given.
struct no_rule {};
inline constexpr no_rule nothing{};

template <template <class> class Kind, class Rule>
inline constexpr bool is_rule = false;
template <template <class> class Kind, class Inner>
inline constexpr bool is_rule<Kind, Kind<Inner>> = true;

template <class Rule>
inline constexpr bool is_any_rule = is_rule<retry_if, Rule> || is_rule<or_else, Rule>;

template <template <class> class Kind, class... Rules>
inline constexpr int count_of = (0 + ... + int{is_rule<Kind, std::remove_cvref_t<Rules>>});

template <template <class> class Kind>
constexpr no_rule const& rule_among() noexcept {
  return nothing;
}
template <template <class> class Kind, class First, class... Rest>
constexpr auto& rule_among(First& first, Rest&... rest) noexcept {
  if constexpr (is_rule<Kind, std::remove_cv_t<First>>) {
    return first;
  } else {
    return rule_among<Kind>(rest...);
  }
}

template <class Substitute>
concept takes_failure = std::invocable<Substitute&, failure const&>;

/// The value of a substitute. `why` becomes a failure, with a text, only where one is wanted.
template <class Substitute, class Why>
decltype(auto) substitute_for(Substitute& substitute, Why const& why) {
  if constexpr (takes_failure<Substitute>) {
    failure const& seen = why;
    return std::invoke(substitute, seen);
  } else {
    return std::invoke(substitute);
  }
}

template <class Substitute>
concept is_substitute = takes_failure<Substitute> || std::invocable<Substitute&>;

/// Whether what a substitute gives can be handed on as `Result`; a reference to what is only made
/// here can't.
template <class Substitute, class Result>
constexpr bool makes() {
  using made = decltype(substitute_for(std::declval<Substitute&>(), std::declval<failure&>()));
  constexpr bool outlives = !std::is_reference_v<Result> || std::is_reference_v<made>;
  return std::is_void_v<Result> || (outlives && std::convertible_to<made, Result>);
}

/// What was given with a call, each in its place.
template <class Asks, class Instead>
struct call_rules {
  static constexpr bool judges = !std::same_as<std::remove_cv_t<Asks>, no_rule>;
  static constexpr bool replaces = !std::same_as<std::remove_cv_t<Instead>, no_rule>;

  /// Whether the predicate is asked about results; else, where there is one, about failures.
  template <class Result>
  static constexpr bool judges_result() {
    if constexpr (!judges || std::is_void_v<Result>) {
      return false;
    } else {
      return std::invocable<Asks&, std::remove_cvref_t<Result> const&>;
    }
  }

  /// Not tried where the result fits: the body of a generic lambda might not compile.
  template <class Result>
  static constexpr bool judges_failure() {
    if constexpr (!judges || judges_result<Result>()) {
      return false;
    } else {
      return std::invocable<Asks&, failure const&>;
    }
  }

  template <class Result>
  static consteval bool accepts_predicate() {
    if constexpr (judges) {
      constexpr bool fits = judges_result<Result>() || judges_failure<Result>();
      static_assert(fits,
                    "the predicate of retry_if takes the result of the call, or a "
                    "holdfast::failure const&, and answers bool");
      return fits;
    } else {
      return true;
    }
  }

  template <class Result>
  static consteval bool accepts_substitute() {
    if constexpr (replaces) {
      using substitute = std::remove_reference_t<decltype(std::declval<Instead&>().substitute())>;
      constexpr bool callable = is_substitute<substitute>;
      static_assert(callable,
                    "the substitute of or_else takes nothing or a holdfast::failure const&");
      if constexpr (callable) {
        constexpr bool fits = makes<substitute, Result>();
        static_assert(fits,
                      "the substitute of or_else gives a value that converts to the result of the "
                      "call; for a call that returns a reference, a reference");
        return fits;
      } else {
        return false;
      }
    } else {
      return true;
    }
  }

  Asks& asks;
  Instead& instead;
};

template <class... Rules>
constexpr auto rules_of(Rules&... rules) noexcept {
  auto& asks = rule_among<retry_if>(rules...);
  auto& instead = rule_among<or_else>(rules...);
  return call_rules<std::remove_reference_t<decltype(asks)>,
                    std::remove_reference_t<decltype(instead)>>{asks, instead};
}

/// Whether a call with this result takes these rules; where not, the compiler says why in its first
/// line.
template <class Result, class... Rules>
consteval bool accepts_rules() {
  constexpr bool known = (is_any_rule<std::remove_cvref_t<Rules>> && ...);
  static_assert(known,
                "beside the callable, a call takes retry_if(p) and or_else(g); policies are given "
                "when the guard is made, arguments by guard.wrap(f) or by a lambda");
  constexpr bool once = count_of<retry_if, Rules...> < 2 && count_of<or_else, Rules...> < 2;
  static_assert(once, "a call takes retry_if once and or_else once");
  if constexpr (known && once) {
    using rules = decltype(rules_of(std::declval<std::remove_reference_t<Rules>&>()...));
    return rules::template accepts_predicate<Result>() &&
           rules::template accepts_substitute<Result>();
  } else {
    return false;
  }
}

}  // namespace detail
}  // namespace holdfast
