#include "holdfast/drive/policies.hpp"

namespace holdfast::detail {

void set_policy(operation_options& all, retry const& one) { all.retry = one; }
void set_policy(operation_options& all, breaker const& one) { all.breaker = one; }
void set_policy(operation_options& all, budget const& one) { all.budget = one; }
void set_policy(operation_options& all, shared_budget const& one) { all.shared_budget = one; }
void set_policy(operation_options& all, hedge const& one) { all.hedge = one; }
void set_policy(operation_options& all, bulkhead const& one) { all.bulkhead = one; }
void set_policy(operation_options& all, limiter const& one) { all.limiter = one; }
void set_policy(operation_options& all, attempt_timeout const& one) { all.attempt_timeout = one; }
void set_policy(operation_options& all, total_timeout const& one) { all.total_timeout = one; }
void set_policy(operation_options& all, fault_injection const& one) { all.fault_injection = one; }
void set_policy(operation_options& all, operation_kind const& one) { all.kind = one; }
void set_policy(operation_options& all, nesting const& one) { all.nesting = one; }
void set_policy(operation_options& all, liveness const& one) { all.liveness = one; }
void set_policy(operation_options& all, std::shared_ptr<failure_rules const> const& one) {
  all.rules = one;
}
void set_policy(operation_options& all, surroundings const& one) { all.surroundings = one; }

shared_operation operation_of(std::string_view name, std::initializer_list<given_policy> policies) {
  operation_options options;
  options.name = name;
  for (given_policy const& each : policies) each.set(options, each.policy);
  return shared_operation{options};
}

}  // namespace holdfast::detail
