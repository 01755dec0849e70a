// What guards take while nobody calls them: the memory of a million, and the processor time of the
// ticker, while calls are made and after they have ended.

#include "bench/guards.hpp"
#include "holdfast/drive/guard.hpp"

#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

namespace {

using namespace std::chrono_literals;

/// Resident memory of this process.
double resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  long size = 0;
  long resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

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
  double const before = resident_bytes();
  for (int i = 0; i < count; ++i) {
    std::string name = std::to_string(count + i) + "-fourteen-chars";
    name.resize(21);
    idle.emplace_back(name, holdfast::retry{}, holdfast::breaker{});
  }
  double const taken = resident_bytes() - before;
  std::printf("a million idle guards with names of 21 characters: %.0f MB, %.0f bytes each\n",
              taken / 1e6, taken / count);
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
  measure_ticker();
  measure_memory();
  return 0;
}
