// What a guard adds to a coroutine that is ready at once: `co_await guard(f)` beside
// `co_await f()`, in one coroutine each, on one context. Rounds are interleaved. What reaches
// malloc is counted.

#include "bench/guards.hpp"
#include "bench/ratio_reporter.hpp"
#include "holdfast/asio.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace {

std::uint64_t allocations = 0;  // one thread measures

}  // namespace

// Asio takes its memory by aligned_alloc, and not by operator new.
extern "C" {
void* __libc_malloc(std::size_t size);                           // NOLINT
void* __libc_memalign(std::size_t alignment, std::size_t size);  // NOLINT
void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  ++allocations;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}

namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;
using holdfast::attempt;
using holdfast::guard;

int add_one(int x) { return x + 1; }
int (*volatile bare)(int) = add_one;  // so that no compiler can see through it

awaitable<int> ready() { co_return bare(1); }
awaitable<int> ready_attempt(attempt const& /*not asked*/) { co_return bare(1); }

/// Awaits what `once` makes, again and again.
template <class Once>
awaitable<void> measured(benchmark::State& state, Once const& once) {
  for (int i = 0; i < 1000; ++i) {
    auto one = once();
    co_await std::move(one);
  }
  std::uint64_t const before = allocations;
  for (auto _ : state) {
    auto one = once();
    benchmark::DoNotOptimize(co_await std::move(one));
  }
  state.counters["allocs"] = benchmark::Counter(static_cast<double>(allocations - before),
                                                benchmark::Counter::kAvgIterations);
}

template <class Once>
void measure(benchmark::State& state, Once const& once) {
  boost::asio::io_context context{1};
  boost::asio::co_spawn(context, measured(state, once), boost::asio::detached);
  context.run();
}

/// Until the ticker runs, as it does in a program that makes guarded calls.
void warm_up(guard const& by) {
  for (int i = 0; i < 10; ++i) {
    by([] {});
    std::this_thread::sleep_for(1ms);
  }
}

void bare_coroutine(benchmark::State& state) { measure(state, ready); }
void retry_budget_breaker(benchmark::State& state) {
  static guard const by{bench::untracked()};
  warm_up(by);
  measure(state, [] { return by(ready); });
}
void full_guard(benchmark::State& state) {
  static guard const by{bench::shipped()};
  warm_up(by);
  measure(state, [] { return by(ready_attempt); });
}
void within_limits(benchmark::State& state) {
  static guard const by{bench::within_limits(true)};
  warm_up(by);
  measure(state, [] { return by(ready); });
}
void attempt_timeout(benchmark::State& state) {
  static guard const by{bench::with_attempt_timeout(2s)};
  warm_up(by);
  measure(state, [] { return by(ready); });
}
void hedged(benchmark::State& state) {
  static guard const by = [] {
    auto options = bench::shipped();
    options.retry.idempotent = true;
    options.hedge = {.delay = 1s};
    return guard{options};
  }();
  warm_up(by);
  measure(state, [] { return by(ready); });
}

double least(std::vector<double> const& rounds) {
  return *std::min_element(rounds.begin(), rounds.end());
}

std::vector<ratio_reporter::compared> cases;

void add(char const* name, void (*body)(benchmark::State&), char const* with = "bare_coroutine") {
  cases.push_back({name, with});
  benchmark::RegisterBenchmark(name, body)
      ->MinTime(0.01)
      ->Repetitions(31)
      ->ReportAggregatesOnly()
      ->ComputeStatistics("min", least);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string interleaved = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1, interleaved.data());
  int count = static_cast<int>(arguments.size());
  add("bare_coroutine", bare_coroutine, "");
  add("retry_budget_breaker", retry_budget_breaker);
  add("full_guard", full_guard);
  add("within_limits", within_limits);
  add("attempt_timeout", attempt_timeout);
  add("hedged", hedged);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  ratio_reporter table{cases};
  benchmark::RunSpecifiedBenchmarks(&table);
  return 0;
}
