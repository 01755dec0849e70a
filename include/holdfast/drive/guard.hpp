#pragma once

#include "holdfast/classify/exceptions.hpp"
#include "holdfast/drive/blocking_call.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/outcome_traits.hpp"
#include "holdfast/drive/rejected.hpp"
#include "holdfast/drive/shared_operation.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include <cxxabi.h>

namespace holdfast {

namespace detail {

inline void set_policy(operation_options& all, retry const& one) { all.retry = one; }
inline void set_policy(operation_options& all, breaker const& one) { all.breaker = one; }
inline void set_policy(operation_options& all, budget const& one) { all.budget = one; }
inline void set_policy(operation_options& all, attempt_timeout one) { all.attempt_timeout = one; }
inline void set_policy(operation_options& all, operation_kind one) { all.kind = one; }
inline void set_policy(operation_options& all, surroundings one) { all.surroundings = one; }

template <class Candidate>
concept policy = requires(operation_options& all, Candidate const& one) { set_policy(all, one); };

template <class First, class... Rest>
constexpr bool all_different() {
  if constexpr (sizeof...(Rest) == 0) {
    return true;
  } else {
    return (!std::same_as<First, Rest> && ...) && all_different<Rest...>();
  }
}

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

/// The result of a call of which no attempt may run.
template <class Result>
Result refuse(failure const& why) {
  if constexpr (can_be_refused<Result>) {
    return outcome_traits<Result>::refused(why);
  } else {
    throw rejected{why};
  }
}

/// Makes one attempt whose result can't report a failure: it succeeds or throws. `returned` tells
/// an exception of the callable from one of the result on its way out.
template <class Result, class Call>
Result attempt_or_throw(blocking_call& progress, Call& call, bool& returned) {
  if constexpr (std::is_void_v<Result>) {
    invoke_with(call, progress.current());
    returned = true;
    progress.succeeded();
  } else {
    Result result = invoke_with(call, progress.current());
    returned = true;
    progress.succeeded();
    if constexpr (std::is_reference_v<Result>) {
      return static_cast<Result>(result);
    } else {
      return result;
    }
  }
}

/// Runs a call to its end. Decides nothing: it makes attempts for as long as `progress` says so.
/// The cancellation of a thread arrives as a reference to no object: a sanitizer would report it.
template <class Call>
[[gnu::no_sanitize("null")]] result_of<Call> run_guarded(operation& guarded,
                                                         call_options const* options, Call& call) {
  using result = result_of<Call>;
  blocking_call progress{guarded, options};
  if (!progress.begin()) [[unlikely]]
    return refuse<result>(progress.refusal());
  for (;;) {
    bool returned = false;
    try {
      if constexpr (!outcome_traits<std::remove_cvref_t<result>>::reports_failure) {
        return attempt_or_throw<result>(progress, call, returned);
      } else {
        result answer = invoke_with(call, progress.current());
        returned = true;
        auto const seen = outcome_traits<std::remove_cvref_t<result>>::failure_in(answer);
        if (!seen) [[likely]] {
          progress.succeeded();
          return answer;
        }
        if (!progress.again_after(*seen)) return answer;
      }
    } catch (abi::__forced_unwind const&) {
      throw;  // the thread is being cancelled: nothing may run but destructors
    } catch (...) {
      if (returned) throw;  // not the callable's: the attempt has been judged
      if (!progress.again_after(classify_current_exception())) throw;
    }
  }
}

}  // namespace detail

/// A guard with other options for one call; made by `guard::with`, used at once.
class [[nodiscard]] guard_for_one_call {
 public:
  guard_for_one_call(operation& guarded, call_options options) noexcept
      : guarded_{guarded}, options_{std::move(options)} {}

  template <class Call>
  decltype(auto) operator()(Call&& call) const {
    return detail::run_guarded(guarded_, &options_, call);
  }

 private:
  operation& guarded_;
  call_options options_;
};

/// Policies around any callable: retry, budget, breaker and attempt timeout, always nested in the
/// one right order (DESIGN.md, D7), whatever order they were given in.
///
///     holdfast::guard page{"chembl.page", holdfast::retry{.idempotent = true},
///                          holdfast::breaker{}};
///     auto text = page([&](holdfast::attempt const& a) { return fetch(url, a.deadline()); });
///
/// A handle of one pointer: copies share state. Hot paths use it by reference, since a copy costs
/// an atomic addition. Thread-safe; the callable runs in the calling thread, under no lock.
///
/// The callable takes nothing or an `attempt const&`, and reports failure by an exception or by a
/// result that `outcome_traits` knows. The caller keeps its own error: the last attempt's very
/// exception or result comes back. Only where no attempt ran, `rejected` is thrown (or the result
/// says so).
///
/// Cost of a success: two atomic loads and one atomic addition; no clock, no lock, no allocation.
/// With attempt_timeout, max_elapsed or `with`, one clock read more.
class guard {
 public:
  /// Throws invalid_options where a value is out of range or options contradict each other.
  template <class... Policies>
  explicit guard(std::string_view name, Policies const&... policies) {
    static_assert((detail::policy<Policies> && ...),
                  "a guard takes policies: retry, breaker, budget, attempt_timeout, "
                  "operation_kind, surroundings");
    if constexpr (sizeof...(Policies) > 1) {
      static_assert(detail::all_different<Policies...>(),
                    "a guard takes each policy once; put one guard inside another to nest two");
    }
    operation_options options;
    options.name = name;
    (detail::set_policy(options, policies), ...);
    shared_ = shared_operation{std::move(options)};
  }

  explicit guard(operation_options options) : shared_{std::move(options)} {}

  /// Calls `call` under the policies and returns its result.
  template <class Call>
  decltype(auto) operator()(Call&& call) const {
    static_assert(std::invocable<Call&> || std::invocable<Call&, attempt const&>,
                  "a guarded callable takes nothing or a holdfast::attempt const&");
    if constexpr (!std::invocable<Call&, attempt const&>) tell_if_unbounded();
    return detail::run_guarded(*shared_, nullptr, call);
  }

  /// The same guard with other options for one call.
  guard_for_one_call with(call_options options) const noexcept {
    return {*shared_, std::move(options)};
  }

  [[nodiscard]] std::string const& name() const noexcept { return shared_->options().name; }
  [[nodiscard]] operation_options const& options() const noexcept { return shared_->options(); }
  [[nodiscard]] breaker_state state() const { return shared_->gate().state(); }

  /// Calls `listener(event const&)` for every decision; it must be thread-safe.
  template <std::invocable<event const&> Listener>
  void on_event(Listener listener) const {
    struct sink final : event_sink {
      explicit sink(Listener&& given) : call{std::move(given)} {}
      void on_event(event const& what) override { call(what); }
      Listener call;
    };
    shared_->listen(std::make_shared<sink>(std::move(listener)));
  }

 private:
  /// attempt_timeout can't bound a callable that takes no attempt: say so, once a guard.
  void tell_if_unbounded() const {
    if (is_off(shared_->options().attempt_timeout.limit) || shared_->told_unbounded()) return;
    if (!shared_->first_unbounded_call()) return;
    shared_->emit({.kind = event_kind::unbounded_call,
                   .operation = shared_->options().name,
                   .at = shared_->time().now()});
  }

  shared_operation shared_;
};

}  // namespace holdfast
