// Whole histories of one call: the machine against a model that computes every decision from the
// history alone, as DESIGN.md (D3) words it, and against the promises that hold for all of them.

#include "holdfast/core/retry_fields.hpp"
#include "holdfast/core/retry_machine.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant start = instant{} + 1h;

/// What the model remembers of a call; nothing of it is computed before it is asked for.
struct history {
  std::vector<double> factors;       // of each pause drawn since the last restart
  std::vector<duration> drawn;       // those pauses
  std::vector<duration> rejections;  // waits for circuits
  int failures = 0;
  int prepares = 0;
};

/// One call by the letter of D3.
class naive_call {
 public:
  naive_call(retry const& options, random_bits random, instant deadline)
      : options_{options}, random_{random}, deadline_{deadline} {}

  retry_step after(failure const& seen, instant now) {
    if (seen.category == category::rejected) return after_rejection(seen, now);
    ++past_.failures;
    if (auto const reason = may_not(seen)) return stop{*reason};
    if (past_.failures >= attempts_for(seen.category)) return stop{stop_reason::attempts_spent};
    if (seen.retry_after && *seen.retry_after > options_.max_retry_after) {
      return stop{stop_reason::retry_after_too_long};
    }
    bool const hinted = seen.retry_after && *seen.retry_after > 0s;
    if (hinted && is_late(now + *seen.retry_after)) {
      return stop{stop_reason::retry_after_past_deadline};
    }
    duration const pause = pause_for(seen);
    if (is_late(now + pause)) return stop{stop_reason::time_spent};
    if (pause == 0s) return call_now{};
    return wait{now + pause};
  }

 private:
  std::optional<stop_reason> may_not(failure const& seen) {
    if (seen.category == category::cancelled) return stop_reason::cancelled;
    if (seen.pushback && seen.retry_after.value_or(-1ns) < 0s) return stop_reason::pushed_back;
    if (seen.advice == advice::never) return stop_reason::permanent;
    if (seen.advice == advice::resolve_first) return stop_reason::in_doubt;
    if (seen.advice == advice::if_idempotent && !options_.idempotent) return stop_reason::withheld;
    if (seen.advice == advice::after_reprepare && ++past_.prepares > 1) {
      return stop_reason::permanent;
    }
    return std::nullopt;
  }

  retry_step after_rejection(failure const& seen, instant now) {
    if (seen.advice == advice::never) return stop{stop_reason::permanent};
    duration waited{};
    for (duration const each : past_.rejections) waited += each;
    if (waited >= options_.wait_for_circuit) return stop{stop_reason::circuit_open};
    duration pause = seen.retry_after.value_or(0s) > 0s ? *seen.retry_after : draw(seen.category);
    pause = std::max<duration>(pause, 1ms);
    if (waited + pause > options_.wait_for_circuit) return stop{stop_reason::circuit_open};
    if (is_late(now + pause)) return stop{stop_reason::time_spent};
    past_.rejections.push_back(pause);
    return wait{now + pause};
  }

  bool is_late(instant at) const {
    if (at >= deadline_ && deadline_ != never_reached) return true;
    return !is_off(options_.max_elapsed) && at > start + options_.max_elapsed;
  }

  int attempts_for(category seen) const {
    auto const given = override_for(seen);
    return given.max_attempts.value_or(options_.max_attempts);
  }

  retry_override override_for(category seen) const {
    auto const at = options_.per_category.find(seen);
    return at == options_.per_category.end() ? retry_override{} : at->second;
  }

  duration pause_for(failure const& seen) {
    duration const hint = std::max<duration>(seen.retry_after.value_or(0s), 0s);
    if (seen.pushback) {
      past_.factors.clear();
      past_.drawn.clear();
      return hint;
    }
    if (seen.advice == advice::now || seen.advice == advice::after_reprepare) return hint;
    return std::max(draw(seen.category), hint);
  }

  duration draw(category seen) {
    auto const given = override_for(seen);
    duration usual = options_.initial_delay;
    if (seen == category::throttled) usual = std::max<duration>(usual, 1s);
    double const initial = static_cast<double>(given.initial_delay.value_or(usual).count());
    double const step =
        is_off(options_.delay_step) ? initial : static_cast<double>(options_.delay_step.count());
    double const cap = static_cast<double>(given.max_delay.value_or(options_.max_delay).count());
    auto const n = past_.drawn.size();

    double d = initial;
    switch (given.backoff.value_or(options_.backoff)) {
      case backoff::exponential:
        for (double const each : past_.factors) d *= each;
        break;
      case backoff::linear: d += static_cast<double>(n) * step; break;
      case backoff::constant: break;
      case backoff::delays:
        d = static_cast<double>(options_.delays[std::min(n, options_.delays.size() - 1)].count());
    }
    d = std::min(d, cap);
    duration const pause = within(range_of(d, std::min(initial, cap), cap));
    past_.factors.push_back(given.backoff_factor.value_or(options_.backoff_factor));
    past_.drawn.push_back(pause);
    return pause;
  }

  std::pair<double, double> range_of(double d, double initial, double cap) const {
    double const j = options_.jitter_factor;
    switch (options_.jitter) {
      case jitter::none: return {d, d};
      case jitter::proportional: return {d * (1 - j), std::min(d * (1 + j), cap)};
      case jitter::full: return {0, d};
      case jitter::equal: return {d / 2, d};
      case jitter::decorrelated: {
        double const previous =
            past_.drawn.empty() ? initial : static_cast<double>(past_.drawn.back().count());
        return {initial, std::max(initial, std::min(3 * std::max(previous, initial), cap))};
      }
    }
    return {d, d};
  }

  duration within(std::pair<double, double> range) {
    auto const [least, most] = range;
    double const share = options_.jitter == jitter::none ? 0 : random_.uniform();
    return duration{std::llround(least + (most - least) * share)};
  }

  retry const& options_;
  random_bits random_;
  instant deadline_;
  history past_;
};

duration drawn_between(std::int64_t least, std::int64_t most) {
  return std::chrono::milliseconds{*rc::gen::inRange(least, most)};
}

retry drawn_options() {
  retry options{.max_attempts = *rc::gen::inRange(1, 12),
                .backoff = *rc::gen::element(backoff::exponential, backoff::linear,
                                             backoff::constant, backoff::delays),
                .initial_delay = drawn_between(1, 3000),
                .backoff_factor = *rc::gen::element(1.0, 2.0, 3.0, 10.0),
                .delay_step = *rc::gen::element<duration>(off, 0s, 250ms, 2s),
                .max_delay = drawn_between(3000, 20'000),
                .jitter = *rc::gen::element(jitter::none, jitter::proportional, jitter::full,
                                            jitter::equal, jitter::decorrelated),
                .jitter_factor = *rc::gen::element(0.0, 0.25, 0.5, 1.0),
                .max_elapsed = *rc::gen::element<duration>(off, 5s, 60s),
                .max_retry_after = *rc::gen::element<duration>(0s, 4s, 5min),
                .idempotent = *rc::gen::element(true, true, false),
                .wait_for_circuit = *rc::gen::element<duration>(0s, 3s, 20s)};
  if (options.backoff == backoff::delays) options.delays = {0s, 700ms, 3s, 1s};
  if (*rc::gen::arbitrary<bool>()) {
    options.per_category[category::timeout] = {.max_attempts = *rc::gen::inRange(1, 12),
                                               .backoff = backoff::exponential,
                                               .initial_delay = 2s,
                                               .backoff_factor = 3.0,
                                               .max_delay = 9s};
  }
  return options;
}

failure drawn_failure() {
  failure seen{
      .category = *rc::gen::element(category::transient, category::transient, category::timeout,
                                    category::throttled, category::rejected, category::cancelled),
      .advice = *rc::gen::weightedElement<advice>({{8, advice::after_backoff},
                                                   {4, advice::after_wait},
                                                   {4, advice::if_idempotent},
                                                   {2, advice::now},
                                                   {2, advice::after_reconnect},
                                                   {2, advice::restart_transaction},
                                                   {1, advice::after_reprepare},
                                                   {1, advice::never},
                                                   {1, advice::resolve_first}}),
      .pushback = *rc::gen::weightedElement<bool>({{9, false}, {1, true}})};
  if (*rc::gen::arbitrary<bool>()) seen.retry_after = drawn_between(-100, 8000);
  return seen;
}

instant drawn_deadline() {
  return *rc::gen::element(never_reached, start + 3s, start + 30s, start + 2min);
}

/// When the next attempt fails: at once, or some time after it was due.
instant next_failure(retry_step const& decided, instant now) {
  auto const* pause = std::get_if<wait>(&decided);
  return (pause != nullptr ? pause->until : now) + drawn_between(0, 500);
}

RC_GTEST_PROP(RetryModel, TheMachineDecidesAsTheModelDoes, (std::uint64_t seed)) {
  retry const options = drawn_options();
  RC_PRE(options.jitter != jitter::decorrelated || options.backoff == backoff::exponential);
  RC_ASSERT(check_fields(options).empty());
  instant const deadline = drawn_deadline();
  retry_machine machine{options, start, random_bits{seed}, deadline};
  naive_call model{options, random_bits{seed}, deadline};

  instant now = start + drawn_between(0, 500);
  for (int i = 0; i < 30; ++i) {
    failure const seen = drawn_failure();
    retry_step const decided = machine.on_failure(seen, now);
    RC_ASSERT(decided == model.after(seen, now));
    if (std::holds_alternative<stop>(decided)) break;
    now = next_failure(decided, now);
  }
}

RC_GTEST_PROP(RetryModel, NoSleepIsBegunThatEndsPastTheDeadline, (std::uint64_t seed)) {
  retry options = drawn_options();
  options.max_attempts = 1000;
  options.idempotent = true;
  instant const deadline = drawn_deadline();
  retry_machine machine{options, start, random_bits{seed}, deadline};

  instant now = start;
  for (int i = 0; i < 100; ++i) {
    retry_step const decided = machine.on_failure(drawn_failure(), now);
    if (std::holds_alternative<stop>(decided)) break;
    auto const* pause = std::get_if<wait>(&decided);
    instant const next = pause != nullptr ? pause->until : now;
    RC_ASSERT(next >= now);
    RC_ASSERT(next < deadline);
    RC_ASSERT(is_off(options.max_elapsed) || next <= later(start, options.max_elapsed));
    now = next_failure(decided, now);
  }
}

RC_GTEST_PROP(RetryModel, ARetryAfterIsNeverUndercut, (std::uint64_t seed)) {
  retry const options = drawn_options();
  retry_machine machine{options, start, random_bits{seed}};

  instant now = start;
  for (int i = 0; i < 30; ++i) {
    failure const seen = drawn_failure();
    retry_step const decided = machine.on_failure(seen, now);
    if (std::holds_alternative<stop>(decided)) break;
    auto const* pause = std::get_if<wait>(&decided);
    duration const waited = pause != nullptr ? pause->until - now : 0s;
    RC_ASSERT(waited >= seen.retry_after.value_or(0s));
    now = next_failure(decided, now);
  }
}

RC_GTEST_PROP(RetryModel, ACallThatIsCutAnywhereDecidesTheSame, (std::uint64_t seed)) {
  retry const options = drawn_options();
  instant const deadline = drawn_deadline();
  retry_machine whole{options, start, random_bits{seed}, deadline};

  instant now = start;
  for (int i = 0; i < 30; ++i) {
    failure const seen = drawn_failure();
    retry_machine continued{options, instant{}, random_bits{~seed}};
    continued.restore(whole.snapshot());
    retry_step const decided = whole.on_failure(seen, now);
    RC_ASSERT(continued.on_failure(seen, now) == decided);
    RC_ASSERT(continued.snapshot() == whole.snapshot());
    if (std::holds_alternative<stop>(decided)) break;
    now = next_failure(decided, now);
  }
}

}  // namespace
}  // namespace holdfast::core
