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
inline void set_policy(operation_options& all, shared_budget const& one) {
  all.shared_budget = one;
}
inline void set_policy(operation_options& all, attempt_timeout one) { all.attempt_timeout = one; }
inline void set_policy(operation_options& all, total_timeout one) { all.total_timeout = one; }
inline void set_policy(operation_options& all, fault_injection const& one) {
  all.fault_injection = one;
}
inline void set_policy(operation_options& all, operation_kind one) { all.kind = one; }
inline void set_policy(operation_options& all, nesting one) { all.nesting = one; }
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
Result refuse(refusal const& why) {
  if constexpr (can_be_refused<Result>) {
    return outcome_traits<Result>::refused(why);
  } else {
    throw rejected{why.as_failure()};
  }
}

template <class Result>
concept reports_failure = outcome_traits<std::remove_cvref_t<Result>>::reports_failure;

/// Makes one attempt whose result can't report a failure: it succeeds or throws. `judged` tells an
/// exception of the callable from one of the result on its way out.
template <class Result, class Call>
[[gnu::always_inline]] inline Result attempt_or_throw(operation& guarded, blocking_call& progress,
                                                      entry here, Call& call, bool& judged) {
  if constexpr (std::is_void_v<Result>) {
    invoke_with(call, progress.current());
    judged = true;
    progress.succeeded(guarded, here);
  } else {
    Result answer = invoke_with(call, progress.current());
    judged = true;
    progress.succeeded(guarded, here);
    if constexpr (std::is_reference_v<Result>) {
      return static_cast<Result>(answer);
    } else {
      return answer;
    }
  }
}

/// Runs a call to its end. Decides nothing: it makes attempts for as long as `progress` says so.
///
/// Inlined always: a first attempt that succeeds is all that most calls are, and everything else is
/// a call of a function out of line. The cancellation of a thread arrives as a reference to no
/// object, which a sanitizer would report.
template <class Call>
[[gnu::always_inline]] __attribute__((no_sanitize("null"))) inline result_of<Call> run_guarded(
    operation& guarded, call_options const* options, Call& call) {
  using result = result_of<Call>;
  blocking_call progress;
  entry here = progress.begin(guarded, options, std::invocable<Call&, attempt const&>);
  if (here.word == 0) [[unlikely]]
    return refuse<result>(progress.refused());
  for (;;) {
    bool judged = false;
    try {
      if constexpr (!reports_failure<result>) {
        return attempt_or_throw<result>(guarded, progress, here, call, judged);
      } else {
        result answer = invoke_with(call, progress.current());
        auto const seen = outcome_traits<std::remove_cvref_t<result>>::failure_in(answer);
        judged = true;
        if (!seen) [[likely]] {
          progress.succeeded(guarded, here);
          return answer;
        }
        here = progress.again_after(guarded, *seen, here);
        if (here.word == 0) return answer;
      }
    } catch (abi::__forced_unwind const&) {
      // The thread is being cancelled: nothing may run but destructors, and what is like them.
      if (!judged) progress.abandon(guarded, here);
      throw;
    } catch (...) {
      if (judged) throw;
      here = progress.again_after(guarded, guarded.classify_exception(), here);
      if (here.word == 0) throw;
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
  [[gnu::always_inline]] decltype(auto) operator()(Call&& call) const {
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
  [[gnu::always_inline]] decltype(auto) operator()(Call&& call) const {
    static_assert(std::invocable<Call&> || std::invocable<Call&, attempt const&>,
                  "a guarded callable takes nothing or a holdfast::attempt const&");
    return detail::run_guarded(*shared_, nullptr, call);
  }

  /// The same guard with other options for one call.
  guard_for_one_call with(call_options options) const noexcept {
    return {*shared_, std::move(options)};
  }

  [[nodiscard]] std::string_view name() const noexcept { return shared_->name(); }
  /// All options but the name, which is empty there.
  [[nodiscard]] operation_options const& policies() const noexcept { return shared_->policies(); }
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
  shared_operation shared_;
};

}  // namespace holdfast
