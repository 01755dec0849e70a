#pragma once

#include "holdfast/drive/guard_for_one_call.hpp"
#include "holdfast/drive/guard_stats.hpp"
#include "holdfast/drive/listening.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/policies.hpp"
#include "holdfast/drive/run_guarded.hpp"
#include "holdfast/drive/shared_operation.hpp"
#include "holdfast/drive/wrapped.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace holdfast {

/// Policies around any callable: retry, budget, breaker, timeouts and fault injection, always
/// nested in the one right order (DESIGN.md, D7), whatever order they were given in.
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
/// Cost of a success: a few loads and stores that hit the cache, about a nanosecond; no lock, no
/// allocation, no read-modify-write, and a clock read only for limits below 0.8 s and for the
/// deadline of `with`. Figures: docs/performance.md.
class guard {
 public:
  /// @param name     copied; 1 to 120 bytes
  /// @param policies each at most once, in any order
  /// Throws invalid_options where a value is out of range or options contradict each other.
  template <class... Policies>
  explicit guard(std::string_view name, Policies const&... policies)
      : shared_{detail::operation_of(name, policies...)} {}

  explicit guard(operation_options const& options) : shared_{options} {}
  explicit guard(shared_operation shared) noexcept : shared_{std::move(shared)} {}

  template <class First, class... Rest>
    requires(!std::convertible_to<First const&, std::string_view> &&
             !std::derived_from<First, guard> && !std::same_as<First, operation_options>)
  explicit guard(First const& /*no name*/, Rest const&... /*policies*/) {
    static_assert(!sizeof(First), "a guard begins with its name: guard{\"orders.read\", retry{}}");
  }

  /// Calls `call` under the policies and returns its result. Where `call` returns an awaitable and
  /// the header of its driver is included, what is returned is an awaitable too, which owns copies
  /// of `call` and `rules`, and nothing happens until it is awaited.
  /// @param rules retry_if(p) and or_else(g), each at most once, in any order
  template <class Call, class... Rules>
  [[gnu::always_inline]] decltype(auto) operator()(Call&& call, Rules&&... rules) const {
    if constexpr (detail::returns_awaitable<std::decay_t<Call>>) {
      using driver = detail::coroutine_driver<detail::result_of<std::decay_t<Call>>>;
      return driver::run(shared_, detail::no_call_options{}, std::forward<Call>(call),
                         std::forward<Rules>(rules)...);
    } else if constexpr (detail::accepts<Call, Rules...>()) {
      return detail::run_guarded(*shared_, nullptr, call, rules...);
    }
  }

  /// The same guard with other options for one call.
  guard_for_one_call with(call_options options) const noexcept { return {*shared_, options}; }

  /// The same guard for a call that is made within the attempt of another one: it inherits that
  /// attempt's deadline and stop, its retries are paid for by the outer budget too, and its
  /// attempts count for amplification. A blocking call within another one in the same thread is
  /// found without this; a coroutine, or a thread of your own, must say it. The outer attempt must
  /// outlive the call.
  ///
  ///     co_await outer([&](holdfast::attempt const& a) -> awaitable<row> {
  ///       co_return co_await inner.within(a)(load);
  ///     });
  [[nodiscard]] guard_for_one_call within(attempt const& outer) const noexcept {
    return {*shared_, {.within = &outer}};
  }

  /// A callable of the same call syntax, guarded: a function, a member function or data member
  /// (called with an object, a pointer or a smart pointer to one), a lambda or function object,
  /// also one that only moves. It may take an `attempt const&` before its arguments.
  ///
  ///     auto load = lookup.wrap(&repository::load);
  ///     row found = load(repository, 42);
  ///
  /// Of an overloaded name the compiler can't tell which one is meant: say it by
  /// `static_cast<row (repository::*)(int)>(&repository::load)`, or by a lambda.
  template <class Callable, class... Rules>
  [[nodiscard]] wrapped<std::decay_t<Callable>, std::decay_t<Rules>...> wrap(
      Callable&& callable, Rules&&... rules) const {
    return {shared_, std::forward<Callable>(callable), std::forward<Rules>(rules)...};
  }

  /// As long as a handle of the guard lives, or something wrapped by it.
  [[nodiscard]] std::string_view name() const noexcept { return shared_->name(); }
  /// All present options but the name, which is empty there.
  [[nodiscard]] operation_options policies() const;

  /// Exchanges all policies of a guard that was made with `liveness::live`. A call in progress goes
  /// on with those that it began with. The breaker keeps its state, generation and as much of its
  /// window as the new options can hold, the budget its tokens, bulkhead and limiter who is there.
  /// @param next its name, nesting, liveness, classifier and surroundings are passed over
  /// Throws invalid_options, also where the guard is fixed; then nothing has changed.
  void reconfigure(operation_options next) const;

  /// What the breaker is; open also where its wait is over and the next call will be a probe.
  [[nodiscard]] breaker_state state() const { return shared_->gate().state(); }
  [[nodiscard]] guard_stats stats() const;

  /// All that breaker and budget know, as a value, to be kept or given to another guard.
  [[nodiscard]] gate_snapshot snapshot() const;
  /// Takes up where a snapshot was made, with instants of this guard's clock. Calls in progress
  /// become late. An open wait ends by max_recovery_timeout from now, whatever the snapshot says.
  void restore(gate_snapshot const& from) const;

  /// Where this circuit is shared with other processes: said again before `length` is over, no
  /// probe starts that was not allowed; see core::breaker_machine. Zero ends it.
  void share(duration length) const;
  /// See core::breaker_machine::look_for_sharing.
  [[nodiscard]] core::breaker_shared_view look_for_sharing() const;
  /// Probes may start until `until`, an instant of this guard's clock.
  /// @param generation of the breaker, as it was looked at
  /// @return the one after this; nothing, and nothing done, where it has changed since the look
  std::optional<std::uint64_t> allow_probes(std::uint64_t generation, instant until) const;
  /// Opens or closes the circuit as another process has found it to be. Generations as above.
  std::optional<std::uint64_t> adopt(std::uint64_t generation,
                                     core::found_elsewhere const& found) const;

  /// The clock of all instants of this guard.
  [[nodiscard]] timekeeper& time() const noexcept { return shared_->time(); }

  /// Refuses every call, without a look at the dependency.
  /// @param why    is told in events and by the transition; at most 80 bytes are kept
  /// @param length until the breaker probes again; `off`: until `reset` or another override
  void force_open(std::string_view why, duration length) const;
  /// Admits every call and records nothing, for `length` or until it is ended by hand (`off`).
  void disable(std::string_view why, duration length) const;
  /// Admits every call and records, but never opens: says once when it would have.
  void observe_only(std::string_view why, duration length) const;
  /// Closes the circuit, ends an override, and forgets all results and waits.
  void reset(std::string_view why) const;

  /// Calls `listener(event const&)` for every decision, in the thread that makes the call and under
  /// no lock; it must be thread-safe, and what it throws is caught and counted. The event lives as
  /// long as the listener's call. There is no way to take a listener off again.
  /// @param wanted what nobody wants costs nothing: an open circuit refuses in two nanoseconds if
  ///               no listener is told of it
  template <class Listener>
  void on_event(Listener listener, event_interest wanted = {}) const {
    shared_->listen(detail::sink_of(std::move(listener), wanted));
  }

  /// The same for a sink that says itself what it wants.
  void on_event(std::shared_ptr<event_sink> sink) const { shared_->listen(std::move(sink)); }

  /// For metrics: tells `sink` its events, and from now on counts every success and keeps in
  /// `durations` what takes how long; see call_durations. A call costs up to a nanosecond more,
  /// and two clock reads where it is timed. There is no way back.
  void measure(std::shared_ptr<event_sink> sink, std::shared_ptr<call_durations> durations) const {
    shared_->listen(std::move(sink), std::move(durations));
  }

 private:
  void force(breaker_state override, std::string_view why, duration length) const;

  shared_operation shared_;
};

}  // namespace holdfast
