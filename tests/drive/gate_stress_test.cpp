// Real threads. Whatever their interleaving, every success is counted exactly once.
#include "drive/in_threads.hpp"
#include "drive/played_gate.hpp"
#include "holdfast/drive/guard.hpp"

#include <atomic>
#include <barrier>
#include <thread>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_THREAD__)
constexpr int calls_of_a_thread = 1000;
constexpr int threads_of_a_generation = 16;
#else
constexpr int calls_of_a_thread = 40'000;
constexpr int threads_of_a_generation = 64;
#endif

breaker never_trips() {
  return {.failure_threshold = 0,
          .failure_rate = 1,
          .window = last_calls(100'000),
          .min_calls = 100'000};
}

TEST(GateStress, ThreadsOfFourGenerationsAreCountedExactly) {
  played_gate played{{.breaker = never_trips()}};
  constexpr int generations = 4;

  for (int i = 0; i < generations; ++i) {
    in_threads(threads_of_a_generation, [&](int) { played.succeed(calls_of_a_thread); });
  }

  auto const all = std::uint64_t{generations} * threads_of_a_generation * calls_of_a_thread;
  EXPECT_EQ(played.gate().successes(), all);
  EXPECT_EQ(played.stats().calls, std::min<std::uint64_t>(all, 100'000));
  EXPECT_EQ(played.stats().failures, 0U);
}

TEST(GateStress, SumsInBetweenTakeNothingTwiceAndLoseNothing) {
  played_gate played{{.retry{.max_attempts = 2},
                      .breaker = never_trips(),
                      .budget{.capacity = 1e6, .per_second = 0, .per_call = 0.001}}};
  while (played.withdraw() && played.tokens() > 999'000) {
  }
  double const before = played.tokens();
  std::atomic<bool> done = false;
  std::jthread summing{[&] {
    std::uint64_t last = 0;
    while (!done) {
      std::uint64_t const seen = played.gate().successes().value();
      EXPECT_GE(seen, last);
      last = seen;
      static_cast<void>(played.stats());
    }
  }};

  in_threads(8, [&](int) { played.succeed(calls_of_a_thread); });
  done = true;
  summing.join();

  auto const all = std::uint64_t{8} * calls_of_a_thread;
  EXPECT_EQ(played.gate().successes(), all);
  EXPECT_NEAR(played.tokens() - before, 0.001 * static_cast<double>(all), 1e-6);
}

TEST(GateStress, FailuresAmongSuccessesAreAllCounted) {
  played_gate played{{.breaker = never_trips()}};
  constexpr int rounds = calls_of_a_thread / 400;

  in_threads(8, [&](int) {
    for (int i = 0; i < rounds; ++i) {
      played.succeed(9);
      played.fail();
    }
  });

  auto const seen = played.stats();
  EXPECT_EQ(seen.calls, std::uint64_t{8} * 10 * rounds);
  EXPECT_EQ(seen.failures, std::uint64_t{8} * rounds);
  EXPECT_EQ(played.gate().successes(), std::uint64_t{8} * 9 * rounds);
}

TEST(GateStress, TransitionsInBetweenLoseNoSuccess) {
  played_gate played{{.breaker = never_trips()}};
  std::atomic<bool> done = false;
  std::jthread resetting{[&] {
    while (!done) {
      played.reset();
      std::this_thread::yield();
    }
  }};

  in_threads(4, [&](int) { played.succeed(calls_of_a_thread); });
  done = true;
  resetting.join();

  auto const all = std::uint64_t{4} * calls_of_a_thread;
  EXPECT_EQ(played.gate().successes(), all);
  EXPECT_LE(played.stats().calls, all);
  played.reset();
  EXPECT_EQ(played.stats().calls, 0U);
}

TEST(GateStress, TimeThatPassesLosesNoSuccess) {
  breaker circuit = never_trips();
  circuit.window = last_span(std::chrono::hours{24}, 100);
  played_gate played{{.breaker = circuit}};
  std::atomic<bool> done = false;
  std::jthread clock{[&] {
    while (!done) {
      played.time().advance(10min);
      std::this_thread::yield();
      if (played.time().now() > instant{20h}) break;
    }
  }};

  in_threads(4, [&](int) { played.succeed(calls_of_a_thread); });
  done = true;
  clock.join();

  EXPECT_EQ(played.stats().calls, std::uint64_t{4} * calls_of_a_thread);
}

TEST(GateStress, GuardsAreMadeAndDestroyedWhileThreadsUseOthers) {
  guard const shared{"shared", never_trips()};
  std::atomic<int> ran = 0;

  in_threads(4, [&](int) {
    for (int i = 0; i < calls_of_a_thread / 200; ++i) {
      guard const own{"own", never_trips()};
      for (int k = 0; k < 3; ++k) own([&] { shared([&] { ++ran; }); });
    }
  });

  EXPECT_EQ(ran, 4 * 3 * (calls_of_a_thread / 200));
  EXPECT_EQ(shared.state(), breaker_state::closed);
}

// Trap 7: all of them see that the wait is over; the circuit lets only the configured number in.
TEST(GateStress, Trap07AtTheEndOfAnOpenWaitExactlyTheProbesRun) {
  constexpr int threads = 16;
  for (int allowed = 1; allowed <= 3; ++allowed) {
    played_gate played{{.breaker{.failure_threshold = 1,
                                 .recovery_timeout = 1s,
                                 .recovery_jitter = 0,
                                 .half_open_max_calls = allowed,
                                 .success_threshold = 10}}};
    for (int round = 0; round < 20; ++round) {
      if (played.state() == breaker_state::closed) played.fail();
      played.time().advance(1h);
      std::atomic<int> admitted = 0;
      std::barrier all_asked{threads};
      in_threads(threads, [&](int) {
        open_call probe{played.guarded()};
        if (probe.admitted()) ++admitted;
        all_asked.arrive_and_wait();
        if (probe.admitted()) probe.fail();
      });
      ASSERT_EQ(admitted, allowed);
      ASSERT_EQ(played.state(), breaker_state::open);
    }
  }
}

TEST(GateStress, ConsecutiveFailuresOfManyThreadsTripAtTheThresholdAlone) {
  constexpr int threads = 8;
  std::atomic<int> opened = 0;
  for (int round = 0; round < 50; ++round) {
    played_gate played{{.breaker{.failure_threshold = threads, .recovery_jitter = 0}}};
    in_threads(threads - 1, [&](int) { played.fail(); });
    ASSERT_EQ(played.state(), breaker_state::closed);
    played.fail();
    opened += played.state() == breaker_state::open ? 1 : 0;
  }

  EXPECT_EQ(opened, 50);
}

}  // namespace
}  // namespace holdfast
