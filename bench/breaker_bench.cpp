// What one decision of the breaker and of the budget costs, without a gate before them: one result,
// a credit, an ask of an open circuit, one retry charged.

#include "holdfast/core/breaker_machine.hpp"
#include "holdfast/core/budget_machine.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace std::chrono_literals;
using holdfast::breaker;
using holdfast::core::breaker_machine;

breaker const consecutive{.failure_threshold = 1'000'000};
breaker const last_hundred{
    .failure_threshold = 0, .failure_rate = 1, .window = holdfast::last_calls(100)};
breaker const last_ten_seconds{
    .failure_threshold = 0, .failure_rate = 1, .window = holdfast::last_span(10s)};

/// A success and a failure in turn, a microsecond apart.
void one_result(benchmark::State& state, breaker const& options) {
  breaker_machine machine{options, holdfast::random_bits{1}};
  holdfast::instant now{};
  bool failed = false;
  for (auto _ : state) {
    now += 1us;
    failed = !failed;
    auto const outcome = failed ? holdfast::verdict::failure : holdfast::verdict::success;
    benchmark::DoNotOptimize(machine.record({.generation = 1}, outcome, 0ns, now));
  }
}

void credit_of_a_thousand(benchmark::State& state, breaker const& options) {
  breaker_machine machine{options, holdfast::random_bits{1}};
  holdfast::instant now{};
  for (auto _ : state) {
    now += 1us;
    benchmark::DoNotOptimize(machine.credit(1, 1000, now, now));
  }
}

void ask_while_open(benchmark::State& state) {
  breaker_machine machine{consecutive, holdfast::random_bits{1}};
  machine.force(holdfast::breaker_state::forced_open, "", holdfast::instant{} + 1h, {});
  for (auto _ : state) benchmark::DoNotOptimize(machine.ask(holdfast::instant{}).retry_after);
}

void retry_charged(benchmark::State& state) {
  holdfast::budget const options{.per_second = 1e6};
  holdfast::core::budget_machine tokens{options};
  holdfast::instant now{};
  for (auto _ : state) {
    now += 1us;
    tokens.credit(1);
    benchmark::DoNotOptimize(tokens.withdraw(now));
  }
}

BENCHMARK_CAPTURE(one_result, consecutive, consecutive);
BENCHMARK_CAPTURE(one_result, last_hundred, last_hundred);
BENCHMARK_CAPTURE(one_result, last_ten_seconds, last_ten_seconds);
BENCHMARK_CAPTURE(credit_of_a_thousand, last_hundred, last_hundred);
BENCHMARK_CAPTURE(credit_of_a_thousand, last_ten_seconds, last_ten_seconds);
BENCHMARK(ask_while_open);
BENCHMARK(retry_charged);

}  // namespace

BENCHMARK_MAIN();
