#include "holdfast/core/stop_reason.hpp"

namespace holdfast {

std::string_view explain(stop_reason why) noexcept {
  switch (why) {
    case stop_reason::none: return "the call has not ended without success";
    case stop_reason::permanent: return "the same call would fail the same way";
    case stop_reason::withheld:
      return "a retry was withheld because the operation is not declared idempotent";
    case stop_reason::in_doubt:
      return "it may have taken effect, which must be found out before it is tried again";
    case stop_reason::attempts_spent: return "every attempt that max_attempts allows was made";
    case stop_reason::time_spent:
      return "the next attempt would have started past max_elapsed or the deadline";
    case stop_reason::retry_after_too_long:
      return "the server asked for a longer wait than max_retry_after allows";
    case stop_reason::retry_after_past_deadline:
      return "the server asked for a wait that ends past max_elapsed or the deadline";
    case stop_reason::pushed_back: return "the server asked that the call not be repeated";
    case stop_reason::no_budget:
      return "too large a share of the traffic is retries already, so the budget refused one more";
    case stop_reason::circuit_open:
      return "the circuit is open, so the next attempt would have been refused";
    case stop_reason::bulkhead_full: return "the bulkhead had no place for the next attempt";
    case stop_reason::rate_limited:
      return "the limiter had no turn for the next attempt soon enough";
    case stop_reason::cancelled: return "the caller asked to stop";
  }
  return "the reason is not known";
}

}  // namespace holdfast
