#include "holdfast/core/fault_injection.hpp"

namespace holdfast::core {

injected_fault draw_fault(fault_injection const& options, random_bits& random) {
  bool const waits = random.uniform() < options.latency_rate;
  bool const fails = random.uniform() < options.failure_rate;
  injected_fault drawn;
  if (waits) drawn.latency = options.latency;
  if (fails) {
    drawn.fails = plain_failure(options.category);
    drawn.fails->text = "injected by fault_injection";
  }
  return drawn;
}

}  // namespace holdfast::core
