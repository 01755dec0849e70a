// The machine over random histories: the bound that it promises, in every window of each, and
// against a naive bucket that counts broken tokens.
#include "holdfast/core/limiter_machine.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant start{1h};

double seconds_of(duration span) { return std::chrono::duration<double>(span).count(); }

limiter any_limiter() {
  using rc::gen::element;
  return {.per_second = *element(1e-9, 1e-3, 0.7, 7.0, 100.0, 1e3, 12345.678, 3e8, 0.99e9, 1e9),
          .burst = *element(1.0, 1.5, 2.0, 5.0, 100.0),
          .max_wait = *element<duration>(0s, 3ns, 5ms, 1s, 1h, off)};
}

/// Steps of the size that matters to these options, and others.
duration any_step(limiter const& options) {
  double const interval = std::min(1e9 / options.per_second, 1e14);
  auto const share = *rc::gen::element(0.0, 0.1, 0.5, 1.0, 1.01, 3.0, 40.0);
  return *rc::gen::element<duration>(duration{static_cast<std::int64_t>(interval * share)}, 0ns,
                                     1ns, 70ms);
}

/// The most attempts that any window of these starts holds beyond what it may: at most 0.
double worst_excess(limiter const& options, std::vector<instant> starts) {
  std::sort(starts.begin(), starts.end());
  double worst = -options.burst;
  for (std::size_t first = 0; first < starts.size(); ++first) {
    for (std::size_t last = first; last < starts.size(); ++last) {
      // Turns are whole nanoseconds: a window has both of its ends.
      double const window = seconds_of(starts[last] - starts[first] + 1ns);
      double const allowed = options.burst + options.per_second * window;
      worst = std::max(worst, static_cast<double>(last - first + 1) - allowed);
    }
  }
  return worst;
}

RC_GTEST_PROP(LimiterMachine, NoWindowOfAnyHistoryExceedsTheBound, ()) {
  limiter const options = any_limiter();
  limiter_machine turns{options};
  std::vector<instant> starts;
  std::optional<limiter_decision> last;
  instant now = start;

  for (int const step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 12))) {
    if (step < 3) now += any_step(options);
    if (step == 3) now -= (now - start) / 2;  // the clock steps back
    if (step == 4 && last) {
      turns.give_back(*last);
      starts.pop_back();
      last.reset();
    }
    for (int i = 4; i < step; ++i) {
      limiter_decision const turn = turns.ask(now, options.max_wait);
      RC_ASSERT(turn.start >= now);
      if (!turn.admitted) continue;
      RC_ASSERT(elapsed(now, turn.start) <= options.max_wait);
      starts.push_back(turn.start);
      last = turn;
    }
  }
  RC_ASSERT(worst_excess(options, starts) <= 1e-6);
}

RC_GTEST_PROP(LimiterMachine, ItAdmitsAsANaiveBucketOfBrokenTokens, ()) {
  limiter const options = any_limiter();
  limiter_machine turns{options};
  double tokens = options.burst;
  instant now = start;

  for (int const step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3))) {
    if (step == 0) {
      duration const passed = any_step(options);
      now += passed;
      tokens = std::min(options.burst, tokens + options.per_second * seconds_of(passed));
      continue;
    }
    // So near to a whole token a nanosecond decides.
    double const unsure = 1e-6 + 4e-9 * options.per_second;
    bool const near = std::abs(tokens - 1) <= unsure;
    bool const admitted = turns.ask(now, 0s).admitted;
    if (!near) RC_ASSERT(admitted == (tokens >= 1));
    if (admitted) tokens -= 1;
    if (options.per_second < 1e6) RC_ASSERT(std::abs(turns.tokens(now) - tokens) <= unsure);
    tokens = turns.tokens(now);
  }
}

RC_GTEST_PROP(LimiterMachine, ARefusalsRetryAfterIsTheFirstNanosecondThatAdmits, ()) {
  limiter const options = any_limiter();
  limiter_machine turns{options};
  instant now = start;

  for (int const step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6))) {
    if (step == 0) now += any_step(options);
    limiter_decision const turn = turns.ask(now, 0s);
    if (turn.admitted || turn.start == never_reached) continue;
    RC_ASSERT(turn.start == now + turn.retry_after);
    limiter_machine later_on = turns;
    RC_ASSERT(!limiter_machine{later_on}.ask(turn.start - 1ns, 0s).admitted);
    RC_ASSERT(later_on.ask(turn.start, 0s).admitted);
  }
}

RC_GTEST_PROP(LimiterMachine, ASnapshotInTheMiddleCostsAtMostANanosecond, ()) {
  limiter const options = any_limiter();
  limiter_machine turns{options};
  instant now = start;

  for (int const step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6))) {
    if (step == 0) now += any_step(options);
    if (step == 1) now += any_step(options) * 7;
    if (step >= 2) turns.ask(now, 0s);
    limiter_machine restored{options};
    restored.restore(turns.snapshot(now), now);
    double const before = std::max(0.0, turns.tokens(now));
    RC_ASSERT(restored.tokens(now) <= before + 1e-9);
    RC_ASSERT(restored.tokens(now) >= before - 1e-9 - 1e-9 * options.per_second);
  }
}

}  // namespace
}  // namespace holdfast::core
