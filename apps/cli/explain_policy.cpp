#include "explain_policy.hpp"

#include "holdfast/core/breaker_machine.hpp"
#include "holdfast/core/retry_machine.hpp"

namespace holdfast::cli {
namespace {

constexpr std::uint64_t seed = 1;

std::vector<played_attempt> play_retry(failure const& seen, bool idempotent) {
  retry const options{.idempotent = idempotent};
  instant now{};
  core::retry_machine machine{options, now, random_bits{seed}};
  std::vector<played_attempt> attempts;
  for (;;) {
    core::retry_step const then = machine.on_failure(seen, now);
    attempts.push_back({machine.failed_attempts(), now - instant{}, then});
    if (std::holds_alternative<core::stop>(then)) return attempts;
    if (auto const* const pause = std::get_if<core::wait>(&then)) now = pause->until;
  }
}

played_circuit play_breaker(failure const& seen) {
  breaker const options;
  core::breaker_machine machine{options, random_bits{seed}};
  played_circuit played{.counts_as = verdict_on(seen, options.throttled_counts)};
  instant const now{};
  for (int calls = 1; calls <= options.failure_threshold; ++calls) {
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

played_policy play_default_policy(failure const& seen, bool idempotent) {
  return {play_retry(seen, idempotent), play_breaker(seen)};
}

}  // namespace holdfast::cli
