// What it costs to find the guard of a key, with a million keys present: of a few hot ones, of any,
// by two threads; and what a new key costs, where one must be forgotten for it. Beside it a call of
// a guard that needs no finding.

#include "holdfast/drive/guard_per_key.hpp"

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using holdfast::guard_per_key;
using holdfast::key_limits;

constexpr int million = 1'000'000;

std::string const& key_of(std::size_t number) {
  static auto const keys = [] {
    std::vector<std::string> all;
    all.reserve(million);
    for (int i = 0; i < million; ++i) all.push_back("host-" + std::to_string(i) + ".example.org");
    return all;
  }();
  return keys[number % million];
}

guard_per_key const& hosts() {
  static auto const all = [] {
    guard_per_key made{"http", key_limits{.max_keys = million, .idle_after = holdfast::off},
                       holdfast::retry{}, holdfast::breaker{}};
    for (int i = 0; i < million; ++i) made(key_of(static_cast<std::size_t>(i)), [] {});
    return made;
  }();
  return all;
}

/// A walk over `among` keys, those of each thread apart.
template <class Use>
void of_keys(benchmark::State& state, std::size_t among, std::size_t step, Use const& use) {
  guard_per_key const& all = hosts();
  auto const first = static_cast<std::size_t>(state.thread_index()) * 1000;
  std::size_t at = 0;
  for (auto _ : state) {
    at = (at + step) % among;
    use(all, key_of(first + at));
  }
}

int number() { return 1; }

void the_guard_itself(benchmark::State& state) {
  holdfast::guard const one{"one", holdfast::retry{}, holdfast::breaker{}};
  for (auto _ : state) benchmark::DoNotOptimize(one(number));
}

void call_of_16_hot_keys(benchmark::State& state) {
  of_keys(state, 16, 1, [](guard_per_key const& all, std::string const& key) {
    benchmark::DoNotOptimize(all(key, number));
  });
}

void handle_of_16_hot_keys(benchmark::State& state) {
  of_keys(state, 16, 1, [](guard_per_key const& all, std::string const& key) {
    benchmark::DoNotOptimize(all[key]);
  });
}

void call_of_one_key_for_all_threads(benchmark::State& state) {
  guard_per_key const& all = hosts();
  for (auto _ : state) benchmark::DoNotOptimize(all(key_of(7), number));
}

void call_of_any_of_a_million(benchmark::State& state) {
  of_keys(state, million, 618'033, [](guard_per_key const& all, std::string const& key) {
    benchmark::DoNotOptimize(all(key, number));
  });
}

void new_key_for_which_one_is_forgotten(benchmark::State& state) {
  guard_per_key const some{"http", key_limits{.max_keys = 1000, .idle_after = holdfast::off},
                           holdfast::retry{}, holdfast::breaker{}};
  std::size_t at = 0;
  for (auto _ : state) benchmark::DoNotOptimize(some(key_of(++at), number));
}

}  // namespace

BENCHMARK(the_guard_itself);
BENCHMARK(call_of_16_hot_keys)->ThreadRange(1, 2);
BENCHMARK(handle_of_16_hot_keys)->ThreadRange(1, 2);
BENCHMARK(call_of_one_key_for_all_threads)->ThreadRange(1, 2);
BENCHMARK(call_of_any_of_a_million);
BENCHMARK(new_key_for_which_one_is_forgotten);
BENCHMARK_MAIN();
