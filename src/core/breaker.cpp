#include "holdfast/core/breaker_fields.hpp"

namespace holdfast {
namespace {

void check_rates(breaker const& options, std::vector<field_problem>& found) {
  if (options.slow_call_rate != off && is_off(options.slow_call)) {
    found.push_back({"slow_call_rate", "needs slow_call, which is off", "off, or set slow_call"});
  }
  bool const counts_calls = options.window.kind == window_kind::count;
  if (judges_rates(options) && counts_calls && options.min_calls > options.window.calls) {
    found.push_back({"min_calls",
                     std::to_string(options.min_calls) + " is above window.calls (" +
                         std::to_string(options.window.calls) + "): no rate would be judged",
                     "1 .. window.calls"});
  }
}

}  // namespace

std::vector<field_problem> fields_of<breaker>::contradictions(breaker const& options) {
  std::vector<field_problem> found;
  check_rates(options, found);
  if (options.max_hanging > 0 && is_off(options.slow_call)) {
    found.push_back({"max_hanging", "needs slow_call, which is off", "0, or set slow_call"});
  }
  if (options.max_recovery_timeout < options.recovery_timeout) {
    found.push_back({"max_recovery_timeout",
                     to_text(options.max_recovery_timeout) + " is below recovery_timeout (" +
                         to_text(options.recovery_timeout) + ")",
                     "recovery_timeout .. " + to_text(week)});
  }
  return found;
}

}  // namespace holdfast
