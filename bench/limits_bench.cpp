// What one decision of the limiter, of the bulkhead and of a hedged race costs, without a driver:
// a turn at once, one that is waited for, a refusal; a place taken and left; a race of one attempt;
// a latency learned.

#include "holdfast/base/random.hpp"
#include "holdfast/core/bulkhead_machine.hpp"
#include "holdfast/core/hedge_machine.hpp"
#include "holdfast/core/limiter_machine.hpp"

#include <array>

#include <benchmark/benchmark.h>

namespace {

using namespace std::chrono_literals;
using namespace holdfast::core;

/// A thousand a second; the time between two asks decides what becomes of them.
void limiter_turn(benchmark::State& state, holdfast::duration apart, holdfast::duration may_wait) {
  limiter_machine turns{{.per_second = 1000, .burst = 10}};
  holdfast::instant now{1h};
  for (auto _ : state) {
    now += apart;
    benchmark::DoNotOptimize(turns.ask(now, may_wait).start);
  }
}

void bulkhead_place(benchmark::State& state) {
  bulkhead_machine places{{}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(places.enter());
    benchmark::DoNotOptimize(places.leave());
  }
}

void race_of_one_attempt(benchmark::State& state) {
  holdfast::hedge const options{};
  holdfast::instant now{1h};
  for (auto _ : state) {
    hedge_machine race{options, 100ms};
    benchmark::DoNotOptimize(race.started(now += 1us));
    benchmark::DoNotOptimize(race.succeeded(0));
  }
}

void latency_learned(benchmark::State& state) {
  latency_quantile known{0.95};
  std::array<holdfast::duration, 1024> latencies{};
  holdfast::random_bits chance{1};
  for (auto& each : latencies) each = 1us * static_cast<int>(1 + chance() % 100'000);
  std::size_t at = 0;
  for (auto _ : state) {
    known.record(latencies[++at % latencies.size()]);
    benchmark::DoNotOptimize(known.value());
  }
}

BENCHMARK_CAPTURE(limiter_turn, at_once, 1ms, 0ms);
BENCHMARK_CAPTURE(limiter_turn, waited_for, 1ms - 1ns, 1h);
BENCHMARK_CAPTURE(limiter_turn, refused, 1us, 0ms);
BENCHMARK(bulkhead_place);
BENCHMARK(race_of_one_attempt);
BENCHMARK(latency_learned);

}  // namespace

BENCHMARK_MAIN();
