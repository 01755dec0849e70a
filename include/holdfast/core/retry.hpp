#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/core/backoff.hpp"
#include "holdfast/core/jitter.hpp"

#include <map>
#include <optional>
#include <vector>

namespace holdfast {

/// What is different after failures of one category; fields that are not given keep the
/// operation's own numbers.
struct retry_override {
  std::optional<int> max_attempts{};  ///< Calls in total, if the last one failed so; 1: no retry.
  std::optional<holdfast::backoff> backoff{};
  std::optional<duration> initial_delay{};
  std::optional<double> backoff_factor{};
  std::optional<duration> delay_step{};
  std::optional<duration> max_delay{};

  bool operator==(retry_override const&) const = default;
};

/// Limits and pacing of one retried operation. Plain data: copy it, print it, load it.
/// Memory: 160 bytes, and the heap only for `delays` and `per_category` where they are given.
struct retry {
  int max_attempts = 3;  ///< Calls in total, the first included.
  holdfast::backoff backoff = holdfast::backoff::exponential;  ///< How ceilings grow.
  duration initial_delay = std::chrono::milliseconds{100};     ///< Ceiling of the first pause.
  double backoff_factor = 2.0;     ///< Factor between ceilings (exponential).
  duration delay_step = off;       ///< Added to each ceiling (linear); off: initial_delay.
  std::vector<duration> delays{};  ///< The ceilings one by one (delays).
  duration max_delay = std::chrono::seconds{10};             ///< Ceiling of every computed pause.
  holdfast::jitter jitter = holdfast::jitter::proportional;  ///< How pauses are drawn.
  double jitter_factor = 0.5;  ///< Half-width of proportional jitter, as a share of the pause.
  duration max_elapsed = off;  ///< No attempt starts later than this after the first.
  duration max_retry_after = std::chrono::minutes{5};  ///< A longer Retry-After ends the call.
  bool idempotent = false;      ///< Whether a second run does no harm after a request was sent.
  duration wait_for_circuit{};  ///< How long a call waits for open circuits, in all; zero: not.
  /// Other numbers after failures of one category. Where nothing is said about throttled, its
  /// initial_delay is a second, or the operation's own where that is longer.
  std::map<category, retry_override> per_category{};

  bool operator==(retry const&) const = default;
};

namespace core {

/// The numbers by which the pause after a failure of this category is computed. They refer to the
/// options' list of delays. Cost: one look-up where overrides are given.
[[nodiscard]] pacing pacing_after(retry const& options, category seen) noexcept;

/// How many attempts there may be, where the last one failed with this category.
/// @param for_this_call in place of max_attempts, if above 0; no override then allows more
[[nodiscard]] int attempts_allowed(retry const& options, category seen, int for_this_call) noexcept;

}  // namespace core
}  // namespace holdfast
