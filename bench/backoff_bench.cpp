// What one pause costs: its ceiling and its draw, for every jitter; and a whole decision of the
// retry machine. Rounds of all cases are interleaved.

#include "holdfast/core/retry_machine.hpp"

#include <array>
#include <cstddef>

#include <benchmark/benchmark.h>

namespace {

using namespace std::chrono_literals;
using holdfast::backoff;
using holdfast::jitter;

template <class Body>
void measure(benchmark::State& state, Body body) {
  for (auto _ : state) benchmark::DoNotOptimize(body());
}

/// One pause of one call. Calls take turns, since a pause never waits for the numbers of the one
/// before it: a sleep lies between.
void pause_of(benchmark::State& state, backoff kind, jitter drawn) {
  holdfast::core::pacing by{.backoff = kind,
                            .initial_delay = 100ms,
                            .backoff_factor = 2,
                            .delay_step = 100ms,
                            .max_delay = 10s,
                            .jitter = drawn,
                            .jitter_factor = 0.5};
  benchmark::DoNotOptimize(by);
  holdfast::random_bits random{1};
  std::array<holdfast::core::pause_sequence, 16> calls;
  std::size_t turn = 0;
  measure(state, [&] {
    turn = (turn + 1) % calls.size();
    return calls[turn].next(by, random);
  });
}

void decision(benchmark::State& state, holdfast::retry const& options) {
  holdfast::failure const seen{.category = holdfast::category::transient,
                               .advice = holdfast::advice::after_backoff};
  holdfast::instant const now{};
  holdfast::core::retry_machine machine{options, now, holdfast::random_bits{1}};
  measure(state, [&] { return machine.on_failure(seen, now); });
}

holdfast::retry const plain{.max_attempts = 2'000'000'000};
holdfast::retry const by_category{
    .max_attempts = 2'000'000'000,
    .per_category = {{holdfast::category::timeout, {.initial_delay = 1s}}}};

BENCHMARK_CAPTURE(pause_of, none, backoff::exponential, jitter::none);
BENCHMARK_CAPTURE(pause_of, proportional, backoff::exponential, jitter::proportional);
BENCHMARK_CAPTURE(pause_of, full, backoff::exponential, jitter::full);
BENCHMARK_CAPTURE(pause_of, equal, backoff::exponential, jitter::equal);
BENCHMARK_CAPTURE(pause_of, decorrelated, backoff::exponential, jitter::decorrelated);
BENCHMARK_CAPTURE(pause_of, linear_proportional, backoff::linear, jitter::proportional);
BENCHMARK_CAPTURE(decision, plain, plain);
BENCHMARK_CAPTURE(decision, by_category, by_category);

}  // namespace

BENCHMARK_MAIN();
