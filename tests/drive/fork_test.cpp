// Children of processes whose other threads were in the middle of anything. A child is told by its
// exit status; an alarm ends one that waits for ever.
#include "drive/played_gate.hpp"
#include "holdfast/drive/guard.hpp"
#include "needs_fork.hpp"

#include <atomic>
#include <latch>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// Runs `what` in a forked child; its answer, or -1 where the child was ended by a signal.
template <class What>
int in_a_child(What const& what) {
  pid_t const child = fork();
  if (child == 0) {
    alarm(20);
    _exit(what());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

breaker trips_after(int failures) {
  return {.failure_threshold = failures,
          .failure_rate = 0.9,
          .window = last_calls(1000),
          .min_calls = 1000,
          .recovery_timeout = 1s,
          .recovery_jitter = 0};
}

TEST(Fork, AChildTakesOverALockThatAVanishedThreadHolds) {
  HOLDFAST_NEEDS_FORK;
  count_forks();
  fork_safe_lock lock;
  std::latch held{1};
  std::latch done{1};
  std::jthread holder{[&] {
    lock_holder const mine{lock};
    held.count_down();
    done.wait();
  }};
  held.wait();

  int const answer = in_a_child([&] {
    bool const torn = lock.lock();
    lock.unlock();
    bool const again = lock.lock();
    return torn && !again ? 0 : 1;
  });
  done.count_down();

  EXPECT_EQ(answer, 0);
}

TEST(Fork, ALockThatNobodyHeldIsWholeInTheChild) {
  HOLDFAST_NEEDS_FORK;
  count_forks();
  fork_safe_lock lock;
  static_cast<void>(lock.lock());
  lock.unlock();

  EXPECT_EQ(in_a_child([&] { return lock.lock() ? 1 : 0; }), 0);
}

/// A clock at which a thread can be held up in the middle of a gate's locked path.
class holding_time final : public timekeeper {
 public:
  instant now() noexcept override { return instant{1h}; }
  bool sleep_until(instant, std::stop_token const&) override { return true; }
  void need_ticks(duration) noexcept override {
    if (!hold) return;
    inside.count_down();
    may_go_on.wait();
  }

  std::atomic<bool> hold = false;
  std::latch inside{1};
  std::latch may_go_on{1};
};

TEST(Fork, ABreakerThatWasBeingChangedStartsClosedInTheChild) {
  HOLDFAST_NEEDS_FORK;
  holding_time time;
  operation guarded{
      {.name = "torn", .breaker = trips_after(1), .surroundings{.time = &time, .seed = 1}}};
  time.hold = true;
  std::jthread opening{[&] { fail(guarded); }};
  time.inside.wait();  // the circuit is open, and the lock is held

  int const answer = in_a_child([&] {
    time.hold = false;
    if (guarded.gate().state() != breaker_state::closed) return 1;
    if (!open_call{guarded}.admitted()) return 2;
    fail(guarded);
    return guarded.gate().state() == breaker_state::open ? 0 : 3;
  });
  time.may_go_on.count_down();
  opening.join();

  EXPECT_EQ(answer, 0);
  EXPECT_EQ(guarded.gate().state(), breaker_state::open) << "the parent's goes on as it was";
}

TEST(Fork, ACallOfAVanishedThreadHangsNoMoreInTheChild) {
  HOLDFAST_NEEDS_FORK;
  breaker circuit = trips_after(0);
  circuit.slow_call = 1s;
  circuit.max_hanging = 1;
  played_gate played{{.breaker = circuit}};
  std::latch running{1};
  std::latch done{1};
  std::jthread hanging{[&] {
    open_call call{played.guarded()};
    running.count_down();
    done.wait();
    call.succeed();
  }};
  running.wait();

  auto const look = [&] {
    for (int i = 0; i < 5; ++i) played.time().advance(1s);
    return played.state() == breaker_state::closed ? 0 : 1;
  };
  int const in_child = in_a_child(look);
  int const in_parent = look();
  done.count_down();

  EXPECT_EQ(in_child, 0);
  EXPECT_EQ(in_parent, 1) << "there it hangs";
}

TEST(Fork, BlocksOfVanishedThreadsAreUsedAgainInTheChild) {
  HOLDFAST_NEEDS_FORK;
  static_cast<void>(joined_thread_block());
  std::latch joined{4};
  std::latch done{1};
  std::vector<std::jthread> others;
  others.reserve(4);
  for (int i = 0; i < 4; ++i) {
    others.emplace_back([&] {
      static_cast<void>(joined_thread_block());
      joined.count_down();
      done.wait();
    });
  }
  joined.wait();
  auto const count = [] {
    int blocks = 0;
    for (auto const* each = first_thread_block(); each != nullptr; each = each->next) ++blocks;
    return blocks;
  };

  int const answer = in_a_child([&] {
    int const before = count();
    std::latch all_here{4};
    std::vector<std::jthread> mine;
    mine.reserve(4);
    for (int i = 0; i < 4; ++i) {
      mine.emplace_back([&] {
        static_cast<void>(joined_thread_block());
        all_here.arrive_and_wait();
      });
    }
    mine.clear();
    return count() - before;
  });
  done.count_down();

  EXPECT_EQ(answer, 0);
}

/// What a child does with guards that other threads of its parent were hammering.
int use(guard const& one, guard const& other) {
  for (int i = 0; i < 100; ++i) one([] { return 1; });
  std::thread{[&] { other([] { return 1; }); }}.join();
  guard const own{"own", trips_after(2)};
  auto const fails = []() -> expected<int, failure> { return unexpected{broken()}; };
  for (int i = 0; i < 2; ++i) static_cast<void>(own(fails));
  if (own.state() != breaker_state::open) return 1;
  return own([]() -> expected<int, failure> { return 1; }) ? 2 : 0;
}

TEST(Fork, AChildCanUseGuardsThatOtherThreadsWereHammering) {
  HOLDFAST_NEEDS_FORK;
  guard const one{"one", trips_after(1'000'000), retry{.max_attempts = 2}, budget{.capacity = 1e6}};
  guard const other{"other", trips_after(1'000'000), nesting::untracked};
  auto const fails = []() -> expected<int, failure> { return unexpected{broken()}; };
  std::atomic<bool> done = false;
  std::vector<std::jthread> hammering;
  hammering.reserve(4);
  for (int i = 0; i < 4; ++i) {
    hammering.emplace_back([&, i] {
      while (!done) {
        static_cast<void>(i % 2 == 0 ? one(fails) : other(fails));
        one([&] { other([] { return 1; }); });
        guard const own{"own", trips_after(1)};
        static_cast<void>(own(fails));
      }
    });
  }

  for (int i = 0; i < 40; ++i) ASSERT_EQ(in_a_child([&] { return use(one, other); }), 0);
  done = true;
}

TEST(Fork, AChildOfAChildCanUseThemToo) {
  HOLDFAST_NEEDS_FORK;
  guard const one{"one", trips_after(1'000'000)};
  guard const other{"other", trips_after(1'000'000)};
  std::atomic<bool> done = false;
  std::jthread hammering{[&] {
    while (!done) one([&] { other([] { return 1; }); });
  }};

  int const answer =
      in_a_child([&] { return in_a_child([&] { return use(one, other); }) + use(one, other); });
  done = true;

  EXPECT_EQ(answer, 0);
}

TEST(Fork, AChildFindsHangingCallsThoughItsParentWasTellingOfSome) {
  HOLDFAST_NEEDS_FORK;
  manual_time time;
  auto const made = [&](char const* name) {
    return guard{name, breaker{.failure_threshold = 0, .slow_call = 1s, .max_hanging = 1},
                 surroundings{.time = &time, .seed = 1}};
  };
  guard const one{made("one")};
  guard const another{made("another")};
  std::atomic<bool> released{false};
  auto const hang_in = [&](guard const& by) {
    std::latch inside{1};
    std::thread thread{[&] {
      by([&] {
        inside.count_down();
        released.wait(false);
      });
    }};
    inside.wait();
    return thread;
  };
  auto const opens_again = [&](guard const& by) {
    by.reset("by the test");
    time.advance(10ms);    // a look finds that nothing hangs here
    hang_in(by).detach();  // it hangs until the child ends
    for (int i = 0; i < 3; ++i) time.advance(1s);
    return by.state() == breaker_state::open ? 0 : 1;
  };
  int answer = -1;
  bool forked = false;  // the child is told of changes too
  auto const fork_once = [&](event const& what) {
    if (what.changed == nullptr || std::exchange(forked, true)) return;
    answer = in_a_child([&] { return opens_again(one) + opens_again(another); });
  };
  one.on_event(fork_once);
  another.on_event(fork_once);
  std::thread first{hang_in(one)};
  std::thread second{hang_in(another)};

  for (int i = 0; i < 2; ++i) time.advance(1s);
  released = true;
  released.notify_all();
  first.join();
  second.join();

  EXPECT_EQ(answer, 0);
}

}  // namespace
}  // namespace holdfast
