#pragma once

#include "holdfast/drive/blocking_call.hpp"
#include "holdfast/drive/call_rules.hpp"
#include "holdfast/drive/callable.hpp"
#include "holdfast/drive/outcome_traits.hpp"
#include "holdfast/drive/rejected.hpp"

#include <optional>
#include <type_traits>
#include <utility>

#include <cxxabi.h>

namespace holdfast::detail {

template <class Result>
concept reports_failure = outcome_traits<std::remove_cvref_t<Result>>::reports_failure;

/// Whether an open circuit can be told by the result itself.
template <class Result, class Rules>
inline constexpr bool refuses_by_value = can_be_refused<Result> && !Rules::replaces;

/// The result of a call of which no attempt may run.
template <class Result, class Rules>
Result refuse(refusal const& why, Rules const& rules) {
  if constexpr (Rules::replaces) {
    return static_cast<Result>(substitute_for(rules.instead.substitute(), why));
  } else if constexpr (refuses_by_value<Result, Rules>) {
    return outcome_traits<Result>::refused(why);
  } else {
    throw rejected{why};
  }
}

/// The failure in a result, or nothing. Out of line where a success is told by other means.
template <class Result>
  requires tells_success<Result>
[[gnu::noinline]] [[nodiscard]] std::optional<failure> told_failure_in(Result const& answer) {
  return outcome_traits<Result>::failure_in(answer);
}

/// The failure in a result, or nothing.
template <class Result>
[[gnu::always_inline]] [[nodiscard]] inline std::optional<failure> failure_in(
    Result const& answer) {
  if constexpr (tells_success<Result>) {
    if (outcome_traits<Result>::is_success(answer)) [[likely]]
      return std::nullopt;
    return told_failure_in(answer);
  } else if constexpr (reports_failure<Result>) {
    return outcome_traits<Result>::failure_in(answer);
  } else {
    return std::nullopt;
  }
}

template <class Result>
inline constexpr bool is_expected_value = false;
template <class Value, class Error>
inline constexpr bool is_expected_value<expected<Value, Error>> = !std::is_void_v<Value>;

/// Hands a success on to the caller. Of an expected only the value is moved: the room for its error
/// may be two hundred bytes.
template <class Result>
[[gnu::always_inline]] [[nodiscard]] inline Result pass_on(
    std::remove_reference_t<Result>& answer) {
  if constexpr (is_expected_value<Result>) {
    if (answer.has_value()) [[likely]]
      return Result{std::move(*answer)};
  }
  return static_cast<Result&&>(answer);
}

/// A value that retry_if sends back: the dependency is alive, so it counts for the breaker.
[[nodiscard]] inline failure sent_back() noexcept {
  return {.category = category::transient,
          .severity = severity::low,
          .fault = fault::caller,
          .advice = advice::after_backoff,
          .text = "retry_if asks for another attempt"};
}

/// Asks the caller's predicate. Where it throws, the attempt is recorded all the same, as the
/// failure that it was or else as that exception, and is the last one.
template <class Asks, class About>
[[nodiscard]] __attribute__((no_sanitize("null"), no_sanitize("alignment"))) bool ask(
    Asks& asks, About const& about, failure const* seen, operation& guarded,
    blocking_call& progress, entry here) {
  try {
    return asks(about);
  } catch (abi::__forced_unwind const&) {
    progress.abandon(guarded, here);
    throw;
  } catch (...) {
    failure const& why = seen != nullptr ? *seen : guarded.classify_exception();
    static_cast<void>(progress.again_after(guarded, why, here, false));
    throw;
  }
}

/// What comes after an attempt that failed by `seen`, with the caller's word where it has one.
template <class Result, class Rules>
[[nodiscard]] entry after_failure(operation& guarded, blocking_call& progress, entry here,
                                  failure const& seen, Rules const& rules) {
  if constexpr (Rules::template judges_failure<Result>()) {
    bool const wish = ask(rules.asks, seen, &seen, guarded, progress, here);
    return progress.again_after(guarded, seen, here, wish);
  } else {
    return progress.again_after(guarded, seen, here);
  }
}

/// Ends an attempt that brought a result which may be a failure, or be sent back: answers nothing
/// where it is a success, else what comes next. `seen` is then why.
template <class Result, class Rules>
[[gnu::always_inline]] [[nodiscard]] inline std::optional<entry> after_result(
    operation& guarded, blocking_call& progress, entry here,
    std::remove_cvref_t<Result> const& answer, std::optional<failure>& seen, Rules const& rules) {
  if constexpr (Rules::template judges_result<Result>()) {
    bool const again = ask(rules.asks, answer, seen ? &*seen : nullptr, guarded, progress, here);
    if (!again && !seen) return std::nullopt;
    if (!seen) seen = sent_back();
    if (again) return progress.again_after(guarded, *seen, here, true);
    return progress.again_after(guarded, *seen, here);
  } else {
    if (!seen) [[likely]]
      return std::nullopt;
    return after_failure<Result>(guarded, progress, here, *seen, rules);
  }
}

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

/// Runs a call that was let in to its end. Decides nothing: it makes attempts for as long as
/// `progress` says so.
///
/// Inlined always: a first attempt that succeeds is all that most calls are, and everything else is
/// a call of a function out of line. The cancellation of a thread arrives as a reference to no
/// object, which a sanitizer would report; GCC leaves out its check of references only where both
/// attributes stand.
template <class Result, class Call, class Rules>
[[gnu::always_inline]] __attribute__((no_sanitize("null"), no_sanitize("alignment"))) inline Result
run_attempts(operation& guarded, blocking_call& progress, entry here, Call& call,
             Rules const& rules) {
  for (;;) {
    bool judged = false;
    try {
      if constexpr (!reports_failure<Result> && !Rules::template judges_result<Result>()) {
        return attempt_or_throw<Result>(guarded, progress, here, call, judged);
      } else {
        Result answer = invoke_with(call, progress.current());
        std::optional<failure> seen = failure_in<std::remove_cvref_t<Result>>(answer);
        judged = true;
        auto const next = after_result<Result>(guarded, progress, here, answer, seen, rules);
        if (!next) [[likely]] {
          progress.succeeded(guarded, here);
          return pass_on<Result>(answer);
        }
        here = *next;
        if (here.word == 0) {
          if constexpr (Rules::replaces) {
            return static_cast<Result>(substitute_for(rules.instead.substitute(), *seen));
          } else {
            return static_cast<Result&&>(answer);
          }
        }
      }
    } catch (abi::__forced_unwind const&) {
      // The thread is being cancelled: nothing may run but destructors, and what is like them.
      if (!judged) progress.abandon(guarded, here);
      throw;
    } catch (...) {
      if (judged) throw;
      failure const seen = guarded.classify_exception();
      here = after_failure<Result>(guarded, progress, here, seen, rules);
      if (here.word == 0) {
        if constexpr (Rules::replaces) {
          return static_cast<Result>(substitute_for(rules.instead.substitute(), seen));
        } else {
          throw;
        }
      }
    }
  }
}

/// A callable with the innermost policy around it: an injected failure takes its place. What it
/// calls is known by its result alone, so that calls with the same result share one instance of
/// what hardly ever runs.
template <class Result>
class faulty_call {
 public:
  /// @param call takes an attempt; an object, which must outlive this one
  template <class Call>
  faulty_call(blocking_call& progress, Call const& call) noexcept
      : progress_{progress},
        call_{&call},
        run_{[](void const* erased, attempt const& present) -> Result {
          return (*static_cast<Call const*>(erased))(present);
        }} {}

  Result operator()(attempt const& present) const {
    if (auto const planned = progress_.injected()) return failed<Result>(*planned);
    return run_(call_, present);
  }

 private:
  blocking_call& progress_;
  void const* call_;
  Result (*run_)(void const*, attempt const&);
};

/// Out of line, so that no other call pays for it.
template <class Result, class Rules>
[[gnu::noinline]] Result run_with_faults(operation& guarded, blocking_call& progress,
                                         faulty_call<Result> const& faulty, Rules const& rules) {
  return run_attempts<Result>(guarded, progress, progress.injecting(), faulty, rules);
}

template <class Call, class... Rules>
[[gnu::always_inline]] inline result_of<Call> run_guarded(operation& guarded,
                                                          call_options const* options, Call& call,
                                                          Rules&... given) {
  using result = result_of<Call>;
  auto const rules = rules_of(given...);
  std::uint64_t const word = guarded.gate().word();
  if constexpr (refuses_by_value<result, decltype(rules)>) {
    // Before anything that needs a frame of the stack.
    if ((word & gate_word::not_closed) != 0 && options == nullptr) [[unlikely]] {
      if (auto const refused = guarded.refuse_at_once()) {
        return outcome_traits<result>::refused(
            refusal{refusal::cause::circuit_open, refused.retry_after(), &guarded});
      }
    }
  }
  blocking_call progress;
  entry const here = progress.begin(guarded, word, options, std::invocable<Call&, attempt const&>);
  if (here.word == 0) [[unlikely]] {
    if (progress.injecting().word == 0) return refuse<result>(progress.refused(), rules);
    auto const called = [&call](attempt const& present) -> result {
      return invoke_with(call, present);
    };
    return run_with_faults<result>(guarded, progress, faulty_call<result>{progress, called}, rules);
  }
  return run_attempts<result>(guarded, progress, here, call, rules);
}

/// Whether `Call` can be guarded with these rules beside it; the compiler says why not.
template <class Call, class... Rules>
consteval bool accepts() {
  constexpr bool callable = accepts_callable<Call>();
  if constexpr (callable) {
    return accepts_rules<result_of<Call>, Rules...>();
  } else {
    return false;
  }
}

}  // namespace holdfast::detail
