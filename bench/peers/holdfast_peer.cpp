// Holdfast around a function that adds one; see script/bench-peers.

#include "bench/guards.hpp"
#include "holdfast/drive/guard.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <thread>

namespace {

using namespace std::chrono_literals;
using holdfast::guard;

/// An error of a word, refused by value.
enum class error { failed, refused };
using answer = holdfast::expected<int, error>;

int add_one(int x) { return x + 1; }
answer fail(int) { return holdfast::unexpected{error::failed}; }
int (*volatile bare)(int) = add_one;
answer (*volatile failing)(int) = fail;

}  // namespace

template <>
struct holdfast::outcome_traits<answer> {
  static constexpr bool reports_failure = true;
  static std::optional<failure> failure_in(answer const& seen) {
    if (seen.has_value()) return std::nullopt;
    return failure{.advice = advice::never};
  }
  static answer refused(refusal const&) { return unexpected{error::refused}; }
};

namespace {

guard broken() {
  guard made{bench::breaker_alone({.failure_threshold = 1, .recovery_timeout = 5min})};
  static_cast<void>(made([] { return failing(1); }));
  return made;
}

guard const retrying{bench::retry_alone()};
guard const closed{bench::breaker_alone(bench::time_window)};
guard const both{bench::untracked()};
guard const open = broken();

constexpr long calls = 100'000;
constexpr auto call = [] { return bare(1); };

template <class Call>
void repeat(Call const& bare_call) {
  for (long i = 0; i < calls; ++i) {
    int result = bare_call();
    asm volatile("" : "+r"(result));
  }
}

template <class Call>
void repeat(guard const& by, Call const& guarded) {
  for (long i = 0; i < calls; ++i) {
    int result = static_cast<bool>(by(guarded));
    asm volatile("" : "+r"(result));
  }
}

struct measured {
  char const* name;
  void (*round)();
  double least = 1e9;
};

void run(measured& one) {
  auto const begin = std::chrono::steady_clock::now();
  one.round();
  std::chrono::duration<double, std::nano> const took = std::chrono::steady_clock::now() - begin;
  one.least = std::min(one.least, took.count() / calls);
}

}  // namespace

int main() {
  std::array<measured, 5> cases{{
      {"bare", [] { repeat(call); }},
      {"retry", [] { repeat(retrying, call); }},
      {"breaker", [] { repeat(closed, call); }},
      {"retry+breaker", [] { repeat(both, call); }},
      {"open", [] { repeat(open, [] { return failing(1); }); }},
  }};
  for (int round = 0; round < 25; ++round) {
    for (measured& each : cases) run(each);
    std::this_thread::sleep_for(10ms);  // the ticker has started by the second round
  }
  for (measured const& each : cases) {
    bool const is_bare = &each == cases.data();
    std::printf("C++\t%s\t%s\t%.2f\n", is_bare ? "-" : "Holdfast", each.name, each.least);
  }
  return 0;
}
