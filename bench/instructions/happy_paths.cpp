// Makes guarded calls, each kind in a function of its own, whose instructions
// tools/instruction_counts.py counts. The clock stands still, so every run is the same.
//
//   happy_paths CALLS

#include "bench/guards.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/manual_time.hpp"

#include <cstdio>
#include <cstdlib>

namespace {

using namespace std::chrono_literals;
using holdfast::attempt;
using holdfast::expected;
using holdfast::failure;
using holdfast::guard;

int add_one(int x) { return x + 1; }
expected<int, failure> add_one_checked(int x) { return x + 1; }
expected<int, failure> fail(int) {
  return holdfast::unexpected{failure{.advice = holdfast::advice::never}};
}

// Read anew for every call, so that no compiler can see through them.
int (*volatile bare)(int) = add_one;
expected<int, failure> (*volatile checked)(int) = add_one_checked;

guard at_rest(holdfast::operation_options options) {
  static holdfast::manual_time standing;
  options.surroundings.time = &standing;
  return guard{std::move(options)};
}

guard opened() {
  auto options = bench::breaker_alone({.failure_threshold = 1});
  guard broken = at_rest(options);
  static_cast<void>(broken([] { return fail(1); }));
  return broken;
}

guard const retrying = at_rest(bench::retry_alone());
guard const consecutive = at_rest(bench::breaker_alone(bench::consecutive));
guard const count_window = at_rest(bench::breaker_alone(bench::count_window));
guard const time_window = at_rest(bench::breaker_alone(bench::time_window));
guard const untracked = at_rest(bench::untracked());
guard const shipped = at_rest(bench::shipped());
guard const bounded = at_rest(bench::with_attempt_timeout(2s));
guard const slow_by_tick = at_rest(bench::with_slow_calls(2s));
guard const open_circuit = opened();

template <class Call>
[[gnu::always_inline]] inline long repeat(long calls, Call const& call) {
  long sum = 0;
  for (long i = 0; i < calls; ++i) sum += call();
  return sum;
}

template <class Call>
[[gnu::always_inline]] inline long repeat(long calls, guard const& by, Call const& call) {
  long sum = 0;
  for (long i = 0; i < calls; ++i) sum += by(call);
  return sum;
}

}  // namespace

/// One function a case; bench/instructions.tsv has their names.
namespace happy {

[[gnu::noinline]] long bare_call(long calls) {
  return repeat(calls, [] { return bare(1); });
}
[[gnu::noinline]] long bare_call_by_value(long calls) {
  return repeat(calls, [] { return checked(1).value(); });
}
[[gnu::noinline]] long retry_alone(long calls) {
  return repeat(calls, retrying, [] { return bare(1); });
}
[[gnu::noinline]] long breaker_consecutive(long calls) {
  return repeat(calls, consecutive, [] { return bare(1); });
}
[[gnu::noinline]] long breaker_count_window(long calls) {
  return repeat(calls, count_window, [] { return bare(1); });
}
[[gnu::noinline]] long breaker_time_window(long calls) {
  return repeat(calls, time_window, [] { return bare(1); });
}
[[gnu::noinline]] long retry_budget_breaker(long calls) {
  return repeat(calls, untracked, [] { return bare(1); });
}
[[gnu::noinline]] long shipped_without_attempt(long calls) {
  return repeat(calls, shipped, [] { return bare(1); });
}
[[gnu::noinline]] long shipped_with_attempt(long calls) {
  return repeat(calls, shipped, [](attempt const&) { return bare(1); });
}
[[gnu::noinline]] long shipped_by_value(long calls) {
  long sum = 0;
  for (long i = 0; i < calls; ++i) sum += shipped([] { return checked(1); }).value();
  return sum;
}
[[gnu::noinline]] long attempt_timeout_unasked(long calls) {
  return repeat(calls, bounded, [](attempt const&) { return bare(1); });
}
[[gnu::noinline]] long attempt_timeout_asked(long calls) {
  return repeat(calls, bounded,
                [](attempt const& a) { return bare(a.deadline() == holdfast::never_reached); });
}
[[gnu::noinline]] long slow_calls_by_tick(long calls) {
  return repeat(calls, slow_by_tick, [] { return bare(1); });
}
[[gnu::noinline]] long refused_by_value(long calls) {
  long sum = 0;
  for (long i = 0; i < calls; ++i) sum += open_circuit([] { return checked(1); }).has_value();
  return sum;
}

}  // namespace happy

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: happy_paths CALLS\n", stderr);
    return 2;
  }
  long const calls = std::atol(argv[1]);
  using namespace happy;
  for (auto* const each :
       {bare_call, bare_call_by_value, retry_alone, breaker_consecutive, breaker_count_window,
        breaker_time_window, retry_budget_breaker, shipped_without_attempt, shipped_with_attempt,
        shipped_by_value, attempt_timeout_unasked, attempt_timeout_asked, slow_calls_by_tick,
        refused_by_value}) {
    std::printf("%ld\n", each(calls));
  }
  return 0;
}
