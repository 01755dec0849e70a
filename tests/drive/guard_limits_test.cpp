#include "drive/guard_bench.hpp"

#include <atomic>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(GuardLimits, AnAttemptIsToldItsDeadline) {
  guard_bench b;
  b.time.advance(5s);
  guard const lookup{"lookup", attempt_timeout{2s}, b.around};
  instant seen{};

  lookup([&](attempt const& a) { seen = a.deadline(); });

  EXPECT_EQ(seen, b.start + 7s);
}

TEST(GuardLimits, EachAttemptHasADeadlineOfItsOwnWithinTheCalls) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, attempt_timeout{2s}, b.around};
  std::vector<instant> seen;

  lookup.with({.deadline = b.start + 2050ms})([&](attempt const& a) -> outcome {
    seen.push_back(a.deadline());
    return unexpected{overloaded()};
  });

  EXPECT_EQ(seen, (std::vector<instant>{b.start + 2s, b.start + 2050ms, b.start + 2050ms}));
}

TEST(GuardLimits, ACallThatCanNotBeBoundedIsToldOnceByAnEvent) {
  guard_bench b;
  guard const lookup{"lookup", attempt_timeout{2s}, b.around};
  int told = 0;
  lookup.on_event([&](event const& what) { told += what.kind == event_kind::unbounded_call; });

  lookup([] { return 1; });
  lookup([] { return 1; });

  EXPECT_EQ(told, 1);
}

TEST(GuardLimits, Trap23AStopEndsTheWaitAndKeepsTheFailure) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, budget{.capacity = 1, .per_second = 0}, b.around};
  std::stop_source stopper;
  std::stop_token const stopper_token = stopper.get_token();
  b.time.during_sleep([&] { stopper.request_stop(); });
  story told;

  auto const result = lookup.with({.stop = stopper_token, .story = &told})(fails);

  EXPECT_EQ(result.error(), overloaded());
  EXPECT_EQ(told.stopped, stop_reason::cancelled);

  b.time.during_sleep(nullptr);
  int calls = 0;
  lookup([&]() -> outcome {
    if (++calls == 1) return unexpected{overloaded()};
    return 1;
  });
  EXPECT_EQ(calls, 2) << "the token of the retry that never started was given back";
}

TEST(GuardLimits, Trap23ACallThatWasStoppedBeforeMakesNoAttempt) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  std::stop_source stopper;
  std::stop_token const stopper_token = stopper.get_token();
  stopper.request_stop();
  bool ran = false;

  auto const result = lookup.with({.stop = stopper_token})([&]() -> outcome {
    ran = true;
    return 1;
  });

  EXPECT_FALSE(ran);
  EXPECT_EQ(result.error().category, category::cancelled);
}

TEST(GuardLimits, ACallWithoutTimeLeftMakesNoAttempt) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  bool ran = false;

  auto const result = lookup.with({.deadline = instant{}})([&]() -> outcome {
    ran = true;
    return 1;
  });

  EXPECT_FALSE(ran);
  EXPECT_EQ(result.error().category, category::rejected);
  EXPECT_EQ(result.error().text.view(), "lookup: the deadline of the call has passed");
}

TEST(GuardLimits, AWaitThatEndsLateStartsNoAttemptPastTheDeadline) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, budget{.capacity = 1, .per_second = 0}, b.around};
  b.time.oversleep(10s);
  int calls = 0;
  story told;
  auto const fails = [&]() -> outcome {
    ++calls;
    return unexpected{overloaded()};
  };

  static_cast<void>(lookup.with({.deadline = b.start + 1s, .story = &told})(fails));

  EXPECT_EQ(calls, 1);
  EXPECT_EQ(told.stopped, stop_reason::time_spent);
  b.time.oversleep({});
  static_cast<void>(lookup(fails));
  EXPECT_EQ(calls, 3) << "the token of the retry that never started was given back";
}

TEST(GuardLimits, AClockThatThrowsDoesNotCountTheFailureTwice) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, breaker{.failure_threshold = 2}, b.around};
  b.time.during_sleep([] { throw std::runtime_error{"no sleep"}; });

  EXPECT_THROW(lookup(fails), std::runtime_error);

  EXPECT_EQ(lookup.state(), breaker_state::closed);
}

TEST(GuardLimits, AThreadThatIsCancelledUnwindsThroughTheGuard) {
  guard const lookup{"lookup", retry{.idempotent = true}, breaker{}};
  std::atomic<bool> inside = false;
  bool unwound = false;
  struct note_unwinding {
    bool& to;
    ~note_unwinding() { to = true; }
  };

  std::thread blocked{[&] {
    lookup([&] {
      note_unwinding const note{unwound};
      inside = true;
      for (;;) pause();
    });
  }};
  while (!inside) std::this_thread::yield();
  pthread_cancel(blocked.native_handle());
  blocked.join();

  EXPECT_TRUE(unwound);
  EXPECT_EQ(lookup([] { return 1; }), 1);
}

/// Cancels a thread while its callable runs, and waits for its end.
void cancel_inside(guard const& called) {
  std::atomic<bool> inside = false;
  std::thread blocked{[&] {
    called([&] {
      inside = true;
      for (;;) pause();
    });
  }};
  while (!inside) std::this_thread::yield();
  pthread_cancel(blocked.native_handle());
  blocked.join();
}

TEST(GuardLimits, AThreadThatIsCancelledGivesItsProbesPlaceBack) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  static_cast<void>(lookup(fails));
  b.time.advance(1s);

  cancel_inside(lookup);

  EXPECT_EQ(lookup.state(), breaker_state::half_open) << "a cancelled probe is no failed one";
  EXPECT_EQ(lookup.stats().breaker.probes_running, 0);
  EXPECT_TRUE(lookup([]() -> outcome { return 1; })) << "the next probe was admitted";
}

TEST(GuardLimits, ACallableThatMayRunOnIsNotToldOf) {
  guard_bench b;
  guard const lookup{"lookup", attempt_timeout{2s}, b.around};
  told_events const told{lookup};

  EXPECT_EQ(lookup(unbounded([] { return 1; })), 1);
  EXPECT_EQ(told.text(), "");
  lookup([] { return 1; });
  EXPECT_EQ(told.text(), "unbounded_call ");
}

TEST(GuardLimits, TheWholeCallHasADeadline) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, total_timeout{250ms}, b.around};
  std::vector<instant> seen;
  story told;

  static_cast<void>(lookup.with({.story = &told})([&](attempt const& a) -> outcome {
    seen.push_back(a.deadline());
    return fails();
  }));

  EXPECT_EQ(seen, (std::vector<instant>{b.start + 250ms, b.start + 250ms}));
  EXPECT_EQ(told.stopped, stop_reason::time_spent) << "the second pause would end past it";
}

}  // namespace
}  // namespace holdfast
