#include "holdfast/state/operation_record.hpp"

#include "holdfast/core/breaker_machine.hpp"
#include "holdfast/state/encoding.hpp"
#include "state/any_records.hpp"
#include "state/records.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using core::breaker_machine;
using testing::monday;
using testing::opened;

constexpr instant noon{12h};
constexpr auto a_day = 24h;

breaker const tuned{.failure_threshold = 1,
                    .recovery_timeout = 30s,
                    .max_recovery_timeout = 5min,
                    .recovery_jitter = 0};

core::permit admitted(breaker_machine& machine, instant now) {
  auto const asked = machine.ask(now);
  EXPECT_TRUE(asked.admitted);
  return asked.pass;
}

breaker_machine failed_at(instant now) {
  breaker_machine machine{tuned, random_bits{1}};
  static_cast<void>(machine.record(admitted(machine, now), verdict::failure, {}, now));
  EXPECT_EQ(machine.state(), breaker_state::open);
  return machine;
}

/// Through a record and its text into another process, whose clocks are these.
breaker_machine survivor_of(breaker_machine const& machine, clock_reading const& saved,
                            clock_reading const& loaded) {
  std::string text;
  append_encoded(text, record_of("a", machine.snapshot(), std::nullopt, saved));
  breaker_machine next{tuned, random_bits{2}};
  next.restore(breaker_at(decode_operation(text).value(), loaded), loaded.now);
  return next;
}

TEST(OperationRecord, ItsTimesCountFromTheSaving) {
  auto const record = record_of("a", {.since = noon - 5s, .open_until = noon + 25s},
                                {{.refilled = noon - 1s}}, {.now = noon, .wall = monday});

  EXPECT_EQ(record.operation, "a");
  EXPECT_EQ(record.saved_at, monday);
  EXPECT_EQ(record.breaker.since, instant{-5s});
  EXPECT_EQ(record.breaker.open_until, instant{25s});
  EXPECT_EQ(record.budget->refilled, instant{-1s});
  EXPECT_EQ(wall_time_of(record, record.breaker.open_until), monday + 25s);
}

TEST(OperationRecord, AnotherClockTellsTheSameMoment) {
  clock_reading const loaded{.now = instant{2h}, .wall = monday + 10s};

  auto const breaker = breaker_at(opened("a"), loaded);
  auto const budget = budget_at(opened("a"), loaded);

  EXPECT_EQ(breaker.since, instant{2h} - 15s);
  EXPECT_EQ(breaker.open_until, instant{2h} + 15s);
  EXPECT_EQ(budget->refilled, instant{2h} - 11s);
}

TEST(OperationRecord, WhatNeverComesStaysSo) {
  operation_record record = opened("a");
  record.breaker.open_until = never_reached;

  EXPECT_EQ(breaker_at(record, {.now = noon, .wall = monday + a_day}).open_until, never_reached);
  EXPECT_EQ(wall_time_of(record, never_reached), wall_time::max());
}

TEST(OperationRecord, AClockSetBackIsTakenForNoTimeAtAll) {
  auto const breaker = breaker_at(opened("a"), {.now = noon, .wall = monday - a_day});

  EXPECT_EQ(breaker.since, noon - 5s);
  EXPECT_EQ(breaker.open_until, noon + 25s);
}

TEST(OperationRecord, AWallClockBeforeItsZeroIsKeptAsZero) {
  EXPECT_EQ(record_of("a", {}, {}, {.now = noon, .wall = wall_time{-1h}}).saved_at, wall_time{});
}

TEST(OperationRecord, ATimeWindowLosesWhatTheClockCantTell) {
  operation_record record = opened("a");
  record.breaker.window = core::window_snapshot{.kind = window_kind::time,
                                                .buckets = {{1}, {2}, {3}, {4}},
                                                .bucket_width = 10s,
                                                .newest_begins = instant{-5s}};
  auto const buckets_at = [&](instant now) {
    return breaker_at(record, {.now = now, .wall = monday}).window->buckets.size();
  };

  EXPECT_EQ(buckets_at(instant{35s}), 4U);
  EXPECT_EQ(buckets_at(instant{34s}), 3U);
  EXPECT_EQ(buckets_at(instant{5s}), 1U);
  EXPECT_EQ(buckets_at(instant{4s}), 0U);
}

TEST(OperationRecord, AnOpenCircuitGoesOnWaitingInAnotherProcess) {
  auto machine = survivor_of(failed_at(noon), {.now = noon + 10s, .wall = monday},
                             {.now = instant{1h}, .wall = monday + 5s});

  EXPECT_EQ(machine.state(), breaker_state::open);
  auto const refused = machine.ask(instant{1h});
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_after, 15s);
  EXPECT_TRUE(machine.ask(instant{1h} + 15s).admitted);
}

TEST(OperationRecord, AClockADayAheadLetsTheWaitBeOver) {
  auto machine = survivor_of(failed_at(noon), {.now = noon, .wall = monday},
                             {.now = instant{1h}, .wall = monday + a_day});

  EXPECT_EQ(machine.state(), breaker_state::open);
  EXPECT_TRUE(machine.ask(instant{1h}).admitted);
  EXPECT_EQ(machine.state(), breaker_state::half_open);
}

TEST(OperationRecord, AClockADayBackHoldsTheWaitToWhatWasLeft) {
  auto machine = survivor_of(failed_at(noon), {.now = noon, .wall = monday},
                             {.now = instant{1h}, .wall = monday - a_day});

  EXPECT_EQ(machine.ask(instant{1h}).retry_after, 30s);
}

TEST(OperationRecord, AClockADayBackDoesNotLengthenAnOverride) {
  breaker_machine machine{tuned, random_bits{1}};
  static_cast<void>(machine.force(breaker_state::forced_open, "moving", noon + 10min, noon));

  auto next = survivor_of(machine, {.now = noon, .wall = monday},
                          {.now = instant{1h}, .wall = monday - a_day});

  EXPECT_EQ(next.state(), breaker_state::forced_open);
  EXPECT_EQ(next.open_until(), instant{1h} + 10min);
}

TEST(OperationRecord, ARecordThatSaysOpenForAYearIsHeldToTheLongestWait) {
  operation_record record = opened("a");
  record.breaker.open_until = instant{365 * a_day};
  breaker_machine machine{tuned, random_bits{1}};

  machine.restore(breaker_at(record, {.now = noon, .wall = monday}), noon);

  EXPECT_EQ(machine.ask(noon).retry_after, 5min);
}

RC_GTEST_PROP(OperationRecord, ItIsTheSameSnapshotWhereNoTimePasses, ()) {
  core::breaker_snapshot breaker = testing::any_breaker();
  clock_reading const clock{.now = noon, .wall = monday};
  auto const held = [](instant& at) { at = std::clamp(at, instant{-1h}, instant{240h}); };
  held(breaker.since);
  held(breaker.closed_since);
  for (core::probe_place& each : breaker.probes) held(each.expires);
  if (breaker.open_until != never_reached) held(breaker.open_until);
  if (breaker.window) breaker.window->newest_begins = instant{};
  if (breaker.window && breaker.window->buckets.size() > 1) breaker.window->buckets.resize(1);

  RC_ASSERT(breaker_at(record_of("a", breaker, {}, clock), clock) == breaker);
}

RC_GTEST_PROP(OperationRecord, AnyRecordAtAnyTimeGivesAMachineThatGoesOn, ()) {
  auto const record = testing::any_operation();
  instant const now{testing::any_between<std::int64_t>(0, (10 * 365 * a_day) / 1ns) * 1ns};
  breaker_machine machine{tuned, random_bits{1}};

  machine.restore(breaker_at(record, {.now = now, .wall = testing::any_wall_time()}), now);

  if (machine.state() == breaker_state::open) {
    RC_ASSERT(machine.open_until() <= now + tuned.max_recovery_timeout);
  }
  RC_ASSERT(machine.since() <= now);
}

}  // namespace
}  // namespace holdfast
