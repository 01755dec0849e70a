// What calls know of the time: by ticks, which lag behind, by the clock, or by nothing at all.
#include "drive/played_gate.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// A clock whose last tick was a while ago, or never; it counts how often it is read.
class lagging_time final : public timekeeper {
 public:
  instant now() noexcept override {
    ++reads;
    return present;
  }
  bool sleep_until(instant, std::stop_token const&) override { return true; }
  tick_source const& ticks() noexcept override { return tick_; }
  void need_ticks(duration length) noexcept override { needed = length; }

  /// Lets time pass; the last tick was `lag` before its end.
  void pass(duration by, duration lag = duration::zero()) {
    present += by;
    tick_.store(tick_of_instant(present - lag));
  }
  void park() { tick_.store(0); }

  instant present{1h};
  int reads = 0;
  duration needed{};

 private:
  tick_source tick_{tick_of_instant(instant{1h})};
};

/// One without ticks, as a user may write it.
class plain_time final : public timekeeper {
 public:
  instant now() noexcept override { return present; }
  bool sleep_until(instant, std::stop_token const&) override { return true; }
  instant present{1h};
};

operation_options on(timekeeper& time, operation_options options) {
  options.name = "timed";
  options.surroundings = {.time = &time, .seed = 1};
  return options;
}

/// The deadline of an attempt, and how often the clock was read for the whole call.
struct seen_call {
  instant deadline;
  int reads;
};
seen_call call(operation& guarded, lagging_time& time) {
  int const before = time.reads;
  open_call running{guarded};
  instant const deadline = running.current().deadline();
  running.succeed();
  return {deadline, time.reads - before};
}

TEST(GateTime, ALongLimitCountsFromTheLastTickAndReadsNoClock) {
  lagging_time time;
  operation guarded{on(time, {.attempt_timeout{2s}})};
  static_cast<void>(call(guarded, time));  // the first one of a thread joins
  time.pass(10s, 90ms);

  seen_call const seen = call(guarded, time);

  EXPECT_EQ(seen.deadline, time.present - 90ms + 2s) << "early by what the tick lags, never late";
  EXPECT_EQ(seen.reads, 0);
}

TEST(GateTime, AShortLimitCountsFromTheClockWhichIsReadOnce) {
  lagging_time time;
  operation guarded{on(time, {.attempt_timeout{799ms}})};
  static_cast<void>(call(guarded, time));
  time.pass(10s, 90ms);

  seen_call const seen = call(guarded, time);

  EXPECT_EQ(seen.deadline, time.present + 799ms);
  EXPECT_EQ(seen.reads, 1);
}

TEST(GateTime, WhereTicksArePausedTheClockIsReadAndTicksAreAskedFor) {
  lagging_time time;
  operation guarded{on(time, {.attempt_timeout{2s}})};
  static_cast<void>(call(guarded, time));
  time.pass(10s);
  time.park();
  time.needed = {};

  seen_call const seen = call(guarded, time);

  EXPECT_EQ(seen.deadline, time.present + 2s);
  EXPECT_EQ(seen.reads, 1);
  EXPECT_EQ(time.needed, 100ms);
}

TEST(GateTime, WithoutLimitsNothingReadsTheClockOrAsksForTicks) {
  lagging_time time;
  operation guarded{on(time, {.breaker{.failure_threshold = 5}})};
  static_cast<void>(call(guarded, time));

  seen_call const seen = call(guarded, time);

  EXPECT_EQ(seen.deadline, never_reached);
  EXPECT_EQ(seen.reads, 0);
  EXPECT_EQ(time.needed, 0ns);
}

TEST(GateTime, AClockWithoutTicksWillDo) {
  plain_time time;
  operation guarded{on(time, {.breaker{.failure_threshold = 0,
                                       .failure_rate = 0.5,
                                       .window = last_span(10s),
                                       .min_calls = 4,
                                       .recovery_timeout = 1s,
                                       .recovery_jitter = 0},
                              .attempt_timeout{2s}})};
  for (int i = 0; i < 3; ++i) succeed(guarded);
  time.present += 11s;
  {
    open_call running{guarded};
    EXPECT_EQ(running.current().deadline(), time.present + 2s);
    running.succeed();
  }
  changes changed;
  EXPECT_EQ(guarded.gate().stats(time.present, changed).calls, 1U) << "the others have left";

  for (int i = 0; i < 4; ++i) fail(guarded);
  EXPECT_EQ(guarded.gate().state(), breaker_state::open);
  EXPECT_FALSE(open_call{guarded}.admitted());
  time.present += 1s;
  succeed(guarded);
  EXPECT_EQ(guarded.gate().state(), breaker_state::closed);
}

breaker slow_from(duration limit) {
  return {.failure_threshold = 0,
          .window = last_calls(100),
          .min_calls = 100,
          .slow_call = limit,
          .slow_call_rate = 0.5};
}

std::uint64_t slow_calls(operation& guarded, lagging_time& time) {
  changes changed;
  return guarded.gate().stats(time.present, changed).slow;
}

TEST(GateTime, ALongSlowCallIsToldByTicksAndReadsNoClock) {
  lagging_time time;
  operation guarded{on(time, {.breaker = slow_from(1s)})};
  succeed(guarded);
  int const reads = time.reads;

  open_call quick{guarded};
  time.pass(1s - 1ns);
  quick.succeed();

  EXPECT_EQ(time.reads, reads);
  EXPECT_EQ(slow_calls(guarded, time), 0U);
}

TEST(GateTime, Trap34ACallThatTakesTheLimitIsSlow) {
  for (duration const limit : {duration{1s}, duration{100ms}}) {
    lagging_time time;
    operation guarded{on(time, {.breaker = slow_from(limit)})};
    succeed(guarded);

    open_call slow{guarded};
    time.pass(limit);
    slow.succeed();

    EXPECT_EQ(slow_calls(guarded, time), 1U) << limit.count();
  }
}

TEST(GateTime, AShortSlowCallIsToldByExactlyTwoReads) {
  lagging_time time;
  operation guarded{on(time, {.breaker = slow_from(100ms)})};
  succeed(guarded);
  int const reads = time.reads;

  open_call quick{guarded};
  time.pass(100ms - 1ns, 90ms);
  quick.succeed();

  EXPECT_EQ(time.reads, reads + 2);
  EXPECT_EQ(slow_calls(guarded, time), 0U);
}

TEST(GateTime, AFailureThatIsSlowIsBoth) {
  lagging_time time;
  operation guarded{on(time, {.breaker = slow_from(1s)})};
  open_call slow{guarded};
  time.pass(2s);

  slow.fail();

  EXPECT_EQ(slow_calls(guarded, time), 1U);
}

}  // namespace
}  // namespace holdfast
