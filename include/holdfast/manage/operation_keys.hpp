#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/drive/operation.hpp"

#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace holdfast {

/// A policy of an operation, as a file names it.
template <class Policy>
struct policy_key {
  std::string_view name;
  Policy operation_options::*member;
  std::string_view help;
};

template <class Policy>
policy_key(std::string_view, Policy operation_options::*, std::string_view) -> policy_key<Policy>;

/// Every policy that a file knows, outermost first.
inline constexpr std::tuple policy_keys{
    policy_key{"total_timeout", &operation_options::total_timeout,
               "How long a whole call may take; `60s` means `{limit: 60s}`."},
    policy_key{"retry", &operation_options::retry, "Tries again what may be tried again."},
    policy_key{"budget", &operation_options::budget,
               "Holds retries to a share of the traffic: the name of one of the `budgets`, which "
               "all that name it share, or a budget of its own. Always on."},
    policy_key{"hedge", &operation_options::hedge, "Starts a second attempt beside a slow one."},
    policy_key{"breaker", &operation_options::breaker,
               "Stops calling what fails, and finds out when it is back."},
    policy_key{"bulkhead", &operation_options::bulkhead, "Holds how many attempts run at once."},
    policy_key{"limiter", &operation_options::limiter, "Holds how many attempts start a second."},
    policy_key{"attempt_timeout", &operation_options::attempt_timeout,
               "How long one attempt may take; `2s` means `{limit: 2s}`."},
    policy_key{"fault_injection", &operation_options::fault_injection,
               "Makes attempts fail on purpose, for tests."}};

/// Calls `visit(key)` for every policy.
template <class Visitor>
constexpr void for_each_policy(Visitor&& visit) {
  std::apply([&](auto const&... keys) { (visit(keys), ...); }, policy_keys);
}

/// What else a file says of an operation, beside its policies.
struct operation_facts {
  operation_kind kind = operation_kind::other;
  holdfast::nesting nesting = holdfast::nesting::tracked;
  std::string within{};
  bool required = false;
};

template <>
struct fields_of<operation_facts> {
  static constexpr auto table = std::tuple{
      field("kind", &operation_facts::kind, "What it talks to; part of its metrics."),
      field("nesting", &operation_facts::nesting,
            "Whether the guards inside see its calls: they inherit the deadline and charge its "
            "budget."),
      field("within", &operation_facts::within,
            "The operation in whose attempts this one is called; for `holdfast check`, which then "
            "knows how retries multiply."),
      field("required", &operation_facts::required,
            "Whether the process is unready while this circuit is open.")};
};

}  // namespace holdfast
