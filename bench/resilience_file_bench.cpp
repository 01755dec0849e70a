// What it costs to read a resilience file of 1,000 operations and to compute the settings of all,
// as a reload does; beside it the YAML parser alone, and settings that are read already.

#include "holdfast/config/parse.hpp"
#include "holdfast/manage/resilience_file.hpp"

#include <string>

#include <benchmark/benchmark.h>

namespace {

using holdfast::resilience_file;

constexpr int operation_count = 1000;

/// Ten services with a hundred operations each; they inherit from defaults, a policy, a pattern.
std::string const& text() {
  static std::string const made = [] {
    std::string all =
        "defaults:\n  attempt_timeout: 2s\n  total_timeout: 30s\n  retry: {max_attempts: 3}\n"
        "policies:\n  steady:\n    retry: {max_attempts: 4, initial_delay: 200ms, idempotent: "
        "true}\n"
        "    breaker: {failure_rate: 0.5, window: {kind: time, span: 10s}}\n"
        "budgets:\n  shared: {capacity: 50}\noperations:\n";
    for (int i = 0; i < operation_count; ++i) {
      std::string const service = "service" + std::to_string(i / 100);
      if (i % 100 == 0) all += "  " + service + ".*: {use: steady, kind: http, budget: shared}\n";
      all += "  " + service + ".call" + std::to_string(i) +
             ":\n    attempt_timeout: 3s\n    retry: {max_delay: 5s}\n";
    }
    return all;
  }();
  return made;
}

void the_yaml_parser_alone(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(holdfast::parse_yaml(text(), "bench.yaml"));
}

void reading_a_file_of_1000_operations(benchmark::State& state) {
  for (auto _ : state) {
    auto const file = resilience_file::parse(text(), "bench.yaml");
    for (std::string const& each : file->operations()) {
      benchmark::DoNotOptimize(file->settings_for(each));
    }
  }
}

void settings_of_a_name_of_the_file(benchmark::State& state) {
  auto const file = resilience_file::parse(text(), "bench.yaml");
  for (auto _ : state) benchmark::DoNotOptimize(file->settings_for("service5.call555"));
}

void settings_of_any_other_name(benchmark::State& state) {
  auto const file = resilience_file::parse(text(), "bench.yaml");
  for (auto _ : state) benchmark::DoNotOptimize(file->settings_for("service5.other"));
}

BENCHMARK(the_yaml_parser_alone)->Unit(benchmark::kMillisecond);
BENCHMARK(reading_a_file_of_1000_operations)->Unit(benchmark::kMillisecond);
BENCHMARK(settings_of_a_name_of_the_file);
BENCHMARK(settings_of_any_other_name);

}  // namespace

BENCHMARK_MAIN();
