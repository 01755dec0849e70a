#include "connect/postgres/task.hpp"

#include "connect/postgres/bell.hpp"
#include "connect/postgres/waiting.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

namespace {

using namespace holdfast;
using namespace holdfast::postgres;

/// Suspends whoever waits, until the test says how the wait ended.
class waiter_by_hand final : public waiter {
 public:
  void watch(std::stop_token const& /*stop*/) override {}
  void wake() noexcept override { ++wakes; }
  std::optional<wait_end> wait_at_once(wait_terms const& /*terms*/) override {
    return std::nullopt;
  }
  void suspend(wait_terms const& terms, std::coroutine_handle<> who) override {
    asked = terms;
    who_ = who;
  }
  [[nodiscard]] wait_end ended() const noexcept override { return ended_; }

  void end(wait_end how) {
    ended_ = how;
    std::exchange(who_, nullptr).resume();
  }

  wait_terms asked{};
  int wakes = 0;

 private:
  std::coroutine_handle<> who_{};
  wait_end ended_ = wait_end::ready;
};

/// What has frames for its tasks.
struct owner {
  frame_store& frames() noexcept { return store; }
  frame_store store{};
};

task<int> waits_once(owner& /*of*/, waiter& by) {
  wait_end const end = co_await waiter::wait(by, wait_terms{});
  if (end == wait_end::stopped) throw std::runtime_error{"stopped"};
  co_return end == wait_end::ready ? 1 : 2;
}

task<int> waits_twice(owner& of, waiter& by) {
  int const first = co_await waits_once(of, by);
  int const second = co_await waits_once(of, by);
  co_return 10 * first + second;
}

task<std::string> never_waits(std::string text) { co_return text + "!"; }

TEST(Task, ThatNeedNotWaitHasEndedWhenItsCallReturns) {
  EXPECT_EQ(finished(never_waits("done")), "done!");
}

TEST(Task, GoesOnWhereItsInnermostTaskWaited) {
  owner of;
  waiter_by_hand by;
  auto run = waits_twice(of, by);
  EXPECT_FALSE(run.is_done());

  by.end(wait_end::timed_out);
  EXPECT_FALSE(run.is_done());
  by.end(wait_end::ready);

  ASSERT_TRUE(run.is_done());
  EXPECT_EQ(run.take(), 21);
}

TEST(Task, HandsOnWhatWasThrownAfterAWait) {
  owner of;
  waiter_by_hand by;
  auto run = waits_twice(of, by);

  by.end(wait_end::stopped);

  ASSERT_TRUE(run.is_done());
  EXPECT_THROW((void)run.take(), std::runtime_error);
}

TEST(Task, MayEndBeforeItsWaitDoes) {
  owner of;
  waiter_by_hand by;
  for (int each = 0; each < 1000; ++each) {
    auto const left = waits_twice(of, by);  // its frames come back: else the store were full
    EXPECT_FALSE(left.is_done());
  }
}

TEST(FrameStore, ServesAgainWhatCameBackInAnyOrder) {
  frame_store store;
  void* const first = frame_store::take(100, &store);
  void* const second = frame_store::take(100, &store);
  frame_store::give_back(first, 100);
  frame_store::give_back(second, 100);

  void* const again = frame_store::take(100, &store);

  EXPECT_EQ(again, first);
  frame_store::give_back(again, 100);
}

TEST(FrameStore, LeavesToTheHeapWhatDoesNotFit) {
  frame_store store;
  void* const large = frame_store::take(1'000'000, &store);
  void* const small = frame_store::take(100, &store);
  void* const of_none = frame_store::take(100, nullptr);

  frame_store::give_back(large, 1'000'000);
  frame_store::give_back(of_none, 100);
  frame_store::give_back(small, 100);
}

TEST(Bell, ThatHasRungIsNotWaitedFor) {
  waiter_by_hand by;
  bell rung;
  rung.ring();
  EXPECT_EQ(finished(rung.rings(by, never_reached, true)), wait_end::ready);
}

TEST(Bell, WakesTheOneWhoWaits) {
  waiter_by_hand by;
  bell rung;
  auto run = rung.rings(by, never_reached, true);
  rung.ring();
  EXPECT_EQ(by.wakes, 1);

  by.end(wait_end::ready);

  EXPECT_EQ(run.take(), wait_end::ready);
}

TEST(Bell, AWakeUpThatWasAnothersIsNoRing) {
  waiter_by_hand by;
  bell rung;
  auto run = rung.rings(by, never_reached, true);

  by.end(wait_end::ready);
  EXPECT_FALSE(run.is_done());
  by.end(wait_end::timed_out);

  EXPECT_EQ(run.take(), wait_end::timed_out);
}

TEST(Bell, RingsForNobodyWhoHasLeft) {
  waiter_by_hand by;
  bell rung;
  { auto const left = rung.rings(by, never_reached, true); }
  rung.ring();
  EXPECT_EQ(by.wakes, 0);
}

TEST(BlockingWaiter, WakesInAnotherThread) {
  blocking_waiter by;
  bell rung;
  std::jthread const other{[&] { rung.ring(); }};
  EXPECT_EQ(finished(rung.rings(by, never_reached, true)), wait_end::ready);
}

TEST(BlockingWaiter, AStopThatWasRequestedEndsAWaitAtOnce) {
  blocking_waiter by;
  std::stop_source stop;
  by.watch(stop.get_token());
  stop.request_stop();
  EXPECT_FALSE(finished(pauses_until(by, never_reached)));
}

TEST(BlockingWaiter, ATimeThatHasComeIsReached) {
  blocking_waiter by;
  EXPECT_TRUE(finished(pauses_until(by, instant{})));
}

}  // namespace
