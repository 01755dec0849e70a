#include "holdfast/drive/refusal.hpp"

#include "holdfast/base/units.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/rejected.hpp"

namespace holdfast {

failure refusal::as_failure() const noexcept {
  failure told{.category = category::rejected,
               .fault = fault::local,
               .advice = advice::never,
               .text = by == nullptr ? std::string_view{} : by->name()};
  switch (why) {
    case cause::circuit_open:
      told.advice = advice::after_wait;
      if (is_off(retry_after)) {
        told.advice = advice::never;
        told.text.append(": the circuit is held open, without an end");
        break;
      }
      told.retry_after = retry_after;
      told.text.append(": the circuit is open; ask again in ")
          .append(to_fixed_text(std::chrono::ceil<std::chrono::milliseconds>(retry_after)));
      break;
    case cause::bulkhead_full:
      told.advice = advice::after_backoff;
      told.text.append(": its bulkhead is full; ask again later, or raise max_concurrent");
      break;
    case cause::rate_limited:
      told.advice = advice::after_wait;
      told.retry_after = retry_after;
      told.text.append(": its limiter has no turn now; ask again in ")
          .append(to_fixed_text(std::chrono::ceil<std::chrono::milliseconds>(retry_after)));
      break;
    case cause::no_time_left: told.text.append(": the deadline of the call has passed"); break;
    case cause::stop_requested:
      told.category = category::cancelled;
      told.fault = fault::nobody;
      told.text.append(": the caller asked to stop");
      break;
  }
  return told;
}

rejected::rejected(refusal const& why) noexcept : failure_error{why.as_failure()} {}

}  // namespace holdfast
