#pragma once

#include "holdfast/base/enum_names.hpp"

#include <string_view>

namespace holdfast {

/// Why a call ended without success. One vocabulary for logs, metrics, stories and docs.
enum class stop_reason {
  none,                       ///< it has not ended, or it succeeded
  permanent,                  ///< the advice is never: the same call would fail the same way
  withheld,                   ///< a retry would be safe only if the operation were idempotent
  in_doubt,                   ///< it may have happened; find out before trying again
  attempts_spent,             ///< max_attempts were made
  time_spent,                 ///< the next attempt would start past max_elapsed or at the deadline
  retry_after_too_long,       ///< the server asked for more than max_retry_after
  retry_after_past_deadline,  ///< what the server asked for ends too late in the same sense
  pushed_back,                ///< the server said that the call must not be repeated
  no_budget,                  ///< too large a share of the traffic is retries already
  circuit_open,               ///< the breaker would refuse the next attempt
  bulkhead_full,              ///< no place for the next attempt was free in time
  rate_limited,               ///< the limiter's next turn comes too late for the next attempt
  cancelled,                  ///< the caller asked to stop, by a stop_token or a cancellation slot
};

template <>
struct names_of<stop_reason> {
  using enum stop_reason;
  static constexpr std::array<named_value<stop_reason>, 14> table{
      {{none, "none"},
       {permanent, "permanent"},
       {withheld, "withheld"},
       {in_doubt, "in_doubt"},
       {attempts_spent, "attempts_spent"},
       {time_spent, "time_spent"},
       {retry_after_too_long, "retry_after_too_long"},
       {retry_after_past_deadline, "retry_after_past_deadline"},
       {pushed_back, "pushed_back"},
       {no_budget, "no_budget"},
       {circuit_open, "circuit_open"},
       {bulkhead_full, "bulkhead_full"},
       {rate_limited, "rate_limited"},
       {cancelled, "cancelled"}}};
};

/// The reason in words, as a sentence without a capital and a full stop: "every attempt that
/// max_attempts allows was made".
[[nodiscard]] std::string_view explain(stop_reason why) noexcept;

}  // namespace holdfast
