#pragma once

#include "holdfast/drive/asio_attended.hpp"
#include "holdfast/drive/asio_parts.hpp"

#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/asio/cancellation_type.hpp>

namespace holdfast::detail {

/// What a guarded coroutine keeps in its frame: all it was given, where nothing need reach it from
/// outside. Its frame is then all there is of the call.
template <class Options, class Call, class... Rules>
struct kept_alone {
  static constexpr bool attended = false;
  using progress_type = coroutine_call;
  using parts_type = coroutine_parts<Options, Call, Rules...>;

  [[nodiscard]] coroutine_call progress() noexcept { return given.begin(); }
  [[nodiscard]] parts_type& parts() noexcept { return given; }
  [[nodiscard]] static constexpr bool races() noexcept { return false; }

  parts_type given;
};

/// A share of it, where something may.
template <class Value, class Executor, class Call, class... Rules>
struct kept_attended {
  static constexpr bool attended = true;
  using progress_type = coroutine_call&;
  using shared = attended_call<Value, Executor, Call, Rules...>;

  [[nodiscard]] coroutine_call& progress() noexcept { return call->progress; }
  [[nodiscard]] typename shared::parts_type& parts() noexcept { return call->parts; }
  [[nodiscard]] bool races() const noexcept { return call->races(); }

  std::shared_ptr<shared> call;
};

/// Runs one of an attended call's coroutines on its strand. The caller's cancellation reaches the
/// call by a post to that strand, and not through Asio's own forwarding, which may meet an
/// operation that has just ended.
template <class Executor, class Shared, class Work>
auto on_strand(Shared const& call, boost::asio::cancellation_slot slot, Work work) {
  if (slot.is_connected()) {
    slot.assign([weak = std::weak_ptr{call}](boost::asio::cancellation_type_t /*any*/) {
      if (auto const reached = weak.lock()) reached->stop_from_outside();
    });
  }
  return boost::asio::co_spawn(
      call->strand(), std::move(work),
      boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot{},
                                          boost::asio::use_awaitable_t<Executor>{}));
}

/// Makes the attempt that may start now as a race of an attended call. Answers what comes next;
/// nothing after a success.
template <class Value, class Executor, class Shared, class Keeps>
boost::asio::awaitable<std::optional<call_step>, Executor> race_attended(
    std::shared_ptr<Shared> call, coroutine_outcome<Value>& last, Keeps& last_failure) {
  auto const outside = co_await boost::asio::this_coro::cancellation_state;
  auto racing = on_strand<Executor>(call, outside.slot(), Shared::race(call));
  std::optional<call_step> const next = co_await std::move(racing);
  last = std::move(call->last);
  if (next) last_failure = *call->last_failure;
  co_return next;
}

/// Waits as an attended call asks for, and tells it how the wait ended. Answers what comes next.
template <class Executor, class Shared>
boost::asio::awaitable<call_step, Executor> wait_attended(std::shared_ptr<Shared> call,
                                                          call_step step) {
  coroutine_call& progress = call->progress;
  timekeeper& time = progress.guarded().time();
  auto const outside = co_await boost::asio::this_coro::cancellation_state;
  if (step == call_step::queue) {
    auto waiting = on_strand<Executor>(call, outside.slot(), Shared::wait_for_place(call));
    queue_end const how = co_await std::move(waiting);
    co_return progress.queued(how);
  }
  if (&time != &system_time()) {
    co_return progress.resumed(time.sleep_until(progress.pause_until(), progress.shown().stop()));
  }
  auto pausing = on_strand<Executor>(call, outside.slot(), Shared::pause(call));
  bool const reached = co_await std::move(pausing);
  co_return progress.resumed(reached);
}

/// What the substitute of or_else makes of a call without success.
template <class Value, class Executor, class Rules>
boost::asio::awaitable<Value, Executor> instead_of(Rules rules, failure why) {
  if constexpr (awaits_substitute<Rules>) {
    auto instead = substitute_for(rules.instead.substitute(), why);
    co_return co_await std::move(instead);
  } else if constexpr (std::is_void_v<Value>) {
    substitute_for(rules.instead.substitute(), why);
    co_return;
  } else {
    co_return static_cast<Value>(substitute_for(rules.instead.substitute(), why));
  }
}

/// One guarded call as a coroutine. Decides nothing: it makes attempts and waits for as long as the
/// call says so. What every call needs is done here, in one frame; what attended ones need, in
/// coroutines of their own.
template <class Value, class Executor, class Kept>
boost::asio::awaitable<Value, Executor> run_coroutine(Kept kept) {
  using rules_type = decltype(rules_in(kept.parts().rules));
  typename Kept::progress_type progress = kept.progress();
  coroutine_outcome<Value> last;
  std::conditional_t<rules_type::replaces, std::optional<failure>, no_failure> last_failure{};
  std::optional<steady_timer_on<Executor>> timer;
  if constexpr (Kept::attended) kept.call->settle_on(co_await boost::asio::this_coro::executor);
  call_step step = progress.begin();
  while (step != call_step::end) {
    if (step == call_step::attempt) {
      std::optional<call_step> next;
      if (kept.races()) {
        auto const outside = co_await boost::asio::this_coro::cancellation_state;
        if (outside.cancelled() != boost::asio::cancellation_type::none) {
          next = progress.cancelled_before_attempt();
        } else if constexpr (Kept::attended) {
          auto racing = race_attended<Value, Executor>(kept.call, last, last_failure);
          next = co_await std::move(racing);
        }
      } else {
        attempt const present = progress.current();
        last = {};
        try {
          auto running = attempt_of<Value, Executor>(progress, kept.parts().call, present);
          if constexpr (std::is_void_v<Value>) {
            co_await std::move(running);
            last.answer.emplace();
          } else {
            last.answer.emplace(co_await std::move(running));
          }
        } catch (...) {
          last.caught = std::current_exception();
          next = after_exception<Value>(progress, rules_in(kept.parts().rules), last_failure);
        }
        if (last.answer) next = after_answer<Value>(progress, last, kept.parts(), last_failure);
      }
      if (!next) co_return last.take();
      step = *next;
      continue;
    }
    auto const outside = co_await boost::asio::this_coro::cancellation_state;
    if (outside.cancelled() != boost::asio::cancellation_type::none) {
      step = progress.not_waited(step, queue_end::stopped);
    } else if constexpr (Kept::attended) {
      auto waiting = wait_attended<Executor>(kept.call, step);
      step = co_await std::move(waiting);
    } else if (step == call_step::queue) {
      step = progress.queued(queue_end::full);
    } else if (timekeeper& time = progress.guarded().time(); &time != &system_time()) {
      step = progress.resumed(time.sleep_until(progress.pause_until(), {}));
    } else {
      if (!timer) timer.emplace(co_await boost::asio::this_coro::executor);
      timer->expires_at(progress.pause_until());
      auto waiting = timer->async_wait(plain_wait);
      auto const [woken] = co_await std::move(waiting);
      step = progress.resumed(!woken);
    }
  }
  if constexpr (rules_type::replaces) {
    failure const why = last.exists() ? *last_failure : progress.refused().as_failure();
    auto instead = instead_of<Value, Executor>(rules_in(kept.parts().rules), why);
    co_return co_await std::move(instead);
  } else {
    co_return end_of<Value>(progress, last, rules_in(kept.parts().rules));
  }
}

/// g++ 12 copies what a lambda has captured, byte by byte, where the lambda stands within a
/// co_await expression, and destroys it twice (GCC bug 99576, seen with 12.2). What is known by a
/// name, or has nothing to destroy, is safe.
template <class... Given>
consteval bool survives_its_compiler() {
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
  constexpr bool safe = ((std::is_lvalue_reference_v<Given> ||
                          std::is_trivially_destructible_v<std::decay_t<Given>> ||
                          is_moved<std::decay_t<Given>>)&&...);
  static_assert(
      safe,
      "g++ 12 destroys the captures of such a lambda twice in a co_await expression: give "
      "the lambda or rule a name and pass that, or holdfast::moved(name) if it only moves");
  return safe;
#else
  return true;
#endif
}

/// Whether `Call` can be guarded as a coroutine with these rules; the compiler says why not.
template <class Value, class Call, class... Rules>
consteval bool accepts_coroutine() {
  constexpr bool owned = std::move_constructible<Call>;
  static_assert(owned, "a guarded coroutine owns its callable, which must be movable");
  constexpr bool passed = std::is_void_v<Value> || std::move_constructible<Value>;
  static_assert(passed, "the result of a guarded coroutine must be movable, to be handed through");
  constexpr bool known = (is_any_rule<Rules> && ...);
  static_assert(known,
                "beside the callable, a call takes retry_if(p) and or_else(g); policies are given "
                "when the guard is made, arguments by guard.wrap(f) or by a lambda");
  constexpr bool once = count_of<retry_if, Rules...> < 2 && count_of<or_else, Rules...> < 2;
  static_assert(once, "a call takes retry_if once and or_else once");
  if constexpr (owned && passed && known && once) {
    using rules = decltype(rules_of(std::declval<Rules&>()...));
    return rules::template accepts_predicate<Value>() && accepts_substitute<Value, rules>();
  } else {
    return false;
  }
}

/// Coroutines of Boost.Asio. `co_await guard(f)` where f returns an `awaitable<Value>`.
template <class Value, class Executor>
struct coroutine_driver<boost::asio::awaitable<Value, Executor>> {
  static constexpr bool exists = true;

  /// @param call, rules as they stand in the caller's expression
  /// @param options call_options or no_call_options
  template <class Options, class Call, class... Rules>
  static boost::asio::awaitable<Value, Executor> run(shared_operation guarded,
                                                     Options const& options, Call&& call,
                                                     Rules&&... rules) {
    if constexpr (survives_its_compiler<Call&&, Rules&&...>()) {
      return start(std::move(guarded), options, std::forward<Call>(call),
                   std::forward<Rules>(rules)...);
    } else {
      return {};
    }
  }

  template <class Options, class Call, class... Rules>
  static boost::asio::awaitable<Value, Executor> start(shared_operation guarded,
                                                       Options const& options, Call&& call,
                                                       Rules&&... rules) {
    using callable = std::decay_t<Call>;
    if constexpr (accepts_coroutine<Value, callable, std::decay_t<Rules>...>()) {
      using rule_tuple = std::tuple<std::decay_t<Rules>...>;
      held_policies policies{*guarded};
      if (must_be_attended(policies.of(*guarded), told(options))) {
        using kept = kept_attended<Value, Executor, callable, std::decay_t<Rules>...>;
        return run_coroutine<Value, Executor>(
            kept{std::make_shared<typename kept::shared>(typename kept::shared::parts_type{
                std::move(guarded), std::move(policies), kept_call_options{options},
                std::forward<Call>(call), rule_tuple{std::forward<Rules>(rules)...}})});
      }
      using kept_options =
          std::conditional_t<std::is_same_v<Options, call_options>, kept_call_options, Options>;
      using kept = kept_alone<kept_options, callable, std::decay_t<Rules>...>;
      return run_coroutine<Value, Executor>(
          kept{{std::move(guarded), std::move(policies), kept_options{options},
                std::forward<Call>(call), rule_tuple{std::forward<Rules>(rules)...}}});
    } else {
      return {};
    }
  }
};

}  // namespace holdfast::detail
