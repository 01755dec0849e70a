#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/random.hpp"
#include "holdfast/base/time.hpp"

#include <optional>

namespace holdfast {

/// Makes attempts fail or wait on purpose, innermost of all policies, to see what the others do
/// about it. What is injected is judged, retried and counted like the real thing.
struct fault_injection {
  double failure_rate = 0;  ///< Share of attempts that fail without running the callable.
  holdfast::category category = category::transient;  ///< Of the failures.
  double latency_rate = 0;                            ///< Share of attempts that wait before.
  duration latency = std::chrono::milliseconds{100};  ///< How long those wait.
  std::uint64_t seed = 1;  ///< The same seed and the same order of attempts give the same faults.

  bool operator==(fault_injection const&) const = default;
};

namespace core {

/// What is done to one attempt.
struct injected_fault {
  duration latency{};            ///< to wait first
  std::optional<failure> fails;  ///< instead of running
};

/// Draws what becomes of the next attempt: two numbers of the stream, whatever comes of it.
[[nodiscard]] injected_fault draw_fault(fault_injection const& options, random_bits& random);

}  // namespace core
}  // namespace holdfast
