#pragma once

#include "holdfast/drive/operation.hpp"

/// The guards whose happy paths are measured, by what they do: for the benchmark, which times them,
/// and for the program that counts their instructions.
namespace bench {

using namespace std::chrono_literals;

inline holdfast::operation_options bare_of_all(char const* name) {
  return {
      .name = name, .budget = {.capacity = holdfast::off}, .nesting = holdfast::nesting::untracked};
}

/// Retry and nothing else.
inline holdfast::operation_options retry_alone() {
  auto options = bare_of_all("retry alone");
  options.retry = {};
  return options;
}

inline holdfast::operation_options breaker_alone(holdfast::breaker const& circuit) {
  auto options = bare_of_all("breaker alone");
  options.breaker = circuit;
  return options;
}

inline constexpr holdfast::breaker consecutive{};
inline constexpr holdfast::breaker count_window{
    .failure_threshold = 0, .failure_rate = 0.5, .window = holdfast::last_calls(100)};
inline constexpr holdfast::breaker time_window{
    .failure_threshold = 0, .failure_rate = 0.5, .window = holdfast::last_span(10s)};

/// Retry, budget and breaker over a time window; nothing looks at the calls while they run.
inline holdfast::operation_options untracked() {
  auto options = breaker_alone(time_window);
  options.retry = {};
  options.budget = {};
  return options;
}

/// The same as it ships: guards inside see the call, and so does the search for hanging ones.
inline holdfast::operation_options shipped() {
  auto options = untracked();
  options.nesting = holdfast::nesting::tracked;
  options.breaker.slow_call = 10s;
  options.breaker.max_hanging = 8;
  return options;
}

inline holdfast::operation_options with_attempt_timeout(holdfast::duration limit) {
  auto options = shipped();
  options.attempt_timeout.limit = limit;
  return options;
}

/// With a place and a turn for each attempt, more of them than anybody asks for: where `by_ticks`,
/// the limiter needs no clock (limiter_gate.hpp).
inline holdfast::operation_options within_limits(bool by_ticks) {
  auto options = shipped();
  options.bulkhead = {.max_concurrent = 1000};
  options.limiter = {.per_second = 1e9, .burst = by_ticks ? 1e9 : 5e8};
  return options;
}

/// Calls that take `limit` or longer are counted as slow.
inline holdfast::operation_options with_slow_calls(holdfast::duration limit) {
  auto options = shipped();
  options.breaker.slow_call = limit;
  options.breaker.slow_call_rate = 0.5;
  return options;
}

}  // namespace bench
