// What it costs to keep the state of 10,000 operations: as text and back, saved and loaded, in
// files and in SQLite; and to ask for orders. The stores lie in a folder of their own in TMPDIR.

#include "holdfast/base/random.hpp"
#include "holdfast/connect/sqlite/state_store.hpp"
#include "holdfast/state/encoding.hpp"
#include "holdfast/state/file_store.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace holdfast;

/// Breakers with a count window of 100 calls, as most have that judge a rate.
std::vector<operation_record> operations(std::size_t count) {
  std::vector<operation_record> all(count);
  for (std::size_t i = 0; i < count; ++i) {
    operation_record& each = all[i];
    each.operation = std::string_view{"service.operation." + std::to_string(100'000 + i)};
    each.saved_at = wall_time{std::chrono::seconds{1'700'000'000}};
    each.breaker.random_state = random_bits{i}();
    each.breaker.since = instant{-std::chrono::nanoseconds{123'456'789'012}};
    each.breaker.probes.resize(1);
    each.breaker.window = core::window_snapshot{.calls = 100, .failed = {i, 3}, .slow = {0, 0}};
    each.budget = core::budget_snapshot{.held = 99'000'000'000'000};
  }
  return all;
}

std::string text_of(std::vector<operation_record> const& all) {
  std::string text;
  for (operation_record const& each : all) {
    append_encoded(text, each);
    text += '\n';
  }
  return text;
}

constexpr std::size_t many = 10'000;

void encode(benchmark::State& state) {
  auto const all = operations(many);
  for (auto _ : state) benchmark::DoNotOptimize(text_of(all));
}

void decode(benchmark::State& state) {
  std::string const text = text_of(operations(many));
  for (auto _ : state) {
    for (std::size_t at = 0; at < text.size();) {
      std::size_t const end = text.find('\n', at);
      benchmark::DoNotOptimize(decode_operation({text.data() + at, end - at}));
      at = end + 1;
    }
  }
}

void stop_at(benchmark::State& state, failure const& seen) {
  state.SkipWithError(describe(seen).c_str());
}

void save(benchmark::State& state, state_store& store) {
  auto const all = operations(many);
  for (auto _ : state) {
    if (auto const saved = store.save(all); !saved) return stop_at(state, saved.error());
  }
}

void load(benchmark::State& state, state_store& store) {
  for (auto _ : state) {
    auto const found = store.load();
    if (!found) return stop_at(state, found.error());
    benchmark::DoNotOptimize(found->operations.data());
  }
}

void ask_for_orders(benchmark::State& state, state_store& store) {
  for (auto _ : state) benchmark::DoNotOptimize(store.orders_after(0));
}

}  // namespace

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  std::string folder = (fs::temp_directory_path() / "holdfast-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  auto const files = file_store({.path = folder + "/state"});
  auto const database = sqlite::make_state_store({.path = folder + "/state.db"});
  using benchmark::RegisterBenchmark;
  auto const add = [](char const* name, auto run) {
    RegisterBenchmark(name, run)->Unit(benchmark::kMillisecond)->UseRealTime();
  };
  add("encode 10,000", encode);
  add("decode 10,000", decode);
  add("save 10,000, files", [&](auto& state) { save(state, *files); });
  add("load 10,000, files", [&](auto& state) { load(state, *files); });
  add("ask for orders, files", [&](auto& state) { ask_for_orders(state, *files); });
  add("save 10,000, SQLite", [&](auto& state) { save(state, *database); });
  add("load 10,000, SQLite", [&](auto& state) { load(state, *database); });
  add("ask for orders, SQLite", [&](auto& state) { ask_for_orders(state, *database); });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  fs::remove_all(folder);
}
