#include "holdfast/manage/worst_case.hpp"

#include "manage/pauses.hpp"

#include <algorithm>
#include <limits>

namespace holdfast {
namespace {

/// What is unbounded stays so, and nothing overflows.
duration sum(duration a, duration b) noexcept {
  if (is_off(a) || is_off(b)) return off;
  constexpr auto most = std::numeric_limits<duration::rep>::max();
  if (a.count() > most - b.count()) return off;
  return a + b;
}

duration times(int count, duration each) noexcept {
  duration total{};
  for (int i = 0; i < count && !is_off(total); ++i) total = sum(total, each);
  return total;
}

/// The shorter one; off is longer than everything.
duration shorter(duration a, duration b) noexcept {
  if (is_off(a)) return b;
  if (is_off(b)) return a;
  return std::min(a, b);
}

/// How long an attempt may wait before it starts, for a place and for a turn.
duration longest_queue(operation_options const& of) noexcept {
  duration waits{};
  if (of.bulkhead.max_concurrent > 0 && of.bulkhead.max_waiting > 0) waits = of.bulkhead.max_wait;
  if (of.limiter.per_second != off) waits = sum(waits, of.limiter.max_wait);
  return waits;
}

/// One attempt and those beside it. A hedge starts after its delay, or when the one before has
/// timed out; a delay that is learned can be any.
duration longest_round(operation_options const& of) noexcept {
  duration const limit = of.attempt_timeout.limit;
  duration const apart = of.hedge.quantile != off ? limit : shorter(of.hedge.delay, limit);
  return sum(sum(longest_queue(of), limit), times(of.hedge.max_hedges, apart));
}

}  // namespace

worst_case worst_case_of(operation_settings const& settings) {
  operation_options const& of = settings.policies;
  std::vector<duration> const pauses = longest_pauses(of.retry);
  int const rounds = static_cast<int>(pauses.size()) + 1;
  duration const round = longest_round(of);
  duration const all_rounds = sum(times(rounds, round), of.retry.wait_for_circuit);
  auto const bounded = [&](duration time) {
    if (!is_off(of.retry.max_elapsed)) time = shorter(time, sum(of.retry.max_elapsed, round));
    return shorter(time, of.total_timeout.limit);
  };
  duration computed = all_rounds;
  duration told = all_rounds;
  for (duration const each : pauses) {
    computed = sum(computed, each);
    told = sum(told, std::max(each, of.retry.max_retry_after));
  }
  return {.attempts = rounds * (1 + of.hedge.max_hedges),
          .time = bounded(computed),
          .time_if_told_to_wait = bounded(told)};
}

}  // namespace holdfast
