#include "holdfast/drive/manual_time.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(ManualTime, ItMovesOnlyWhenTold) {
  manual_time time;
  instant const start = time.now();

  EXPECT_EQ(time.now(), start);
  time.advance(3s);

  EXPECT_EQ(time.now(), start + 3s);
  EXPECT_EQ(time.ticks().load(), tick_of_instant(start + 3s)) << "its ticks are exact";
}

TEST(ManualTime, AWaitMovesItToItsEndAndIsNoted) {
  manual_time time;
  instant const start = time.now();

  EXPECT_TRUE(time.sleep_until(start + 2s, {}));
  EXPECT_TRUE(time.sleep_until(start + 5s, {}));

  EXPECT_EQ(time.now(), start + 5s);
  EXPECT_EQ(time.slept(), (std::vector<duration>{2s, 3s}));
}

TEST(ManualTime, AWaitForThePastLeavesItWhereItIs) {
  manual_time time;
  time.advance(10s);
  instant const present = time.now();

  EXPECT_TRUE(time.sleep_until(present - 4s, {}));

  EXPECT_EQ(time.now(), present);
}

TEST(ManualTime, AStopEndsAWaitBeforeItsTime) {
  manual_time time;
  instant const start = time.now();
  std::stop_source stopper;
  time.during_sleep([&] { stopper.request_stop(); });

  EXPECT_FALSE(time.sleep_until(start + 2s, stopper.get_token()));

  EXPECT_EQ(time.now(), start);
}

TEST(ManualTime, AWaitCanEndLate) {
  manual_time time;
  instant const start = time.now();
  time.oversleep(300ms);

  EXPECT_TRUE(time.sleep_until(start + 1s, {}));

  EXPECT_EQ(time.now(), start + 1300ms);
  EXPECT_EQ(time.slept(), (std::vector<duration>{1s})) << "as long as it was asked to be";
}

TEST(ManualTime, EveryLookAtTheClockIsCounted) {
  manual_time time;
  int const before = time.reads();

  static_cast<void>(time.now());
  static_cast<void>(time.now());

  EXPECT_EQ(time.reads(), before + 2);
}

TEST(ManualTime, ItStopsAtTheEndOfTheClock) {
  manual_time time;

  time.advance(duration::max());
  time.advance(1s);

  EXPECT_EQ(time.now(), never_reached);
}

/// Counts how often it is asked and told.
struct counting_listener final : tick_listener {
  finding on_tick(instant now) noexcept override {
    ++looks;
    last = now;
    return answer;
  }
  void tell() noexcept override { ++tellings; }

  finding answer = finding::idle;
  int looks = 0;
  int tellings = 0;
  instant last{};
};

TEST(ManualTime, EveryMoveIsATickForItsListeners) {
  manual_time time;
  counting_listener listener;
  time.add(listener);

  time.advance(1s);
  EXPECT_EQ(listener.last, time.now());
  listener.answer = tick_listener::finding::to_tell;
  static_cast<void>(time.sleep_until(time.now() + 1s, {}));

  EXPECT_EQ(listener.looks, 2);
  EXPECT_EQ(listener.tellings, 1);
  time.remove(listener);
  time.advance(1s);
  EXPECT_EQ(listener.looks, 2) << "it was removed";
}

}  // namespace
}  // namespace holdfast
