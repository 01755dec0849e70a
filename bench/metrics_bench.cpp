// What it costs to be watched: the same guarded call with metrics off and on, of one thread and of
// two; a page of metrics of 10,000 operations; what a million distinct names of operations take.

#include "bench/resident_bytes.hpp"
#include "holdfast/telemetry/exposition.hpp"
#include "holdfast/telemetry/metrics.hpp"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace holdfast;
using namespace std::chrono_literals;

int add_one(int x) { return x + 1; }

// Read anew for every call, so that no compiler can see through it.
int (*volatile bare)(int) = add_one;

/// What ships: retry, budget, breaker with a window in time.
guard shipped(std::string_view name, operation_kind kind = operation_kind::other) {
  return guard{name, kind, retry{},
               breaker{.failure_rate = 0.5, .window = last_span(10s), .min_calls = 20}};
}

metrics& all() {
  static auto* const kept = new metrics;  // guards of benchmarks may end after statics
  return *kept;
}

void bare_call(benchmark::State& state) {
  int x = 0;
  for (auto _ : state) benchmark::DoNotOptimize(x = bare(x));
}

void call(benchmark::State& state, guard const& one) {
  int x = 0;
  for (auto _ : state) benchmark::DoNotOptimize(x = one([x] { return bare(x); }));
}

void unwatched(benchmark::State& state) {
  static guard const one = shipped("off");
  call(state, one);
}

void watched(benchmark::State& state) {
  static guard const one = [] {
    guard made = shipped("on");
    all().watch(made);
    return made;
  }();
  call(state, one);
}

void watched_and_timed(benchmark::State& state) {
  static guard const one = [] {
    guard made = shipped("timed", operation_kind::http);
    all().watch(made);
    return made;
  }();
  call(state, one);
}

void page_of_10000_operations(benchmark::State& state) {
  metrics many;
  std::vector<guard> guards;
  for (int i = 0; i < 10'000; ++i) {
    guards.push_back(shipped("service-" + std::to_string(i) + ".operation"));
    many.watch(guards.back());
    for (int n = 0; n < 10; ++n) benchmark::DoNotOptimize(guards.back()([] { return 1; }));
  }
  std::size_t bytes = 0;
  for (auto _ : state) bytes = expose(exposition_format::prometheus, {&many}).size();
  state.counters["bytes"] = static_cast<double>(bytes);
}

/// Each guard is made, watched, called, and let go by the program.
void a_million_names(benchmark::State& state) {
  constexpr int count = 1'000'000;
  for (auto _ : state) {
    metrics many;
    double const before = bench::resident_bytes();
    for (int i = 0; i < count; ++i) {
      guard const one{"user-" + std::to_string(i)};
      many.watch(one);
      benchmark::DoNotOptimize(one([] { return 1; }));
    }
    state.counters["MB"] = (bench::resident_bytes() - before) / 1e6;
    state.counters["page_MB"] =
        static_cast<double>(expose(exposition_format::prometheus, {&many}).size()) / 1e6;
  }
}

BENCHMARK(bare_call);
BENCHMARK(unwatched);
BENCHMARK(watched);
BENCHMARK(watched_and_timed);
BENCHMARK(unwatched)->Threads(2);
BENCHMARK(watched)->Threads(2);
BENCHMARK(page_of_10000_operations)->Unit(benchmark::kMillisecond);
BENCHMARK(a_million_names)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
