// What a guard adds to a call: every case calls the same opaque function, the bare one first.
// Rounds of all cases are interleaved, so that a slow phase of the machine hits them alike.

#include "holdfast/holdfast.hpp"
#include "ratio_reporter.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

// Counts what every case allocates; the figure in column allocs must be 0.
void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;  // NOLINT: this is the allocator
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }               // NOLINT
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }  // NOLINT

namespace {

using namespace std::chrono_literals;
using holdfast::expected;
using holdfast::failure;

int add_one(int x) { return x + 1; }
expected<int, failure> add_one_checked(int x) { return x + 1; }
expected<int, failure> fail(int) {
  return holdfast::unexpected{
      failure{.category = holdfast::category::transient, .advice = holdfast::advice::never}};
}

// Read anew for every call, so that no compiler can see through them.
int (*volatile bare)(int) = add_one;
expected<int, failure> (*volatile checked)(int) = add_one_checked;
expected<int, failure> (*volatile failing)(int) = fail;

template <class Body>
void measure(benchmark::State& state, Body body) {
  body();
  std::uint64_t const before = allocations;
  for (auto _ : state) benchmark::DoNotOptimize(body());
  state.counters["allocs"] = benchmark::Counter(static_cast<double>(allocations - before),
                                                benchmark::Counter::kAvgIterations);
}

void bare_call(benchmark::State& state) {
  measure(state, [] { return bare(1); });
}

void guard_retry(benchmark::State& state) {
  static holdfast::guard const guarded{"bench", holdfast::retry{}};
  measure(state, [] { return guarded([] { return bare(1); }); });
}

void guard_retry_breaker(benchmark::State& state) {
  static holdfast::guard const guarded{"bench", holdfast::retry{}, holdfast::breaker{}};
  measure(state, [] { return guarded([] { return bare(1); }); });
}

void guard_retry_breaker_attempt(benchmark::State& state) {
  static holdfast::guard const guarded{"bench", holdfast::retry{}, holdfast::breaker{}};
  measure(state,
          [] { return guarded([](holdfast::attempt const& a) { return bare(a.number()); }); });
}

void guard_with_attempt_timeout(benchmark::State& state) {
  static holdfast::guard const guarded{"bench", holdfast::retry{}, holdfast::breaker{},
                                       holdfast::attempt_timeout{2s}};
  measure(state,
          [] { return guarded([](holdfast::attempt const& a) { return bare(a.number()); }); });
}

void bare_call_by_value(benchmark::State& state) {
  measure(state, [] { return checked(1).value(); });
}

void guard_by_value(benchmark::State& state) {
  static holdfast::guard const guarded{"bench", holdfast::retry{}, holdfast::breaker{}};
  measure(state, [] { return guarded([] { return checked(1); }).value(); });
}

void guard_failure_no_retry(benchmark::State& state) {
  static holdfast::guard const guarded{"bench", holdfast::retry{}};
  measure(state, [] { return guarded([] { return failing(1); }).has_value(); });
}

void guard_rejected_by_value(benchmark::State& state) {
  static holdfast::guard const guarded{
      "bench", holdfast::breaker{.failure_threshold = 1, .recovery_timeout = 5min}};
  measure(state, [] { return guarded([] { return failing(1); }).has_value(); });
}

double least(std::vector<double> const& rounds) {
  return *std::min_element(rounds.begin(), rounds.end());
}

void add(char const* name, void (*body)(benchmark::State&)) {
  for (int const threads : {1, 2}) {
    benchmark::RegisterBenchmark(name, body)
        ->Threads(threads)
        ->UseRealTime()
        ->MinTime(0.02)
        ->Repetitions(25)
        ->ReportAggregatesOnly()
        ->ComputeStatistics("min", least);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string interleaved = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1, interleaved.data());
  int count = static_cast<int>(arguments.size());
  add("bare_call", bare_call);
  add("guard_retry", guard_retry);
  add("guard_retry_breaker", guard_retry_breaker);
  add("guard_retry_breaker_attempt", guard_retry_breaker_attempt);
  add("guard_with_attempt_timeout", guard_with_attempt_timeout);
  add("bare_call_by_value", bare_call_by_value);
  add("guard_by_value", guard_by_value);
  add("guard_failure_no_retry", guard_failure_no_retry);
  add("guard_rejected_by_value", guard_rejected_by_value);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  ratio_reporter table;
  benchmark::RunSpecifiedBenchmarks(&table);
  return 0;
}
