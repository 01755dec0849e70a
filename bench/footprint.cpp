// What guards take while nobody calls them: the memory of a million, by themselves and by key, and
// the processor time of the ticker, while calls are made and after they have ended.

#include "bench/guards.hpp"
#include "bench/resident_bytes.hpp"
#include "holdfast/drive/guard_per_key.hpp"

#include <cstdio>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;

/// Processor time of this process, of all its threads.
std::chrono::nanoseconds processor_time() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return std::chrono::seconds{spent.tv_sec} + std::chrono::nanoseconds{spent.tv_nsec};
}

void measure_memory() {
  constexpr int count = 1'000'000;
  std::vector<holdfast::guard> idle;
  idle.reserve(count);
  double const before = bench::resident_bytes();
  for (int i = 0; i < count; ++i) {
    std::string name = std::to_string(count + i) + "-fourteen-chars";
    name.resize(21);
    idle.emplace_back(name, holdfast::retry{}, holdfast::breaker{});
  }
  double const taken = bench::resident_bytes() - before;
  std::printf("a million idle guards with names of 21 characters: %.0f MB, %.0f bytes each\n",
              taken / 1e6, taken / count);
}

/// Each key is called once, as in life: so the tallies of one thread are in it.
void measure_keys() {
  constexpr int count = 1'000'000;
  double const before = bench::resident_bytes();
  holdfast::guard_per_key const hosts{
      "http", holdfast::key_limits{.max_keys = count, .idle_after = holdfast::off},
      holdfast::retry{}, holdfast::breaker{}};
  for (int i = 0; i < count; ++i) {
    std::string key = std::to_string(count + i) + ".example.org";
    hosts(key, [] {});
  }
  double const taken = bench::resident_bytes() - before;
  std::printf("a million keys of 19 characters, each called once: %.0f MB, %.0f bytes each\n",
              taken / 1e6, taken / count);
}

/// In a process of its own, whose allocator has not seen what the others did.
void apart(void (*measure)()) {
  pid_t const child = fork();
  if (child == 0) {
    measure();
    std::fflush(stdout);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
}

/// The share of a core that the process takes while one thread sleeps, and calls every 200 ms.
double share_of_a_core(holdfast::guard const* called) {
  constexpr int turns = 20;
  auto const began = std::chrono::steady_clock::now();
  auto const spent = processor_time();
  for (int i = 0; i < turns; ++i) {
    if (called != nullptr) (*called)([] {});
    std::this_thread::sleep_for(200ms);
  }
  return std::chrono::duration<double>(processor_time() - spent) /
         std::chrono::duration<double>(std::chrono::steady_clock::now() - began);
}

void measure_ticker() {
  auto options = bench::breaker_alone(bench::time_window);
  options.breaker.slow_call = 40ms;  // looking for calls that hang: a tick of 10 ms
  options.breaker.max_hanging = 1000;
  options.nesting = holdfast::nesting::tracked;
  holdfast::guard const ticking{options};
  double const alone = share_of_a_core(nullptr);
  double const busy = share_of_a_core(&ticking);
  std::this_thread::sleep_for(1500ms);
  double const idle = share_of_a_core(nullptr);
  std::printf("ticker at 10 ms: %.2f %% of a core; idle: %.3f %%; a process without: %.3f %%\n",
              busy * 100, idle * 100, alone * 100);
}

}  // namespace

int main() {
  apart(measure_ticker);
  apart(measure_memory);
  apart(measure_keys);
  return 0;
}
