// The gate against a naive breaker that is told every result as it comes: random histories of
// several threads, played by one, with calls that end in another state or another bucket than they
// began in. Successes that lie in tallies are summed only now and then, as a failure comes.
#include "core/naive_breaker.hpp"
#include "drive/played_gate.hpp"

#include <memory>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t threads_played = 4;

/// Epochs are powers of two: with such buckets, model and gate draw the same lines through time.
constexpr duration bucket{std::int64_t{1} << 30U};

breaker any_circuit() {
  using rc::gen::element;
  breaker circuit{.failure_threshold = *element(0, 0, 2, 5),
                  .failure_rate = *element<double>(off, 0.07, 1.0 / 3, 0.5),
                  .min_calls = *element(1, 3, 5, 12),
                  .slow_call = 1s,
                  .slow_call_rate = *element<double>(off, 0.25, 0.5),
                  .recovery_timeout = *element<duration>(1s, 3s),
                  .recovery_jitter = 0,
                  .half_open_max_calls = *element(1, 2),
                  .success_threshold = *element(1, 2),
                  .probe_timeout = *element<duration>(500ms, 5s)};
  circuit.window =
      *element(last_calls(12), last_calls(13), last_calls(70), last_span(10 * bucket, 10),
               last_span(3 * bucket, 3), last_span(bucket, 1));
  return circuit;
}

class gate_and_model {
 public:
  explicit gate_and_model(breaker const& circuit)
      : threads_{threads_played},
        timed_{circuit.slow_call_rate != off},
        played_{{.retry{.max_attempts = 2},
                 .breaker = circuit,
                 .budget{.capacity = 1e4, .per_second = 0, .per_call = 0.5},
                 .nesting = nesting::untracked}},
        model_{circuit, random_bits{1}} {
    while (played_.withdraw()) {
    }
    for (auto& each : running_) each.reserve(most_running);
  }

  void step() {
    auto const thread = *rc::gen::inRange<std::size_t>(0, threads_played);
    threads_.become(thread);
    // Listed as often as it should come: whole calls that succeed are what most calls are.
    switch (*rc::gen::element(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 4)) {
      case 0:
        if (begin(thread)) end(thread, running_[thread].size() - 1, verdict::success);
        break;
      case 1:
        if (begin(thread)) end(thread, running_[thread].size() - 1, verdict::failure);
        break;
      case 2: begin(thread); break;
      case 3: end_any(thread); break;
      default: let_time_pass();
    }
    RC_ASSERT(played_.state() == model_.state());
    if (*rc::gen::inRange(0, 20) == 0) compare();
  }

  void compare() {
    auto const seen = played_.stats();
    auto const held = model_.window(now());
    RC_ASSERT(seen.state == model_.state());
    RC_ASSERT(seen.consecutive_failures == model_.in_a_row());
    RC_ASSERT(seen.calls == held.calls);
    RC_ASSERT(seen.failures == held.failures);
    RC_ASSERT(seen.slow == held.slow);
    RC_ASSERT(played_.gate().successes() == successes_);
    RC_ASSERT(played_.tokens() == deposited_);
  }

 private:
  static constexpr std::size_t most_running = 4;
  struct running_call {
    std::unique_ptr<open_call> call;
    core::naive_breaker::ticket ticket;
    instant began;
  };

  instant now() { return played_.time().now(); }

  bool begin(std::size_t thread) {
    if (running_[thread].size() == most_running) return false;
    auto const said = model_.ask(now());
    auto call = std::make_unique<open_call>(played_.guarded());
    RC_ASSERT(call->admitted() == said.admitted);
    if (!said.admitted) return false;
    running_[thread].push_back({std::move(call), said.pass, now()});
    return true;
  }

  void end_any(std::size_t thread) {
    if (running_[thread].empty()) return;
    auto const which = *rc::gen::inRange<std::size_t>(0, running_[thread].size());
    end(thread, which,
        *rc::gen::element(verdict::success, verdict::success, verdict::failure,
                          verdict::abandoned));
  }

  void end(std::size_t thread, std::size_t which, verdict outcome) {
    auto ending = std::move(running_[thread][which]);
    running_[thread].erase(running_[thread].begin() + static_cast<std::ptrdiff_t>(which));
    duration const took = timed_ ? now() - ending.began : duration::zero();
    model_.record(ending.ticket, outcome, took, now());
    deposited_ += 0.5;
    switch (outcome) {
      case verdict::success: ++successes_; return ending.call->succeed();
      case verdict::failure: return ending.call->fail();
      default: return ending.call->abandon();
    }
  }

  void let_time_pass() {
    played_.time().advance(*rc::gen::element<duration>(1ns, 90ms, 400ms, 1s, bucket, 4s, 15s));
  }

  played_threads threads_;
  bool timed_;
  played_gate played_;
  core::naive_breaker model_;
  std::array<std::vector<running_call>, threads_played> running_;
  std::uint64_t successes_ = 0;
  double deposited_ = 0;
};

RC_GTEST_PROP(GateModel, EveryHistoryOfSeveralThreadsIsDecidedAsByABreakerToldEachResult, ()) {
  constexpr int histories = 8;
  for (int i = 0; i < histories; ++i) {
    gate_and_model both{any_circuit()};
    int const steps = *rc::gen::inRange(1, 400);
    for (int step = 0; step < steps; ++step) both.step();
    both.compare();
  }
}

}  // namespace
}  // namespace holdfast
