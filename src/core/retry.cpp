#include "holdfast/core/retry_fields.hpp"

#include <algorithm>

namespace holdfast {
namespace {

using field_problems = std::vector<field_problem>;

std::string initial_delay_text(retry const& options) {
  return "initial_delay (" + to_text(options.initial_delay) + ")";
}

void check_delays(retry const& options, field_problems& found) {
  if (options.delays.empty()) {
    if (options.backoff == backoff::delays) {
      found.push_back({"delays", "backoff is delays, but the list is empty", "one delay or more"});
    }
    return;
  }
  auto const uses_them = [](auto const& row) { return row.second.backoff == backoff::delays; };
  bool const used =
      options.backoff == backoff::delays ||
      std::any_of(options.per_category.begin(), options.per_category.end(), uses_them);
  if (!used) {
    found.push_back({"delays",
                     "is not used, since backoff is " + std::string{enum_name(options.backoff)},
                     "an empty list, or backoff delays"});
  }
  for (duration const each : options.delays) {
    if (each <= options.max_delay) continue;
    found.push_back({"delays",
                     to_text(each) + " is above max_delay (" + to_text(options.max_delay) + ")",
                     "0s .. max_delay"});
    return;
  }
}

void check_growth(retry const& options, field_problems& found) {
  if (options.backoff != backoff::delays && options.max_delay < options.initial_delay) {
    found.push_back({"max_delay",
                     to_text(options.max_delay) + " is below " + initial_delay_text(options),
                     "initial_delay .. 7d"});
  }
  if (options.jitter == jitter::decorrelated && options.backoff != backoff::exponential) {
    found.push_back({"jitter",
                     "decorrelated makes a sequence of its own and would ignore backoff " +
                         std::string{enum_name(options.backoff)},
                     "none, proportional, full, equal; or backoff exponential"});
  }
}

/// Checks what an override makes of the operation's own numbers.
void check_override(retry const& options, category after, retry_override const& given,
                    field_problems& found) {
  std::string const name = "per_category." + std::string{enum_name(after)};
  if (given.backoff == backoff::delays && options.delays.empty()) {
    found.push_back({name + ".backoff", "is delays, but the list delays is empty",
                     "exponential, linear, constant; or a list of delays"});
  }
  core::pacing const numbers = core::pacing_after(options, after);
  bool const own_limit = given.initial_delay || given.max_delay;
  if (own_limit && numbers.backoff != backoff::delays &&
      numbers.max_delay < numbers.initial_delay) {
    std::string const field = given.max_delay ? ".max_delay" : ".initial_delay";
    std::string const verb =
        given.max_delay ? " is below initial_delay (" : " is above max_delay (";
    duration const wrong = given.max_delay ? numbers.max_delay : numbers.initial_delay;
    duration const other = given.max_delay ? numbers.initial_delay : numbers.max_delay;
    found.push_back({name + field, to_text(wrong) + verb + to_text(other) + ")",
                     given.max_delay ? "initial_delay .. 7d" : "1ns .. max_delay"});
  }
}

retry_override const* override_for(retry const& options, category seen) noexcept {
  auto const at = options.per_category.find(seen);
  return at == options.per_category.end() ? nullptr : &at->second;
}

}  // namespace

std::vector<field_problem> fields_of<retry>::contradictions(retry const& options) {
  field_problems found;
  check_growth(options, found);
  check_delays(options, found);
  for (auto const& [after, given] : options.per_category) {
    check_override(options, after, given, found);
  }
  return found;
}

namespace core {

pacing pacing_after(retry const& options, category seen) noexcept {
  // Who asks for less is up, and knows best: it is given more time than who fails.
  constexpr duration first_after_throttled = std::chrono::seconds{1};
  pacing numbers{.backoff = options.backoff,
                 .initial_delay = seen == category::throttled
                                      ? std::max(options.initial_delay, first_after_throttled)
                                      : options.initial_delay,
                 .backoff_factor = options.backoff_factor,
                 .delay_step = options.delay_step,
                 .delays = options.delays,
                 .max_delay = options.max_delay,
                 .jitter = options.jitter,
                 .jitter_factor = options.jitter_factor};
  if (retry_override const* const given = override_for(options, seen)) {
    numbers.backoff = given->backoff.value_or(numbers.backoff);
    numbers.initial_delay = given->initial_delay.value_or(numbers.initial_delay);
    numbers.backoff_factor = given->backoff_factor.value_or(numbers.backoff_factor);
    numbers.delay_step = given->delay_step.value_or(numbers.delay_step);
    numbers.max_delay = given->max_delay.value_or(numbers.max_delay);
  }
  if (is_off(numbers.delay_step)) numbers.delay_step = numbers.initial_delay;
  return numbers;
}

int attempts_allowed(retry const& options, category seen, int for_this_call) noexcept {
  retry_override const* const given = override_for(options, seen);
  if (given == nullptr || !given->max_attempts) {
    return for_this_call > 0 ? for_this_call : options.max_attempts;
  }
  return for_this_call > 0 ? std::min(for_this_call, *given->max_attempts) : *given->max_attempts;
}

}  // namespace core
}  // namespace holdfast
