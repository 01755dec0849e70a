#include "explain_policy.hpp"

#include "holdfast/core/breaker_machine.hpp"
#include "holdfast/core/budget_machine.hpp"
#include "holdfast/core/retry_machine.hpp"

#include <algorithm>

namespace holdfast::cli {
namespace {

constexpr std::uint64_t seed = 1;

std::vector<played_attempt> play_retry(failure const& seen, operation_options const& of) {
  instant now{};
  instant const deadline =
      is_off(of.total_timeout.limit) ? never_reached : later(now, of.total_timeout.limit);
  core::retry_machine machine{of.retry, now, random_bits{seed}, deadline};
  core::budget_machine tokens{of.budget};
  tokens.credit(1);
  std::vector<played_attempt> attempts;
  for (;;) {
    core::retry_step const then = core::charge(machine.on_failure(seen, now), tokens, now);
    attempts.push_back({machine.failed_attempts(), now - instant{}, then});
    if (std::holds_alternative<core::stop>(then)) return attempts;
    if (auto const* const pause = std::get_if<core::wait>(&then)) now = pause->until;
  }
}

/// How many failures in a row may be needed, where any number opens the circuit.
int most_needed(breaker const& options) {
  int const for_rate = options.failure_rate != off ? options.min_calls : 0;
  return std::max(options.failure_threshold, for_rate);
}

played_circuit play_breaker(failure const& seen, breaker const& options) {
  core::breaker_machine machine{options, random_bits{seed}};
  played_circuit played{.counts_as = verdict_on(seen, options.throttled_counts)};
  instant const now{};
  for (int calls = 1; calls <= most_needed(options); ++calls) {
    core::admission const asked = machine.ask(now);
    auto const changed = machine.record(asked.pass, played.counts_as, duration{}, now);
    if (!changed || changed->to != breaker_state::open) continue;
    played.opens_after = calls;
    played.open_for = changed->open_until - now;
    break;
  }
  return played;
}

}  // namespace

played_policy play_policy(failure const& seen, operation_options const& policies) {
  return {play_retry(seen, policies), play_breaker(seen, policies.breaker)};
}

operation_options default_policies(bool idempotent) {
  return {.retry = {.idempotent = idempotent}, .breaker = {}};
}

}  // namespace holdfast::cli
