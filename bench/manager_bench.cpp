// What a manager costs: a call through its handle beside the same guard built in code; a reload of
// a file with 1,000 operations, of which one or all have changed; the keeping of 10,000 breakers,
// and what a caller feels of it. Files lie in a folder of their own in TMPDIR.

#include "holdfast/manage/manager.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace holdfast;

/// A folder with a resilience file, gone at the end.
class folder {
 public:
  folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  folder(folder const&) = delete;
  folder& operator=(folder const&) = delete;
  ~folder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string file() const { return path_ + "/r.yaml"; }
  [[nodiscard]] std::string state() const { return path_ + "/state"; }
  void write(std::string const& text) const { std::ofstream{file()} << text; }

 private:
  std::string path_;
};

manager_options without_thread() {
  manager_options options;
  options.has_thread = false;
  return options;
}

constexpr char const* shipped =
    "    retry: {max_attempts: 3}\n"
    "    breaker: {failure_threshold: 5, failure_rate: 0.5, window: {kind: time, span: 10s}}\n";

int number() { return 1; }

void call_of_a_guard_built_in_code(benchmark::State& state) {
  guard const one{"one", retry{.max_attempts = 3},
                  breaker{.failure_threshold = 5,
                          .failure_rate = 0.5,
                          .window = last_span(std::chrono::seconds{10})}};
  for (auto _ : state) benchmark::DoNotOptimize(one(number));
}

void call_of_a_managers_handle(benchmark::State& state) {
  folder const place;
  place.write(std::string{"operations:\n  one:\n"} + shipped);
  manager managed{place.file(), without_thread()};
  guard const one = managed.guard("one");
  for (auto _ : state) benchmark::DoNotOptimize(one(number));
}

std::string operation_name(int index) { return "service.operation." + std::to_string(index); }

/// A file of so many operations; the attempts of the first one, and of all, as given.
std::string file_of(int operations, int attempts_of_first, int attempts_of_all) {
  std::string text =
      "defaults: {retry: {max_attempts: " + std::to_string(attempts_of_all) +
      "}, breaker: {}}\noperations:\n  service.operation.0: {retry: {max_attempts: " +
      std::to_string(attempts_of_first) + "}}\n";
  for (int i = 1; i < operations; ++i) {
    text += "  " + operation_name(i) +
            ":\n    kind: http\n    retry: {initial_delay: 200ms, "
            "idempotent: true}\n    breaker: {failure_threshold: 7}\n    attempt_timeout: 2s\n";
  }
  return text;
}

void reload(benchmark::State& state, bool all) {
  constexpr int operations = 1000;
  folder const place;
  place.write(file_of(operations, 2, 3));
  manager managed{place.file(), without_thread()};
  for (int i = 0; i < operations; ++i) static_cast<void>(managed.guard(operation_name(i)));
  int turn = 0;
  for (auto _ : state) {
    state.PauseTiming();
    ++turn;
    place.write(all ? file_of(operations, 2, 3 + turn % 2) : file_of(operations, 2 + turn % 2, 3));
    state.ResumeTiming();
    auto const done = managed.reload();
    if (!done) state.SkipWithError(describe(done.error()).c_str());
  }
}

void reload_of_1000_operations_one_changed(benchmark::State& state) { reload(state, false); }
void reload_of_1000_operations_all_changed(benchmark::State& state) { reload(state, true); }

constexpr int many = 10'000;

/// A manager of 10,000 guards with a store, each of which has been called.
struct kept_guards {
  explicit kept_guards(folder const& place)
      : managed{[&] {
          place.write(
              "defaults: {retry: {}, breaker: {failure_rate: 0.5}}\nstate: {store: \"file:" +
              place.state() + "\"}\n");
          return manager{place.file(), without_thread()};
        }()} {
    guards.reserve(many);
    for (int i = 0; i < many; ++i) guards.push_back(managed.guard(operation_name(i)));
  }
  void call_each() const {
    for (guard const& each : guards) benchmark::DoNotOptimize(each(number));
  }

  manager managed;
  std::vector<guard> guards;
};

void keeping_of_10000_breakers_all_changed(benchmark::State& state) {
  folder const place;
  kept_guards kept{place};
  for (auto _ : state) {
    state.PauseTiming();
    kept.call_each();
    state.ResumeTiming();
    if (!kept.managed.keep_state()) state.SkipWithError("the state can't be kept");
  }
}

/// The durations of calls, in nanoseconds, while state is kept over and over or is not.
void latency_beside_keeping(benchmark::State& state) {
  folder const place;
  kept_guards kept{place};
  std::atomic<bool> over{false};
  std::jthread keeping;
  if (state.range(0) != 0) {
    keeping = std::jthread{[&] {
      while (!over) {
        static_cast<void>(kept.managed.keep_state());
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
      }
    }};
  }
  using clock = std::chrono::steady_clock;
  std::vector<std::int64_t> took;
  took.reserve(4'000'000);
  std::size_t at = 0;
  for (auto _ : state) {
    guard const& one = kept.guards[at = (at + 1) % many];
    auto const began = clock::now();
    benchmark::DoNotOptimize(one(number));
    if (took.size() < took.capacity()) took.push_back((clock::now() - began).count());
  }
  over = true;
  auto const quantile = [&](double share) {
    auto const place_of =
        took.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(took.size() - 1));
    std::nth_element(took.begin(), place_of, took.end());
    return static_cast<double>(*place_of);
  };
  state.counters["p50_ns"] = quantile(0.5);
  state.counters["p99.9_ns"] = quantile(0.999);
}

BENCHMARK(call_of_a_guard_built_in_code);
BENCHMARK(call_of_a_managers_handle);
BENCHMARK(reload_of_1000_operations_one_changed)->Unit(benchmark::kMillisecond);
BENCHMARK(reload_of_1000_operations_all_changed)->Unit(benchmark::kMillisecond);
BENCHMARK(keeping_of_10000_breakers_all_changed)->Unit(benchmark::kMillisecond);
BENCHMARK(latency_beside_keeping)->ArgName("keeping")->Arg(0)->Arg(1)->Iterations(2'000'000);

}  // namespace

BENCHMARK_MAIN();
