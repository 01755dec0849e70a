// What a guard adds to a call: every case calls the same opaque function, and is compared with the
// bare call of the same run. Rounds of all cases are interleaved, so that a slow phase of the
// machine hits them alike.

#include "bench/guards.hpp"
#include "bench/opened_library.hpp"
#include "bench/ratio_reporter.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/guarded_function.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

// Counts what every case allocates. Not inlined: GCC would see malloc's memory meet delete.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;  // NOLINT: this is the allocator
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }  // NOLINT
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);  // NOLINT
}

namespace {

using namespace std::chrono_literals;
using holdfast::attempt;
using holdfast::expected;
using holdfast::failure;
using holdfast::guard;

/// An error of a word, as a program of its own might have.
enum class error : int { none, failed, refused };
using answer = expected<int, error>;
using checked_answer = expected<int, failure>;

constexpr failure what_failed{.category = holdfast::category::transient,
                              .advice = holdfast::advice::never};

int add_one(int x) { return x + 1; }
answer add_one_checked(int x) { return x + 1; }
answer fail(int) { return holdfast::unexpected{error::failed}; }
checked_answer fail_in_words(int) { return holdfast::unexpected{what_failed}; }

// Read anew for every call, so that no compiler can see through them.
int (*volatile bare)(int) = add_one;
answer (*volatile checked)(int) = add_one_checked;
answer (*volatile failing)(int) = fail;
checked_answer (*volatile failing_in_words)(int) = fail_in_words;

}  // namespace

template <>
struct holdfast::outcome_traits<answer> {
  static constexpr bool reports_failure = true;
  static bool is_success(answer const& seen) { return seen.has_value(); }
  static std::optional<failure> failure_in(answer const& seen) {
    if (seen.has_value()) return std::nullopt;
    return what_failed;
  }
  static answer refused(refusal const&) { return unexpected{error::refused}; }
};

namespace {

void note_allocations(benchmark::State& state, std::uint64_t before) {
  state.counters["allocs"] = benchmark::Counter(static_cast<double>(allocations - before),
                                                benchmark::Counter::kAvgIterations);
}

template <class Body>
void measure(benchmark::State& state, Body const& body) {
  for (int i = 0; i < 1000; ++i) body();
  std::uint64_t const before = allocations;
  for (auto _ : state) benchmark::DoNotOptimize(body());
  note_allocations(state, before);
}

/// Waits until the ticker runs, as it does in a program that makes guarded calls.
void warm_up(auto const& body) {
  for (int i = 0; i < 10; ++i) {
    body();
    std::this_thread::sleep_for(1ms);
  }
}

template <class Call>
void measure(benchmark::State& state, guard const& by, Call const& call) {
  warm_up([&] { return by(call); });
  std::uint64_t const before = allocations;
  for (auto _ : state) benchmark::DoNotOptimize(by(call));
  note_allocations(state, before);
}

/// The same where success is told by the result.
template <class Call>
void measure_by_value(benchmark::State& state, guard const& by, Call const& call) {
  warm_up([&] { return by(call); });
  std::uint64_t const before = allocations;
  for (auto _ : state) benchmark::DoNotOptimize(by(call).has_value());
  note_allocations(state, before);
}

// ----- The happy path

void bare_call(benchmark::State& state) {
  measure(state, [] { return bare(1); });
}
void retry_alone(benchmark::State& state) {
  static guard const by{bench::retry_alone()};
  measure(state, by, [] { return bare(1); });
}
void breaker_consecutive(benchmark::State& state) {
  static guard const by{bench::breaker_alone(bench::consecutive)};
  measure(state, by, [] { return bare(1); });
}
void breaker_count_window(benchmark::State& state) {
  static guard const by{bench::breaker_alone(bench::count_window)};
  measure(state, by, [] { return bare(1); });
}
void breaker_time_window(benchmark::State& state) {
  static guard const by{bench::breaker_alone(bench::time_window)};
  measure(state, by, [] { return bare(1); });
}
void retry_budget_breaker(benchmark::State& state) {
  static guard const by{bench::untracked()};
  measure(state, by, [] { return bare(1); });
}
void shipped(benchmark::State& state) {
  static guard const by{bench::shipped()};
  measure(state, by, [](attempt const&) { return bare(1); });
}
void within_limits(benchmark::State& state) {
  static guard const by{bench::within_limits(true)};
  measure(state, by, [](attempt const&) { return bare(1); });
}
void within_limits_by_clock(benchmark::State& state) {
  static guard const by{bench::within_limits(false)};
  measure(state, by, [](attempt const&) { return bare(1); });
}
void attempt_timeout_unasked(benchmark::State& state) {
  static guard const by{bench::with_attempt_timeout(2s)};
  measure(state, by, [](attempt const&) { return bare(1); });
}
void attempt_timeout_asked(benchmark::State& state) {
  static guard const by{bench::with_attempt_timeout(2s)};
  measure(state, by, [](attempt const& a) { return bare(a.deadline() == holdfast::instant{}); });
}
void attempt_timeout_short(benchmark::State& state) {
  static guard const by{bench::with_attempt_timeout(100ms)};
  measure(state, by, [](attempt const& a) { return bare(a.deadline() == holdfast::instant{}); });
}
void clock_read(benchmark::State& state) {
  measure(state, [] { return std::chrono::steady_clock::now(); });
}
void slow_calls_by_tick(benchmark::State& state) {
  static guard const by{bench::with_slow_calls(2s)};
  measure(state, by, [] { return bare(1); });
}
void slow_calls_by_clock(benchmark::State& state) {
  static guard const by{bench::with_slow_calls(100ms)};
  measure(state, by, [] { return bare(1); });
}
void type_erased(benchmark::State& state) {
  static guard const by{bench::shipped()};
  static holdfast::guarded_function<int(int)> const hidden{by, [](int x) { return bare(x); }};
  warm_up([] { return hidden(1); });
  measure(state, [] { return hidden(1); });
}
void bare_call_by_value(benchmark::State& state) {
  measure(state, [] { return checked(1).has_value(); });
}
void shipped_by_value(benchmark::State& state) {
  static guard const by{bench::shipped()};
  measure_by_value(state, by, [] { return checked(1); });
}

// ----- In a library opened at run time

void run_in_library(benchmark::State& state, long (*calls)(long)) {
  constexpr std::int64_t batch = 1000;
  warm_up([&] { return calls(1); });
  std::uint64_t const before = allocations;
  while (state.KeepRunningBatch(batch)) benchmark::DoNotOptimize(calls(batch));
  note_allocations(state, before);
}
void library_bare_call(benchmark::State& state) {
  run_in_library(state, bench::opened_library().bare_call);
}
void library_shipped(benchmark::State& state) {
  run_in_library(state, bench::opened_library().shipped);
}

// ----- Refusals

/// A guard whose circuit is held open.
guard broken() {
  guard made{bench::breaker_alone({.failure_threshold = 1, .recovery_timeout = 5min})};
  static_cast<void>(made([] { return failing(1); }));
  return made;
}
void refused_by_value(benchmark::State& state) {
  static guard const by = broken();
  measure_by_value(state, by, [] { return checked(1); });
}
void refused_by_failure(benchmark::State& state) {
  static guard const by = broken();
  measure_by_value(state, by, [] { return failing_in_words(1); });
}
void refused_by_exception(benchmark::State& state) {
  static guard const by = broken();
  measure(state, [] {
    try {
      return by([] { return bare(1); });
    } catch (holdfast::rejected const&) {
      return 0;
    }
  });
}
struct as_large {
  std::array<std::byte, sizeof(holdfast::rejected)> bytes{};
};
[[gnu::noinline]] int throw_as_large() { throw as_large{}; }
void throw_as_large(benchmark::State& state) {
  measure(state, [] {
    try {
      return throw_as_large();
    } catch (as_large const&) {
      return 0;
    }
  });
}

// ----- Failures

/// Threads that have used a guard and live on, while others measure.
class crowd {
 public:
  crowd(guard const& used, int threads) {
    for (int i = 0; i < threads; ++i) {
      members_.emplace_back([&used](std::stop_token const& end) {
        used([] { return bare(1); });
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock{mutex};
        never.wait(lock, end, [] { return false; });
      });
    }
  }

 private:
  std::vector<std::jthread> members_;
};

// One call in 256 succeeds, so that the circuit stays closed.
void failure_among_16_threads(benchmark::State& state) {
  static guard const by = [] {
    auto options = bench::untracked();
    options.breaker.failure_rate = 1;
    options.breaker.min_calls = 100'000;
    return guard{options};
  }();
  static crowd const others{by, 15};
  unsigned turn = 0;
  measure(state, [&] {
    bool const succeeds = ++turn % 256 == 0;
    return by([&] { return succeeds ? checked(1) : failing(1); }).has_value();
  });
}

// ----- All of them

double least(std::vector<double> const& rounds) {
  return *std::min_element(rounds.begin(), rounds.end());
}

std::vector<ratio_reporter::compared> cases;

void add(char const* name, void (*body)(benchmark::State&), char const* with = "bare_call") {
  cases.push_back({name, with});
  for (int const threads : {1, 2}) {
    benchmark::RegisterBenchmark(name, body)
        ->Threads(threads)
        ->UseRealTime()
        ->MinTime(0.01)
        ->Repetitions(31)
        ->ReportAggregatesOnly()
        ->ComputeStatistics("min", least);
  }
}

void add_all() {
  add("bare_call", bare_call, "");
  add("retry_alone", retry_alone);
  add("breaker_consecutive", breaker_consecutive);
  add("breaker_count_window", breaker_count_window);
  add("breaker_time_window", breaker_time_window);
  add("retry_budget_breaker", retry_budget_breaker);
  add("shipped", shipped);
  add("library_bare_call", library_bare_call, "");
  add("library_shipped", library_shipped, "library_bare_call");
  add("within_limits", within_limits);
  add("within_limits_by_clock", within_limits_by_clock);
  add("attempt_timeout_unasked", attempt_timeout_unasked);
  add("attempt_timeout_asked", attempt_timeout_asked);
  add("attempt_timeout_short", attempt_timeout_short);
  add("clock_read", clock_read, "");
  add("slow_calls_by_tick", slow_calls_by_tick);
  add("slow_calls_by_clock", slow_calls_by_clock);
  add("type_erased", type_erased);
  add("bare_call_by_value", bare_call_by_value, "");
  add("shipped_by_value", shipped_by_value, "bare_call_by_value");
  add("refused_by_value", refused_by_value, "");
  add("refused_by_failure", refused_by_failure, "");
  add("throw_as_large", throw_as_large, "");
  add("refused_by_exception", refused_by_exception, "throw_as_large");
  add("failure_among_16_threads", failure_among_16_threads, "");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string interleaved = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1, interleaved.data());
  int count = static_cast<int>(arguments.size());
  add_all();
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  ratio_reporter table{cases};
  benchmark::RunSpecifiedBenchmarks(&table);
  return 0;
}
