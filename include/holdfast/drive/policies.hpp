#pragma once

#include "holdfast/drive/call_rules.hpp"
#include "holdfast/drive/classifies.hpp"
#include "holdfast/drive/operation.hpp"

#include <concepts>
#include <string_view>
#include <type_traits>

namespace holdfast::detail {

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
template <class... Errors>
void set_policy(operation_options& all, classifies<Errors...> /*by its type*/) {
  all.classifier = &classifies<Errors...>::judge;
}

template <class Candidate>
concept policy = requires(operation_options& all, Candidate const& one) { set_policy(all, one); };

/// Where a policy goes; two of one place are doubles.
template <class Policy>
struct place_of {
  using type = Policy;
};
template <class... Errors>
struct place_of<classifies<Errors...>> {
  using type = exception_classifier;
};

template <class... Policies>
constexpr bool all_different = true;
template <class First, class... Rest>
constexpr bool all_different<First, Rest...> =
    (!std::same_as<typename place_of<First>::type, typename place_of<Rest>::type> && ...) &&
    all_different<Rest...>;

/// Whether a guard can be made of these; where not, the compiler says why in its first line.
template <class... Policies>
consteval bool accepts_policies() {
  constexpr bool of_calls = (is_any_rule<Policies> || ...);
  static_assert(!of_calls,
                "retry_if and or_else are given with the call: guard(f, retry_if(p), or_else(g))");
  constexpr bool known = of_calls || (policy<Policies> && ...);
  static_assert(
      known,
      "a guard is made of its name and policies: retry, breaker, budget, "
      "shared_budget, attempt_timeout, total_timeout, fault_injection, classifies<...>, and of "
      "operation_kind, nesting, surroundings");
  constexpr bool once = all_different<Policies...>;
  static_assert(once, "a guard takes each policy once; to nest two, call one guard inside another");
  return !of_calls && known && once;
}

/// The options of a guard, whatever order they were written in.
template <class... Policies>
[[nodiscard]] operation_options options_of(std::string_view name, Policies const&... policies) {
  operation_options options;
  if constexpr (accepts_policies<Policies...>()) {
    options.name = name;
    (set_policy(options, policies), ...);
  }
  return options;
}

}  // namespace holdfast::detail
