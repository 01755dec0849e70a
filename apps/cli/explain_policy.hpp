#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/core/retry_step.hpp"
#include "holdfast/core/verdict.hpp"
#include "holdfast/drive/operation.hpp"

#include <optional>
#include <vector>

namespace holdfast::cli {

/// One attempt that failed, and what the retry machine said then.
struct played_attempt {
  int number = 0;  ///< from 1
  duration at{};   ///< since the first attempt
  core::retry_step then;
};

/// What the circuit makes of such failures.
struct played_circuit {
  verdict counts_as{};
  std::optional<int> opens_after{};  ///< failures in a row; nothing if they never open it
  duration open_for{};               ///< the first wait then
};

struct played_policy {
  std::vector<played_attempt> attempts;
  played_circuit circuit;
};

/// Plays a call in which every attempt fails so at once, through the machines of these policies, by
/// manual time, with a fixed seed and a full budget: what is shown is what would be done, and the
/// same each time.
[[nodiscard]] played_policy play_policy(failure const& seen, operation_options const& policies);

/// `retry{}` and `breaker{}` with their defaults.
[[nodiscard]] operation_options default_policies(bool idempotent);

}  // namespace holdfast::cli
