// Eight threads call while the file is read again a hundred times.
#include "drive/in_threads.hpp"
#include "manage/manager_bench.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

#if defined(__SANITIZE_THREAD__)
constexpr int calls_of_a_thread = 12'500;
#else
constexpr int calls_of_a_thread = 125'000;
#endif
constexpr int reloads = 100;

/// Each number makes a file whose attempts and whose seconds are that number.
std::string file_of(int number) {
  std::string const text = std::to_string(number);
  return "operations:\n"
         "  page:\n"
         "    retry: {max_attempts: " +
         text +
         ", initial_delay: 1us, jitter: none, idempotent: true}\n"
         "    budget: {capacity: off}\n"
         "    breaker: {failure_threshold: 0, failure_rate: 1.0, min_calls: 100000, "
         "window: {kind: count, calls: 100000}}\n"
         "    attempt_timeout: " +
         text + "s\n";
}

TEST(ReloadStress, AMillionCallsAcrossAHundredReloadsAreAllCountedAndJudgedByOneFileEach) {
  manager_bench b;
  b.write(file_of(2));
  manager_options options;
  options.has_thread = false;
  manager managed{b.path("r.yaml"), options};
  guard const page = managed.guard("page");
  std::atomic<int> mixed{0};
  std::atomic<int> done{0};
  std::jthread reloading{[&] {
    for (int i = 0; i < reloads; ++i) {
      b.write(file_of(2 + i % 4));
      EXPECT_TRUE(managed.reload());
      ++done;
    }
  }};

  in_threads(8, [&](int) {
    for (int call = 0; call < calls_of_a_thread; ++call) {
      bool const failing = call % 100 == 0;
      int made = 0;
      int seconds = 0;
      auto const ended = page([&](attempt const& a) -> outcome {
        ++made;
        if (!failing) return made;
        duration const left = elapsed(system_time().now(), a.deadline());
        int const told = static_cast<int>(std::chrono::round<std::chrono::seconds>(left).count());
        if (seconds != 0 && seconds != told) mixed.fetch_add(1);
        seconds = told;
        return fails();
      });
      if (failing ? ended.has_value() || made != seconds : !ended) mixed.fetch_add(1);
    }
  });
  reloading.join();

  constexpr std::uint64_t succeeded = std::uint64_t{8} * calls_of_a_thread * 99 / 100;
  EXPECT_EQ(mixed, 0);
  EXPECT_EQ(done, reloads);
  EXPECT_EQ(page.stats().successes, succeeded);
}

}  // namespace
}  // namespace holdfast
