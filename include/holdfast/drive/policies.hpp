#pragma once

#include "holdfast/drive/call_rules.hpp"
#include "holdfast/drive/classifies.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/shared_operation.hpp"

#include <concepts>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <type_traits>

namespace holdfast::detail {

// Out of line: what copies options is compiled once, and not wherever a guard is made.
void set_policy(operation_options& all, retry const& one);
void set_policy(operation_options& all, breaker const& one);
void set_policy(operation_options& all, budget const& one);
void set_policy(operation_options& all, shared_budget const& one);
void set_policy(operation_options& all, hedge const& one);
void set_policy(operation_options& all, bulkhead const& one);
void set_policy(operation_options& all, limiter const& one);
void set_policy(operation_options& all, attempt_timeout const& one);
void set_policy(operation_options& all, total_timeout const& one);
void set_policy(operation_options& all, fault_injection const& one);
void set_policy(operation_options& all, operation_kind const& one);
void set_policy(operation_options& all, nesting const& one);
void set_policy(operation_options& all, liveness const& one);
void set_policy(operation_options& all, surroundings const& one);
void set_policy(operation_options& all, std::shared_ptr<failure_rules const> const& one);
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

template <class Wanted, class... Policies>
inline constexpr bool is_among = (std::same_as<Wanted, Policies> || ...);

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
      "shared_budget, hedge, bulkhead, limiter, attempt_timeout, total_timeout, fault_injection, "
      "classifies<...>, and of operation_kind, nesting, liveness, surroundings, "
      "shared_ptr<failure_rules const>");
  constexpr bool once = all_different<Policies...>;
  static_assert(once, "a guard takes each policy once; to nest two, call one guard inside another");
  constexpr bool one_budget =
      !is_among<budget, Policies...> || !is_among<shared_budget, Policies...>;
  static_assert(one_budget, "a guard has a budget of its own or a shared_budget, not both");
  return !of_calls && known && once && one_budget;
}

/// A policy of any kind, and what puts it in its place.
struct given_policy {
  template <policy Policy>
  explicit given_policy(Policy const& given) noexcept
      : policy{&given}, set{[](operation_options& all, void const* one) {
          set_policy(all, *static_cast<Policy const*>(one));
        }} {}

  void const* policy;
  void (*set)(operation_options& all, void const* one);
};

/// What a guard of these holds, whatever order they were written in. Throws invalid_options.
[[nodiscard]] shared_operation operation_of(std::string_view name,
                                            std::initializer_list<given_policy> policies);

template <class... Policies>
[[nodiscard]] shared_operation operation_of(std::string_view name, Policies const&... policies) {
  if constexpr (accepts_policies<Policies...>()) {
    return operation_of(name, {given_policy{policies}...});
  } else {
    return {};
  }
}

}  // namespace holdfast::detail
