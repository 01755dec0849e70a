// Real threads call a guard while its policies are exchanged.
#include "drive/in_threads.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/shared_operation.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_THREAD__)
constexpr int calls_of_a_thread = 12'500;
#else
constexpr int calls_of_a_thread = 125'000;
#endif
constexpr int threads = 8;
constexpr int exchanges = 100;

/// Policies of which each one tells the same number: attempts, and seconds.
operation_options all_of(int number) {
  return {.name = "live",
          .retry{.max_attempts = number,
                 .initial_delay = duration{1},
                 .jitter = jitter::none,
                 .idempotent = true},
          .breaker{.failure_threshold = number % 2 == 0 ? 0 : 1'000'000},
          .budget{.capacity = off},
          .bulkhead{.max_concurrent = number % 3 == 0 ? 100 : 0},
          .attempt_timeout{.limit = std::chrono::seconds{number}},
          .liveness = liveness::live};
}

/// The whole seconds that an attempt has, as it was told.
int seconds_of(attempt const& a) {
  duration const left = elapsed(system_time().now(), a.deadline());
  return static_cast<int>(std::chrono::round<std::chrono::seconds>(left).count());
}

TEST(LiveStress, NoCallIsLostOrJudgedByHalfAConfiguration) {
  shared_operation const shared{all_of(2)};
  guard const guarded{shared};
  std::atomic<std::uint64_t> ran{0};
  std::atomic<int> mixed{0};
  std::atomic<bool> done{false};
  std::jthread exchanging{[&] {
    for (int i = 0; !done || i < exchanges; ++i) {
      guarded.reconfigure(all_of(2 + i % 5));
      std::this_thread::yield();
    }
  }};

  in_threads(threads, [&](int) {
    for (int call = 0; call < calls_of_a_thread; ++call) {
      bool const fails = call % 50 == 0;
      int made = 0;
      int seconds = 0;
      auto const outcome = guarded([&](attempt const& a) -> expected<int, failure> {
        ++made;
        if (made == 1 || fails) {
          int const told = call % 10 == 0 ? seconds_of(a) : 0;
          if (seconds != 0 && told != seconds) mixed.fetch_add(1);
          seconds = told;
        }
        if (!fails) return made;
        return unexpected<failure>{{.category = category::transient, .advice = advice::now}};
      });
      ran.fetch_add(1, std::memory_order_relaxed);
      if (fails != !outcome || (fails && made != seconds)) mixed.fetch_add(1);
    }
  });
  done = true;
  exchanging.join();

  constexpr auto calls = std::uint64_t{threads} * calls_of_a_thread;
  EXPECT_EQ(ran, calls);
  EXPECT_EQ(mixed, 0);
  EXPECT_EQ(guarded.state(), breaker_state::closed);
  EXPECT_EQ(guarded.stats().running, 0);
  guarded.reconfigure(all_of(3));
  EXPECT_EQ(shared->live()->kept(), 1U);
}

}  // namespace
}  // namespace holdfast
