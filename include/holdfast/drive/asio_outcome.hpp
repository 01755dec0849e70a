#pragma once

#include "holdfast/classify/asio.hpp"
#include "holdfast/drive/coroutine_call.hpp"
#include "holdfast/drive/run_guarded.hpp"

#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/system/system_error.hpp>

namespace holdfast::detail {

/// How an attempt ended: by an answer, by an exception, or not yet.
template <class Value>
struct coroutine_outcome {
  using answer_type = std::conditional_t<std::is_void_v<Value>, std::monostate, Value>;

  std::optional<answer_type> answer;
  std::exception_ptr caught;

  [[nodiscard]] bool exists() const noexcept { return answer || caught; }
  /// Hands the answer on.
  [[nodiscard]] Value take() {
    if constexpr (!std::is_void_v<Value>) return std::move(*answer);
  }
};

/// Judges the exception that is being handled as the guard was told to, and an error of Asio that
/// nobody named as `classify/asio.hpp` does: one that was cancelled must not look like a failure of
/// the dependency.
[[nodiscard]] inline failure classify_thrown(operation const& guarded) noexcept {
  failure const seen = guarded.classify_exception();
  if (seen.category != category::unknown) return seen;
  try {
    throw;
  } catch (boost::system::system_error const& error) {
    return failure_of(error);
  } catch (...) {
    return seen;
  }
}

/// What is known of an attempt that did not succeed.
struct judged_failure {
  failure seen;
  std::optional<bool> wish;  ///< of retry_if, where there is one
};

template <class... Rules>
auto rules_in(std::tuple<Rules...>& rules) noexcept {
  return std::apply([](auto&... each) noexcept { return rules_of(each...); }, rules);
}

/// Asks the caller's predicate, if it has one about failures; to be called while the exception is
/// handled, or after a result. May throw what the predicate throws.
template <class Value, class Rules>
[[nodiscard]] std::optional<bool> wish_after(failure const& seen, Rules const& rules) {
  if constexpr (Rules::template judges_failure<Value>()) {
    return rules.asks(seen);
  } else {
    return std::nullopt;
  }
}

/// Judges an answer: nothing for a success. May throw what the predicate throws.
template <class Value, class Rules>
[[nodiscard]] std::optional<judged_failure> judge_answer(
    typename coroutine_outcome<Value>::answer_type const& answer, Rules const& rules) {
  if constexpr (std::is_void_v<Value>) {
    return std::nullopt;
  } else {
    std::optional<failure> const seen = failure_in<Value>(answer);
    if constexpr (Rules::template judges_result<Value>()) {
      bool const again = rules.asks(answer);
      if (!again && !seen) return std::nullopt;
      if (again) return judged_failure{seen.value_or(sent_back()), true};
      return judged_failure{*seen, std::nullopt};
    } else {
      if (!seen) return std::nullopt;
      return judged_failure{*seen, wish_after<Value>(*seen, rules)};
    }
  }
}

/// In place of a failure that nobody will ask for: 200 bytes.
struct no_failure {
  no_failure& operator=(failure const& /*nobody asks*/) noexcept { return *this; }
};

/// Tells the call that its attempt threw, while the exception is handled. Answers what comes next.
/// Where the predicate throws, that was the last attempt.
template <class Value, class Rules, class Keeps>
[[nodiscard]] call_step after_exception(coroutine_call& progress, Rules const& rules,
                                        Keeps& last_failure) {
  failure const seen = classify_thrown(progress.guarded());
  last_failure = seen;
  std::optional<bool> wish;
  try {
    wish = wish_after<Value>(seen, rules);
  } catch (...) {
    static_cast<void>(progress.failed(seen, false));
    throw;
  }
  return progress.failed(seen, wish);
}

/// Tells the call that its attempt has an answer. Answers what comes next; nothing after a success.
template <class Value, class Parts, class Keeps>
[[nodiscard]] std::optional<call_step> after_answer(coroutine_call& progress,
                                                    coroutine_outcome<Value> const& ended,
                                                    Parts& parts, Keeps& last_failure) {
  if constexpr (std::is_void_v<Value>) {
    progress.succeeded();
    return std::nullopt;
  } else {
    auto const rules = rules_in(parts.rules);
    using rules_type = std::remove_const_t<decltype(rules)>;
    Value const& answer = *ended.answer;
    if constexpr (!reports_failure<Value> && !rules_type::template judges_result<Value>()) {
      progress.succeeded();
      return std::nullopt;
    } else {
      std::optional<judged_failure> judged;
      try {
        judged = judge_answer<Value>(answer, rules);
      } catch (...) {
        auto const told = failure_in<Value>(answer);
        failure const seen = told ? *told : classify_thrown(progress.guarded());
        static_cast<void>(progress.failed(seen, false));
        throw;
      }
      if (!judged) {
        progress.succeeded();
        return std::nullopt;
      }
      last_failure = judged->seen;
      return progress.failed(judged->seen, judged->wish);
    }
  }
}

/// What a call without success answers: its own last outcome, or a refusal.
template <class Value, class Rules>
[[nodiscard]] Value end_of(coroutine_call const& progress, coroutine_outcome<Value>& last,
                           Rules const& rules) {
  if (last.caught) std::rethrow_exception(std::exchange(last.caught, nullptr));
  if (last.answer) return last.take();
  return refuse<Value>(progress.refused(), rules);
}

}  // namespace holdfast::detail
