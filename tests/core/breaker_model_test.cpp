// The machine against a naive one over random histories: credits in bulk against successes one by
// one, time that jumps, late results, and a snapshot that is restored in the middle.
#include "core/naive_breaker.hpp"
#include "holdfast/core/breaker_machine.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant start{};

breaker any_options() {
  using rc::gen::element;
  breaker options{.failure_threshold = *element(0, 0, 0, 1, 6),
                  .failure_rate = *element<double>(off, 0.07, 1.0 / 3, 0.5, 1),
                  .min_calls = *element(1, 2, 3, 5, 12),
                  .slow_call = 100ms,
                  .slow_call_rate = *element<double>(off, off, 0.25, 0.5),
                  .recovery_timeout = *element<duration>(10ms, 1s),
                  .recovery_backoff = *element(1.0, 1.7, 2.0),
                  .max_recovery_timeout = *element<duration>(1s, 3s),
                  .recovery_jitter = *element(0.0, 0.1, 1.0),
                  .recovery_reset = *element<duration>(off, 2s),
                  .half_open_max_calls = *element(1, 2, 4),
                  .success_threshold = *element(1, 2, 5),
                  .probe_timeout = *element<duration>(50ms, 2s),
                  .ramp = *element<duration>(off, 2s)};
  options.window = *rc::gen::element(last_calls(12), last_calls(13), last_calls(70), last_span(1s),
                                     last_span(103ns, 5), last_span(700ms, 3));
  return options;
}

/// Both breakers and the calls that run, in step.
class pair_of_breakers {
 public:
  explicit pair_of_breakers(breaker const& options)
      : options_{options}, machine_{options_, random_bits{7}}, model_{options, random_bits{7}} {}

  void step() {
    now_ +=
        *rc::gen::element<duration>(0ns, 0ns, 0ns, 0ns, 20ns, 1ms, 40ms, 90ms, 300ms, 1s, 2s, 1h);
    // Listed as often as it should come.
    switch (*rc::gen::element(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4, 5)) {
      case 0: ask(); break;
      case 1: end_a_call(); break;
      case 2: credit(); break;
      case 3: same(machine_.evaluate(now_), model_.evaluate(now_)); break;
      case 4: restart(); break;
      default: by_hand();
    }
    compare();
  }

 private:
  struct running_call {
    permit pass;
    naive_breaker::ticket ticket;
  };

  void ask() {
    admission const mine = machine_.ask(now_);
    auto const its = model_.ask(now_);
    RC_ASSERT(mine.admitted == its.admitted);
    RC_ASSERT(mine.changed.has_value() == its.changed.has_value());
    if (mine.changed) RC_ASSERT(mine.changed->reason == *its.changed);
    if (mine.admitted) running_.push_back({mine.pass, its.pass});
    bool const drawn = machine_.state() == breaker_state::ramping;
    if (!mine.admitted && !drawn) RC_ASSERT(mine.retry_after == its.retry_after);
  }

  void end_a_call() {
    if (running_.empty()) return ask();
    auto const which = *rc::gen::inRange<std::size_t>(0, running_.size());
    auto const call = running_[which];
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(which));
    auto const outcome = *rc::gen::element(verdict::success, verdict::success, verdict::failure,
                                           verdict::neutral, verdict::abandoned);
    auto const took = *rc::gen::element<duration>(0ns, 99ms, 100ms, 1s);
    same(machine_.record(call.pass, outcome, took, now_),
         model_.record(call.ticket, outcome, took, now_));
  }

  void credit() {
    auto const successes = *rc::gen::element(0, 1, 2, 3, 9, 64, 200);
    auto const age = *rc::gen::element<duration>(0ns, 0ns, 50ms, 300ms, 2s);
    auto const late = *rc::gen::element<std::uint64_t>(0, 0, 0, 1);
    instant const at = std::max(start, now_ - age);
    same(machine_.credit(machine_.generation() - late, static_cast<std::uint64_t>(successes), at,
                         now_),
         model_.credit(model_.generation() - late, successes, at, now_));
  }

  void restart() {
    auto const taken = machine_.snapshot();
    machine_ = breaker_machine{options_, random_bits{1234}};
    machine_.restore(taken, now_);
    RC_ASSERT(machine_.snapshot() == taken);
  }

  void by_hand() {
    auto const state = *rc::gen::element(breaker_state::closed, breaker_state::forced_open,
                                         breaker_state::disabled, breaker_state::observe_only);
    if (state == breaker_state::closed) {
      machine_.reset("", now_);
      return model_.reset(now_);
    }
    instant const until = *rc::gen::element(now_ + 500ms, now_ + 4s, never_reached);
    machine_.force(state, "", until, now_);
    model_.force(state, until, now_);
  }

  static void same(std::optional<transition> const& mine, naive_breaker::change const& its) {
    RC_ASSERT(mine.has_value() == its.has_value());
    if (mine) RC_ASSERT(mine->reason == *its);
  }

  void compare() {
    auto const seen = machine_.stats(now_);
    auto const held = model_.window(now_);
    RC_ASSERT(seen.state == model_.state());
    RC_ASSERT(seen.generation == model_.generation());
    RC_ASSERT(seen.open_until == model_.until());
    RC_ASSERT(seen.consecutive_failures == model_.in_a_row());
    RC_ASSERT(seen.calls == held.calls);
    RC_ASSERT(seen.failures == held.failures);
    RC_ASSERT(seen.slow == held.slow);
  }

  breaker options_;
  breaker_machine machine_;
  naive_breaker model_;
  instant now_ = start + 1h;
  std::vector<running_call> running_;
};

RC_GTEST_PROP(BreakerModel, EveryHistoryMeansTheSameToTheMachineAndToTheModel, ()) {
  constexpr int histories = 15;
  for (int i = 0; i < histories; ++i) {
    pair_of_breakers both{any_options()};
    int const steps = *rc::gen::inRange(1, 300);
    for (int step = 0; step < steps; ++step) both.step();
  }
}

}  // namespace
}  // namespace holdfast::core
