#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/field.hpp"
#include "holdfast/base/random.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/core/backoff.hpp"
#include "holdfast/core/stop_reason.hpp"

#include <variant>

namespace holdfast {

/// Limits and pacing of one retried operation. Plain data: copy it, print it, load it.
struct retry {
  int max_attempts = 3;                                     ///< Calls in total, the first included.
  duration initial_delay = std::chrono::milliseconds{100};  ///< Ceiling of the first pause.
  double backoff_factor = 2.0;                              ///< Factor between ceilings.
  duration max_delay = std::chrono::seconds{10};            ///< Ceiling of every computed pause.
  holdfast::jitter jitter = holdfast::jitter::proportional;  ///< How pauses are drawn.
  double jitter_factor = 0.5;  ///< Half-width of proportional jitter, as a share of the pause.
  duration max_elapsed = off;  ///< No attempt starts later than this after the first.
  duration max_retry_after = std::chrono::minutes{5};  ///< A longer Retry-After ends the call.
  bool idempotent = false;  ///< Whether a second run does no harm after a request was sent.
};

template <>
struct fields_of<retry> {
  static constexpr duration week = std::chrono::hours{24 * 7};
  static constexpr duration tick = std::chrono::nanoseconds{1};
  static constexpr auto table = std::tuple{
      field("max_attempts", &retry::max_attempts, {1, 1000}, "Calls in total, the first included."),
      field("initial_delay", &retry::initial_delay, {tick, week},
            "Ceiling of the first pause, before jitter."),
      field("backoff_factor", &retry::backoff_factor, {1.0, 1000.0},
            "Factor between the ceilings of successive pauses."),
      field("max_delay", &retry::max_delay, {tick, week}, "Ceiling of every computed pause."),
      field("jitter", &retry::jitter, "How a pause is drawn below its ceiling."),
      field("jitter_factor", &retry::jitter_factor, {0.0, 1.0},
            "Half-width of proportional jitter, as a share of the pause."),
      field("max_elapsed", &retry::max_elapsed, {duration::zero(), week, true},
            "No attempt starts later than this after the first."),
      field("max_retry_after", &retry::max_retry_after, {duration::zero(), week},
            "A server that asks for a longer wait ends the call."),
      field("idempotent", &retry::idempotent,
            "Whether a second run does no harm after the request was sent.")};

  static std::vector<field_problem> contradictions(retry const& options);
};

namespace core {

struct call_now {
  friend bool operator==(call_now, call_now) = default;
};
struct wait {
  instant until;
  friend bool operator==(wait, wait) = default;
};
struct stop {
  stop_reason reason;
  friend bool operator==(stop, stop) = default;
};

/// What to do after a failed attempt: make the next one now, make it at `until` and not before, or
/// hand the failure to the caller.
using retry_step = std::variant<call_now, wait, stop>;

/// Decides after each failed attempt of one call. No I/O, no clock, no locks; one object a call, so
/// the state of jitter is never shared between calls.
class retry_machine {
 public:
  /// @param options  must outlive the machine
  /// @param started  when the first attempt began
  /// @param deadline when the whole call must have ended; never_reached where there is none
  retry_machine(retry const& options, instant started, random_bits random,
                instant deadline = never_reached) noexcept;

  /// What to do now that an attempt has failed. Cost: one draw, no allocation.
  [[nodiscard]] retry_step on_failure(failure const& seen, instant now) noexcept;

  /// Fewer or more attempts than the options say, for this call alone.
  void limit_attempts(int max_attempts) noexcept { max_attempts_ = max_attempts; }

  /// Attempts that have failed so far.
  [[nodiscard]] int failed_attempts() const noexcept { return failed_attempts_; }

 private:
  [[nodiscard]] stop_reason refusal(failure const& seen) noexcept;
  [[nodiscard]] duration pause_after(failure const& seen) noexcept;

  retry const* options_;
  instant started_;
  instant deadline_;
  backoff_ceilings ceilings_;
  random_bits random_;
  int max_attempts_;
  int failed_attempts_ = 0;
  bool reprepared_ = false;
};

}  // namespace core
}  // namespace holdfast
