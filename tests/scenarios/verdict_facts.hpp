#pragma once

#include "holdfast/core/breaker_machine.hpp"
#include "holdfast/core/retry_step.hpp"
#include "scenarios/scenario.hpp"

#include <optional>
#include <string>

namespace holdfast::scenarios {

/// What the machines answer, in the words of scenario files.

/// "probe", "admitted" or "rejected retry_after=…".
[[nodiscard]] fact fact_of(core::admission const& answer);

/// "open until=… reason=…": the state after something happened, and why if it is another one.
[[nodiscard]] fact fact_of(core::breaker_machine const& circuit,
                           std::optional<transition> const& changed);

/// "half_open calls=… failures=… …".
[[nodiscard]] fact fact_of(breaker_stats const& seen);

/// "now", "wait until=… pause=…" or "stop reason=…".
[[nodiscard]] fact fact_of(core::retry_step const& step, instant now);

/// "tokens=99.5".
[[nodiscard]] fact fact_of_tokens(double tokens);

/// Whether every expected word and detail is among what was found. Durations and numbers are
/// compared by value, so 0.1s is 100ms.
[[nodiscard]] bool holds(facts const& wanted, facts const& found);

/// "open until=12s reason=failure_rate, wait until=300ms".
[[nodiscard]] std::string to_text(facts const& all);

}  // namespace holdfast::scenarios
