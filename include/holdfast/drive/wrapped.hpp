#pragma once

#include "holdfast/drive/run_guarded.hpp"
#include "holdfast/drive/shared_operation.hpp"

#include <concepts>
#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace holdfast {

namespace detail {

/// How a wrapped callable wants to be called: with its arguments, with an attempt before them, or,
/// for a member function, with an attempt after the object.
enum class call_form { plain, attempt_first, attempt_after_object, none };

template <class Callable, class... Arguments>
inline constexpr bool takes_attempt_after_object = false;
template <class Callable, class Object, class... Rest>
inline constexpr bool takes_attempt_after_object<Callable, Object, Rest...> =
    std::is_member_function_pointer_v<std::remove_cvref_t<Callable>> &&
    std::invocable<Callable&, Object, attempt const&, Rest...>;

template <class Callable, class... Arguments>
consteval call_form form_of() {
  if constexpr (std::invocable<Callable&, Arguments...>) {
    return call_form::plain;
  } else if constexpr (std::invocable<Callable&, attempt const&, Arguments...>) {
    return call_form::attempt_first;
  } else if constexpr (takes_attempt_after_object<Callable, Arguments...>) {
    return call_form::attempt_after_object;
  } else {
    return call_form::none;
  }
}

/// Whether the arguments fit, again and again; where not, the compiler says why in its first line.
template <class Callable, class... Arguments>
consteval bool accepts_arguments() {
  constexpr bool fits = form_of<Callable, Arguments&...>() != call_form::none;
  constexpr bool once = !fits && form_of<Callable, Arguments&&...>() != call_form::none;
  static_assert(!once,
                "a wrapped callable may be tried again, so it can't be given an argument that it "
                "moves away: take it by reference, or put the call into a lambda");
  static_assert(fits || once, "the wrapped callable can't be called with these arguments");
  return fits;
}

template <class Callable, class Object, class... Rest>
decltype(auto) invoke_after_object(Callable& callable, attempt const& present, Object& object,
                                   Rest&... rest) {
  return std::invoke(callable, object, present, rest...);
}

// Inlined down to here, GCC 12 takes the virtual case of a member function pointer for real and
// warns users who compile with -Wall of a read beyond every object smaller than a pointer.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Warray-bounds"

/// Runs a callable with its arguments as a guarded callable, which takes an attempt or nothing.
template <class Callable, class Run, class... Arguments>
[[gnu::always_inline]] inline decltype(auto) run_bound(Run const& run, Callable& callable,
                                                       Arguments&... arguments) {
  constexpr call_form form = form_of<Callable, Arguments&...>();
  if constexpr (form == call_form::plain) {
    auto bound = [&]() -> decltype(auto) { return std::invoke(callable, arguments...); };
    return run(bound);
  } else if constexpr (form == call_form::attempt_first) {
    auto bound = [&](attempt const& present) -> decltype(auto) {
      return std::invoke(callable, present, arguments...);
    };
    return run(bound);
  } else {
    auto bound = [&](attempt const& present) -> decltype(auto) {
      return invoke_after_object(callable, present, arguments...);
    };
    return run(bound);
  }
}

/// A callable with arguments of its own, for a coroutine that owns both: they reach each attempt as
/// the same objects.
template <class Callable, class... Arguments>
class bound_call {
 public:
  template <class... Given>
  explicit bound_call(Callable const& callable, Given&&... arguments)
      : callable_{callable}, arguments_{std::forward<Given>(arguments)...} {}

  decltype(auto) operator()(attempt const& present)
    requires(form_of<Callable, Arguments&...>() != call_form::plain)
  {
    return std::apply(
        [&](auto&... each) -> decltype(auto) {
          if constexpr (form_of<Callable, Arguments&...>() == call_form::attempt_first) {
            return std::invoke(callable_, present, each...);
          } else {
            return invoke_after_object(callable_, present, each...);
          }
        },
        arguments_);
  }
  decltype(auto) operator()()
    requires(form_of<Callable, Arguments&...>() == call_form::plain)
  {
    return std::apply(
        [&](auto&... each) -> decltype(auto) { return std::invoke(callable_, each...); },
        arguments_);
  }

 private:
  Callable callable_;
  std::tuple<Arguments...> arguments_;
};

template <class Callable, class... Arguments>
inline constexpr bool binds_awaitable = false;
template <class Callable, class... Arguments>
  requires(form_of<Callable, std::decay_t<Arguments>&...>() != call_form::none)
inline constexpr bool binds_awaitable<Callable, Arguments...> =
    returns_awaitable<bound_call<Callable, std::decay_t<Arguments>...>>;

/// A call under a guard with rules beside it. A class of its own, so that all of it is inlined.
template <class Rules>
class ruled_run {
 public:
  ruled_run(operation& guarded, Rules& rules) noexcept : guarded_{guarded}, rules_{rules} {}

  template <class Call>
  [[gnu::always_inline]] decltype(auto) operator()(Call& call) const {
    return run(call, std::make_index_sequence<std::tuple_size_v<std::remove_cv_t<Rules>>>{});
  }

 private:
  template <class Call, std::size_t... Index>
  [[gnu::always_inline]] decltype(auto) run(Call& call, std::index_sequence<Index...>) const {
    if constexpr (accepts<Call, decltype(std::get<Index>(rules_))...>()) {
      return run_guarded(guarded_, nullptr, call, std::get<Index>(rules_)...);
    }
  }

  operation& guarded_;
  Rules& rules_;
};

/// Whether a guarded call of it never throws: it does not, and its result can say what we have to.
template <class Callable, class... Arguments>
consteval bool is_quiet() {
  if constexpr (std::is_nothrow_invocable_v<Callable&, Arguments&...>) {
    using result = std::invoke_result_t<Callable&, Arguments&...>;
    return can_be_refused<result> && can_be_failed<result>;
  } else {
    return false;
  }
}

}  // namespace detail

/// A callable with a guard around it, called as the callable is; made by `guard::wrap`.
///
/// Holds a handle of the guard and the callable itself, so it may outlive both originals. Arguments
/// reach every attempt as the same objects, never moved from. A coroutine owns copies of callable
/// and arguments: hand it what it is to share by pointer or `std::ref`. It is const, copyable and
/// noexcept where the callable is; noexcept only if its result can also say that no attempt ran,
/// and no rule is given. Thread-safe as far as the callable is.
template <class Callable, class... Rules>
class wrapped {
 public:
  template <class Given, class... GivenRules>
  wrapped(shared_operation guarded, Given&& callable, GivenRules&&... rules)
      : guarded_{std::move(guarded)},
        callable_{std::forward<Given>(callable)},
        rules_{std::forward<GivenRules>(rules)...} {}

  template <class... Arguments>
  [[gnu::always_inline]] decltype(auto) operator()(Arguments&&... arguments) noexcept(
      sizeof...(Rules) == 0 && detail::is_quiet<Callable, Arguments...>()) {
    return call(guarded_, callable_, rules_, std::forward<Arguments>(arguments)...);
  }
  template <class... Arguments>
  [[gnu::always_inline]] decltype(auto) operator()(Arguments&&... arguments) const
      noexcept(sizeof...(Rules) == 0 && detail::is_quiet<Callable const, Arguments...>()) {
    return call(guarded_, callable_, rules_, std::forward<Arguments>(arguments)...);
  }

 private:
  template <class Itself, class Given, class... Arguments>
  [[gnu::always_inline]] static decltype(auto) call(shared_operation const& guarded,
                                                    Itself& callable, Given& rules,
                                                    Arguments&&... arguments) {
    if constexpr (detail::binds_awaitable<Callable, Arguments...>) {
      using bound = detail::bound_call<Callable, std::decay_t<Arguments>...>;
      using driver = detail::coroutine_driver<detail::result_of<bound>>;
      bound owned{callable, std::forward<Arguments>(arguments)...};
      return std::apply(
          [&](auto const&... each) {
            return driver::start(guarded, detail::no_call_options{}, std::move(owned), each...);
          },
          rules);
    } else if constexpr (detail::accepts_arguments<Itself, Arguments...>()) {
      return detail::run_bound(detail::ruled_run<Given>{*guarded, rules}, callable, arguments...);
    }
  }

  shared_operation guarded_;
  Callable callable_;
  [[no_unique_address]] std::tuple<Rules...> rules_;
};

}  // namespace holdfast
