#include "holdfast/base/field.hpp"
#include "holdfast/base/units.hpp"
#include "manage/linted.hpp"
#include "manage/pauses.hpp"

#include <array>

namespace holdfast {
namespace {

bool retries(linted const& of) { return most_attempts(of.policies().retry) > 1; }

remark budget_without_tokens(linted const& of) {
  budget const& paying = of.paying();
  bool const spends = retries(of) || of.policies().hedge.max_hedges > 0;
  if (!spends || paying.capacity == off) return {};
  if (paying.capacity == 0) {
    return {"budget.capacity", "without tokens no retry is ever made",
            "a capacity of 1 or more, or retry: off"};
  }
  if (paying.per_second > 0 || paying.per_call > 0) return {};
  return {"budget.per_second",
          "after " + detail::field_text(paying.capacity) +
              " retries there is never another one: nothing adds tokens",
          "per_second or per_call above 0"};
}

remark breaker_never_opens(linted const& of) {
  if (!of.sets("breaker.failure_threshold") || can_open(of.policies().breaker)) return {};
  return {
      "breaker.failure_threshold", "the circuit never opens: nothing that opens it is on",
      "failure_threshold above 0, failure_rate, slow_call_rate or max_hanging; or breaker: off"};
}

remark circuit_wait_without_breaker(linted const& of) {
  bool const waits = of.policies().retry.wait_for_circuit > duration::zero();
  if (!waits || can_open(of.policies().breaker)) return {};
  return {"retry.wait_for_circuit", "there is no circuit to wait for",
          "write breaker, or leave wait_for_circuit out"};
}

remark fault_injection_on(linted const& of) {
  fault_injection const& faults = of.policies().fault_injection;
  if (faults.failure_rate == 0 && faults.latency_rate == 0) return {};
  return {"fault_injection", "attempts fail or wait on purpose", "leave it out but for tests"};
}

remark hedge_without_timeout(linted const& of) {
  operation_options const& all = of.policies();
  bool const bounded = !is_off(all.attempt_timeout.limit) || !is_off(all.total_timeout.limit);
  if (all.hedge.max_hedges == 0 || bounded) return {};
  return {"hedge", "attempts that hang are joined by others that hang: no time ends any",
          "an attempt_timeout"};
}

remark idempotent_unsaid(linted const& of) {
  operation_kind const kind = of.policies().kind;
  bool const sends = kind == operation_kind::http || kind == operation_kind::database;
  if (!sends || !retries(of) || of.sets("retry.idempotent")) return {};
  return {"retry.idempotent",
          "nobody says whether this may be done twice, so retries after the request was sent are "
          "withheld",
          "idempotent: true where a second run does no harm, otherwise false"};
}

remark one_call_opens(linted const& of) {
  breaker const& circuit = of.policies().breaker;
  int const attempts = of.worst_case().attempts;
  bool const by_one = circuit.failure_threshold > 1 && attempts >= circuit.failure_threshold;
  if (!by_one) return {};
  return {"breaker.failure_threshold",
          "one call that fails " + std::to_string(attempts) + " times opens the circuit for all",
          "a failure_threshold above " + std::to_string(attempts) + ", or fewer attempts"};
}

remark retry_in_step(linted const& of) {
  retry const& how = of.policies().retry;
  bool const spread =
      how.jitter != jitter::none && (how.jitter != jitter::proportional || how.jitter_factor != 0);
  if (!retries(of) || spread) return {};
  return {how.jitter == jitter::none ? "retry.jitter" : "retry.jitter_factor",
          "callers that failed together come back together", "any jitter"};
}

remark queue_without_end(linted const& of) {
  operation_options const& all = of.policies();
  bool const place = all.bulkhead.max_concurrent > 0 && all.bulkhead.max_waiting > 0 &&
                     is_off(all.bulkhead.max_wait);
  bool const turn = all.limiter.per_second != off && is_off(all.limiter.max_wait);
  if (!(place || turn) || !is_off(all.total_timeout.limit)) return {};
  return {place ? "bulkhead.max_wait" : "limiter.max_wait",
          place ? "an attempt may wait for its place for ever"
                : "an attempt may wait for its turn for ever",
          "a max_wait, or a total_timeout"};
}

remark window_unused(linted const& of) {
  bool const written = of.sets("breaker.window") || of.sets("breaker.min_calls");
  if (!written || judges_rates(of.policies().breaker)) return {};
  return {of.sets("breaker.min_calls") ? "breaker.min_calls" : "breaker.window",
          "no rate is taken over it: failures are counted in a row",
          "failure_rate or slow_call_rate"};
}

}  // namespace

std::span<checked_rule const> policy_rules() noexcept {
  using enum lint_level;
  static constexpr std::array rules{
      checked_rule{{"breaker_never_opens", warning, "A breaker with all that opens it off."},
                   &breaker_never_opens},
      checked_rule{{"budget_without_tokens", warning,
                    "Retries or hedges whose budget is empty for good, sooner or later."},
                   &budget_without_tokens},
      checked_rule{
          {"circuit_wait_without_breaker", warning, "A wait for a circuit where there is none."},
          &circuit_wait_without_breaker},
      checked_rule{{"fault_injection_on", warning, "Faults on purpose."}, &fault_injection_on},
      checked_rule{{"hedge_without_timeout", warning, "Hedges where no time ends an attempt."},
                   &hedge_without_timeout},
      checked_rule{{"idempotent_unsaid", warning,
                    "Retries over a network where nobody says whether they do harm."},
                   &idempotent_unsaid},
      checked_rule{
          {"one_call_opens", note, "A circuit that the attempts of a single call can open."},
          &one_call_opens},
      checked_rule{{"queue_without_end", warning, "A queue in which an attempt may wait for ever."},
                   &queue_without_end},
      checked_rule{{"retry_in_step", warning, "Retries without jitter."}, &retry_in_step},
      checked_rule{{"window_unused", warning, "A window over which nothing is judged."},
                   &window_unused}};
  return rules;
}

}  // namespace holdfast
