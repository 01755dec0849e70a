// The same trouble is told once in a window, and then counted.
#include "telemetry/log_bench.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// A log to which failed attempts are told.
struct repeats_bench : log_bench {
  explicit repeats_bench(event_log_options options = {}) : log_bench{options} {}

  void fails(std::string_view operation = "db", failure const& seen = http_503()) {
    log.on_event({.kind = event_kind::attempt_failed, .operation = operation, .seen = &seen});
  }
  void fails_times(int count) {
    for (int i = 0; i < count; ++i) fails();
  }
  /// Events and how often they are told, as "attempt_failed repeated:4 attempt_failed".
  [[nodiscard]] std::string told_in_short() const {
    std::string all;
    for (log_json const& line : told()) {
      if (!all.empty()) all += ' ';
      all += line["event"].get<std::string>();
      if (line.contains("times")) all += ':' + std::to_string(line["times"].get<int>());
    }
    return all;
  }
};

TEST(EventLogRepeats, TheSameTroubleIsToldOnceAWindowAndThenCounted) {
  repeats_bench b;
  b.fails_times(5);
  b.now += 10s - 1ns;
  b.fails();
  EXPECT_EQ(b.told_in_short(), "attempt_failed");

  b.now += 1ns;
  b.fails();

  EXPECT_EQ(b.told_in_short(), "attempt_failed repeated:5 attempt_failed");
  EXPECT_EQ(b.told()[1], log_json::parse(R"({"time": "2026-11-30T20:31:22.123Z",
    "level": "info", "event": "repeated", "operation": "db", "of": "attempt_failed", "times": 5,
    "since": "2026-11-30T20:31:12.123Z", "window_seconds": 10, "category": "transient",
    "code": "http 503"})"));
}

TEST(EventLogRepeats, WhatIsNotRepeatedIsToldWithoutACount) {
  repeats_bench b;
  b.fails();
  b.now += 10s;
  b.fails();

  EXPECT_EQ(b.told_in_short(), "attempt_failed attempt_failed");
}

TEST(EventLogRepeats, TroublesDifferByOperationKindCategoryCodeAndReason) {
  repeats_bench b;
  failure const same = http_503();
  failure other_code = same;
  other_code.code.value = "504";
  failure other_category = same;
  other_category.category = category::timeout;

  b.fails();
  b.fails("db2");
  b.fails("db", other_code);
  b.fails("db", other_category);
  b.log.on_event({.kind = event_kind::call_failed, .operation = "db", .seen = &same});
  b.log.on_event({.kind = event_kind::call_failed,
                  .operation = "db",
                  .seen = &same,
                  .stopped = stop_reason::no_budget});

  EXPECT_EQ(b.lines().size(), 6U);
}

TEST(EventLogRepeats, AnotherTextOrAttemptIsTheSameTrouble) {
  repeats_bench b;
  failure other_text = http_503();
  other_text.text = "try again";

  b.fails();
  b.fails("db", other_text);
  b.log.on_event(
      {.kind = event_kind::attempt_failed, .operation = "db", .attempt = 2, .seen = &other_text});

  EXPECT_EQ(b.told_in_short(), "attempt_failed");
}

TEST(EventLogRepeats, ACountHasTheHighestLevelOfWhatItCounts) {
  repeats_bench b;
  failure seen = http_503();
  for (severity const each : {severity::low, severity::critical, severity::low}) {
    seen.severity = each;
    b.log.on_event({.kind = event_kind::call_failed, .operation = "db", .seen = &seen});
  }
  b.now += 10s;

  b.log.flush();

  EXPECT_EQ(b.told().at(1)["level"], "critical");
}

TEST(EventLogRepeats, AnyEventFindsThatAWindowHasEnded) {
  repeats_bench b;
  b.fails_times(3);
  b.now += 10s;

  b.log.on_event({.kind = event_kind::unbounded_call, .operation = "other"});

  EXPECT_EQ(b.told_in_short(), "attempt_failed repeated:2 unbounded_call");
}

TEST(EventLogRepeats, ALineOfTheProgramFindsItAndIsNeverCountedItself) {
  repeats_bench b;
  b.fails_times(3);
  b.now += 10s;

  b.log.tell(log_level::info, "ticked");
  b.log.tell(log_level::info, "ticked");

  EXPECT_EQ(b.told_in_short(), "attempt_failed repeated:2 ticked ticked");
}

TEST(EventLogRepeats, AFlushTellsWindowsThatHaveEndedAndNoOthers) {
  repeats_bench b;
  b.fails_times(3);
  b.now += 5s;
  b.fails("late");
  b.fails("late");

  b.log.flush();
  EXPECT_EQ(b.told_in_short(), "attempt_failed attempt_failed");
  b.now += 5s;
  b.log.flush();

  EXPECT_EQ(b.told_in_short(), "attempt_failed attempt_failed repeated:2");
}

TEST(EventLogRepeats, TheEndOfTheLogTellsWhatIsLeftWithTheTimeItTook) {
  std::ostringstream text;
  auto now = log_start;
  {
    event_log log{{}, std::make_shared<spdlog::sinks::ostream_sink_st>(text), [&] { return now; }};
    failure const seen = http_503();
    for (int i = 0; i < 3; ++i) log.on_event({.kind = event_kind::attempt_failed, .seen = &seen});
    now += 4s;
  }

  auto const second = log_json::parse(text.str().substr(text.str().find('\n') + 1));
  EXPECT_EQ(second["times"], 2);
  EXPECT_EQ(second["window_seconds"], 4);
}

TEST(EventLogRepeats, AChangedBreakerIsAlwaysTold) {
  repeats_bench b;
  transition const changed{.to = breaker_state::open};

  for (int i = 0; i < 3; ++i) {
    b.log.on_event({.kind = event_kind::breaker_changed, .operation = "db", .changed = &changed});
  }

  EXPECT_EQ(b.lines().size(), 3U);
}

TEST(EventLogRepeats, AWindowOfZeroTellsEverything) {
  repeats_bench b{{.repeat_window = 0s}};

  b.fails_times(3);

  EXPECT_EQ(b.told_in_short(), "attempt_failed attempt_failed attempt_failed");
}

TEST(EventLogRepeats, BeyondTheBoundTroublesOfOneKindShareACount) {
  repeats_bench b{{.most_remembered = 2}};
  failure const seen = http_503();
  for (char const* operation : {"a", "b", "c", "d", "e", "a"}) b.fails(operation);
  b.log.on_event({.kind = event_kind::call_failed, .operation = "f", .seen = &seen});
  b.now += 10s;

  b.log.flush();

  EXPECT_EQ(b.told_in_short(),
            "attempt_failed attempt_failed attempt_failed call_failed repeated:1 repeated:2");
  EXPECT_EQ(b.told()[2]["operation"], "c") << "the first of those that share is told as it is";
  EXPECT_EQ(b.told()[5]["operation"], "other");
  EXPECT_FALSE(b.told()[5].contains("code"));
}

TEST(EventLogRepeats, AnEndlessNumberOfOperationsFindsABoundInEachWindow) {
  repeats_bench b{{.most_remembered = 10}};

  for (int i = 0; i < 10'000; ++i) b.fails("key-" + std::to_string(i));
  EXPECT_EQ(b.lines().size(), 11U);
  b.now += 10s;
  b.log.flush();

  EXPECT_EQ(b.told().back()["times"], 10'000 - 11);
}

TEST(EventLogRepeats, AnEventTellsOfAFewWindowsAndAFlushOfAll) {
  repeats_bench b;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 40; ++i) b.fails("key-" + std::to_string(i));
  }
  ASSERT_EQ(b.lines().size(), 40U);
  b.now += 10s;

  b.fails("another");
  EXPECT_EQ(b.lines().size(), 40U + 16U + 1U);
  b.log.flush();

  EXPECT_EQ(b.lines().size(), 40U + 40U + 1U);
}

TEST(EventLogRepeats, AClockThatWasSetBackEndsAWindowInsteadOfSilencingADay) {
  repeats_bench b;
  b.fails_times(3);
  b.now -= 24h;

  b.fails();

  EXPECT_EQ(b.told_in_short(), "attempt_failed repeated:2 attempt_failed");
}

TEST(EventLogRepeats, AClockThatWasSetBackALittleHidesNoWindowBehindAnother) {
  repeats_bench b;
  b.fails("first");
  b.now -= 5s;
  b.fails("second");
  b.fails("second");
  b.now += 12s;

  b.fails("second");

  EXPECT_EQ(b.told_in_short(), "attempt_failed attempt_failed repeated:1 attempt_failed")
      << "though the window of the first goes on";
}

}  // namespace
}  // namespace holdfast
