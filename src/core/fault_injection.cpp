#include "holdfast/core/fault_injection.hpp"

namespace holdfast::core {
namespace {

fault fault_of(category kind) noexcept {
  switch (kind) {
    case category::integrity:
    case category::data:
    case category::programming:
    case category::permission:
    case category::not_found: return fault::caller;
    case category::cancelled: return fault::nobody;
    case category::rejected: return fault::local;
    default: return fault::dependency;
  }
}

advice advice_of(category kind) noexcept {
  switch (kind) {
    case category::connection:
    case category::timeout:
    case category::unknown: return advice::if_idempotent;
    case category::transient:
    case category::throttled:
    case category::resource: return advice::after_backoff;
    case category::in_doubt: return advice::resolve_first;
    default: return advice::never;
  }
}

}  // namespace

injected_fault draw_fault(fault_injection const& options, random_bits& random) {
  bool const waits = random.uniform() < options.latency_rate;
  bool const fails = random.uniform() < options.failure_rate;
  injected_fault drawn;
  if (waits) drawn.latency = options.latency;
  if (fails) {
    drawn.fails = failure{.category = options.category,
                          .fault = fault_of(options.category),
                          .advice = advice_of(options.category),
                          .text = "injected by fault_injection"};
  }
  return drawn;
}

}  // namespace holdfast::core
