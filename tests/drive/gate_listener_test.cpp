// Listeners, probes that never come back, and calls with options of their own.
#include "drive/played_gate.hpp"
#include "holdfast/drive/guard.hpp"

#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <malloc.h>
#include <pthread.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using outcome = expected<int, failure>;

breaker trips_at_once() {
  return {
      .failure_threshold = 1, .recovery_timeout = 1s, .recovery_jitter = 0, .probe_timeout = 30s};
}

TEST(GateListener, Trap05AListenerMayCallTheSameGuard) {
  manual_time time;
  guard const watched{"watched", trips_at_once(), surroundings{.time = &time, .seed = 1}};
  int refused = 0;
  watched.on_event([&](event const& what) {
    if (what.kind != event_kind::breaker_changed) return;
    if (!watched([]() -> outcome { return 1; })) ++refused;
  });

  static_cast<void>(watched([]() -> outcome { return unexpected{broken()}; }));

  EXPECT_EQ(refused, 1) << "it was told of the open circuit, under no lock";
}

TEST(GateListener, Trap05AListenerThatThrowsLosesNoTransition) {
  manual_time time;
  guard const watched{"watched", trips_at_once(), surroundings{.time = &time, .seed = 1}};
  int told = 0;
  watched.on_event([](event const&) { throw std::runtime_error{"listener"}; });
  watched.on_event([&](event const& what) { told += what.changed != nullptr ? 1 : 0; });

  static_cast<void>(watched([]() -> outcome { return unexpected{broken()}; }));
  time.advance(1s);
  static_cast<void>(watched([]() -> outcome { return 1; }));

  EXPECT_EQ(told, 3) << "open, half open, closed";
  EXPECT_EQ(watched.state(), breaker_state::closed);
}

TEST(GateListener, Trap38CallsRegisterNothing) {
  manual_time time;
  guard const watched{"watched", trips_at_once(), surroundings{.time = &time, .seed = 1}};
  int told = 0;
  watched.on_event([&](event const&) { ++told; });
  auto const call = [&] { watched.with({.correlation_id = "one"})([] {}); };
  call();

  std::size_t const before = mallinfo2().uordblks;
  for (int i = 0; i < 1000; ++i) call();
  EXPECT_EQ(mallinfo2().uordblks, before) << "a call leaves nothing behind";

  static_cast<void>(watched([]() -> outcome { return unexpected{broken()}; }));
  EXPECT_EQ(told, 2) << "the change and the end of the call, each once, after a thousand calls";
}

TEST(GateListener, AreToldInTheOrderTheyCame) {
  manual_time time;
  guard const watched{"watched", trips_at_once(), surroundings{.time = &time, .seed = 1}};
  std::string order;
  for (char const each : {'a', 'b', 'c'}) {
    watched.on_event([&order, each](event const& what) {
      if (what.changed != nullptr) order += each;
    });
  }

  static_cast<void>(watched([]() -> outcome { return unexpected{broken()}; }));

  EXPECT_EQ(order, "abc");
}

TEST(GateListener, AThreadIsNotCancelledInOneButAfterIt) {
  manual_time time;
  guard const watched{"watched", trips_at_once(), surroundings{.time = &time, .seed = 1}};
  bool outlived = false;
  watched.on_event([&](event const&) {
    pthread_cancel(pthread_self());
    pthread_testcancel();
    outlived = true;
  });
  pthread_t thread{};
  auto const run = [](void* by) -> void* {
    static_cast<void>(
        (*static_cast<guard const*>(by))([]() -> outcome { return unexpected{broken()}; }));
    pthread_testcancel();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, nullptr, run, const_cast<guard*>(&watched)), 0);
  void* ended_by = nullptr;
  pthread_join(thread, &ended_by);

  EXPECT_TRUE(outlived);
  EXPECT_EQ(ended_by, PTHREAD_CANCELED);
}

TEST(GateListener, Trap06AProbeThatNeverReturnsGivesItsPlaceAtItsTimeout) {
  played_threads threads{2};
  played_gate played{{.breaker = trips_at_once(), .nesting = nesting::untracked}};
  played.fail();
  played.time().advance(1s);
  open_call lost{played.guarded()};
  ASSERT_TRUE(lost.admitted());

  threads.become(1);
  played.time().advance(30s - 1ns);
  open_call const early{played.guarded()};
  EXPECT_FALSE(early.admitted());
  EXPECT_EQ(early.refused().retry_after, 1ns);
  played.time().advance(1ns);
  open_call second{played.guarded()};
  EXPECT_TRUE(second.admitted());

  threads.become(0);
  lost.fail();
  EXPECT_EQ(played.state(), breaker_state::half_open) << "a probe's late result counts no more";
  threads.become(1);
  second.succeed();
  EXPECT_EQ(played.state(), breaker_state::closed);
}

TEST(GateListener, Trap03AProbeThatIsAbandonedDecidesNothingAndGivesItsPlaceBack) {
  played_gate played{{.breaker = trips_at_once()}};
  played.fail();
  played.time().advance(1s);

  for (int i = 0; i < 3; ++i) {
    open_call probe{played.guarded()};
    ASSERT_TRUE(probe.admitted());
    probe.abandon();
    EXPECT_EQ(played.state(), breaker_state::half_open);
  }
}

TEST(GateListener, ACallableThatTakesAnAttemptIsNotSaidToBeUnbounded) {
  manual_time time;
  guard const bounded{"bounded", attempt_timeout{2s}, surroundings{.time = &time, .seed = 1}};
  int told = 0;
  bounded.on_event([&](event const& what) { told += what.kind == event_kind::unbounded_call; });

  std::thread{[&] { bounded([](attempt const&) {}); }}.join();  // the long way, to join
  bounded.with({.correlation_id = "one"})([](attempt const&) {});
  EXPECT_EQ(told, 0);
  bounded([] {});

  EXPECT_EQ(told, 1) << "and another one still is";
}

// A guard with nothing to count, see or time: its calls leave no trace at all, and so no options.
TEST(GateListener, OptionsOfOneCallHoldForTheBarestGuardToo) {
  manual_time time;
  guard const bare{"bare", retry{.max_attempts = 5, .jitter = jitter::none},
                   budget{.capacity = off}, nesting::untracked,
                   surroundings{.time = &time, .seed = 1}};
  int calls = 0;
  story told;

  static_cast<void>(bare.with({.max_attempts = 2, .story = &told})([&]() -> outcome {
    ++calls;
    return unexpected{failure{.category = category::transient, .advice = advice::after_backoff}};
  }));

  EXPECT_EQ(calls, 2);
  EXPECT_EQ(told.attempts, 2);
  EXPECT_EQ(told.stopped, stop_reason::attempts_spent);
}

}  // namespace
}  // namespace holdfast
