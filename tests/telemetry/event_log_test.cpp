// What each kind of event becomes in JSON.
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/manual_time.hpp"
#include "telemetry/log_bench.hpp"

#include <limits>
#include <tuple>
#include <utility>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(EventLog, AFailedAttemptIsToldWithAllThatIsKnownOfIt) {
  log_bench b;
  failure const seen = http_503();

  auto const line = b.line_of({.kind = event_kind::attempt_failed,
                               .operation = "orders.read",
                               .correlation_id = "req-7",
                               .attempt = 1,
                               .seen = &seen,
                               .took = 40ms,
                               .pause = 100ms});

  EXPECT_EQ(line, log_json::parse(R"({"time": "2026-11-30T20:31:12.123Z",
    "level": "info", "event": "attempt_failed", "operation": "orders.read",
    "correlation_id": "req-7", "attempt": 1, "category": "transient", "severity": "medium",
    "fault": "dependency", "code": "http 503", "text": "Service Unavailable",
    "pause_seconds": 0.1, "took_seconds": 0.04})"));
}

TEST(EventLog, WhatIsNotKnownHasNoField) {
  log_bench b;

  EXPECT_EQ(b.line_of({.kind = event_kind::unbounded_call, .operation = "orders.read"}),
            log_json::parse(R"({"time": "2026-11-30T20:31:12.123Z", "level": "warn",
              "event": "unbounded_call", "operation": "orders.read"})"));
}

TEST(EventLog, AFailedCallTellsItsStoryAndWhyItStopped) {
  log_bench b;
  failure const seen = http_503();
  story const told = three_failures(seen);

  auto line = b.line_of({.kind = event_kind::call_failed,
                         .operation = "orders.read",
                         .attempt = 3,
                         .seen = &seen,
                         .took = 40ms,
                         .stopped = stop_reason::attempts_spent,
                         .told = &told});

  EXPECT_EQ(line["story"],
            "orders.read: gave up after 3 attempts in 320ms (attempts_spent); "
            "last: http 503 (transient): Service Unavailable; "
            "first: http 503 (transient): Service Unavailable; idempotent=no");
  line.erase("story");
  EXPECT_EQ(line, log_json::parse(R"({"time": "2026-11-30T20:31:12.123Z",
    "level": "warn", "event": "call_failed", "operation": "orders.read", "attempt": 3,
    "category": "transient", "severity": "medium", "fault": "dependency", "code": "http 503",
    "reason": "attempts_spent", "text": "Service Unavailable", "took_seconds": 0.04,
    "attempts": 3, "elapsed_seconds": 0.32})"));
}

TEST(EventLog, ACallThatRecoveredTellsFromWhat) {
  log_bench b;
  story told;
  told.attempts = 1;
  told.tell(http_503());
  told.attempts = 2;
  told.elapsed = 2s;

  auto const line = b.line_of(
      {.kind = event_kind::call_recovered, .operation = "a", .attempt = 2, .told = &told});

  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["code"], "http 503");
  EXPECT_EQ(line["attempts"], 2);
  EXPECT_EQ(line["elapsed_seconds"], 2);
  EXPECT_EQ(line["story"].get<std::string>().find("a: succeeded after 2 attempts in 2s"), 0U);
  EXPECT_FALSE(line.contains("reason"));
}

TEST(EventLog, ARefusedCallTellsItsReason) {
  log_bench b;
  failure refused = plain_failure(category::rejected);
  refused.text = "orders.read: the circuit is open; ask again in 20s";

  auto const line = b.line_of({.kind = event_kind::call_refused,
                               .operation = "orders.read",
                               .seen = &refused,
                               .stopped = stop_reason::circuit_open});

  EXPECT_EQ(line["level"], "warn");
  EXPECT_EQ(line["reason"], "circuit_open");
  EXPECT_EQ(line["fault"], "local");
  EXPECT_EQ(line["text"], "orders.read: the circuit is open; ask again in 20s");
}

TEST(EventLog, ABreakerThatOpensTellsItsCauseAndForHowLong) {
  log_bench b;
  transition const changed{.from = breaker_state::closed,
                           .to = breaker_state::open,
                           .reason = transition_reason::failure_rate,
                           .count = 26,
                           .calls = 50,
                           .threshold = 0.51,
                           .at = instant{5s},
                           .open_until = instant{35s}};

  EXPECT_EQ(
      b.line_of({.kind = event_kind::breaker_changed, .operation = "db", .changed = &changed}),
      log_json::parse(R"json({"time": "2026-11-30T20:31:12.123Z", "level": "error",
              "event": "breaker_changed", "operation": "db", "from": "closed", "to": "open",
              "reason": "failure_rate", "cause": "26 of 50 calls failed (52 %, limit 51 %)",
              "open_for_seconds": 30
})json"));
}

TEST(EventLog, OnlyAStateThatEndsByItselfHasALength) {
  log_bench b;
  auto const changed_to = [&](breaker_state to, transition_reason why, instant until) {
    transition const changed{.from = breaker_state::half_open,
                             .to = to,
                             .reason = why,
                             .at = instant{5s},
                             .open_until = until};
    return b.line_of({.kind = event_kind::breaker_changed, .changed = &changed});
  };
  using enum breaker_state;
  instant const later{35s};

  EXPECT_EQ(changed_to(disabled, transition_reason::forced, later)["override_for_seconds"], 30);
  EXPECT_EQ(changed_to(forced_open, transition_reason::forced, later)["open_for_seconds"], 30);
  auto const endless = changed_to(forced_open, transition_reason::forced, never_reached);
  EXPECT_FALSE(endless.contains("open_for_seconds"));
  auto const closing = changed_to(closed, transition_reason::probes_succeeded, later);
  EXPECT_FALSE(closing.contains("open_for_seconds") || closing.contains("override_for_seconds"));
}

TEST(EventLog, AnAmplificationIsTold) {
  log_bench b;

  auto const line = b.line_of({.kind = event_kind::amplification, .amplification = 27});

  EXPECT_EQ(line["amplification"], 27);
  EXPECT_EQ(line["level"], "warn");
}

TEST(EventLog, AContextTellsNamesAndNoValuesOfRows) {
  log_bench b;
  failure const seen = plain_failure(category::integrity);
  failure_context const known{.operation = "db.write",
                              .how_far = phase::sent,
                              .server = {.severity = "ERROR",
                                         .schema = "public",
                                         .table = "molecules",
                                         .column = "id",
                                         .data_type = "text",
                                         .constraint = "molecules_pkey",
                                         .routine = "_bt_check_unique",
                                         .detail = "Key (id)=(CHEMBL25) already exists.",
                                         .hint = "Use another one than CHEMBL25."}};

  auto const line =
      b.line_of({.kind = event_kind::attempt_failed, .seen = &seen, .context = &known});

  EXPECT_EQ(line["phase"], "sent");
  EXPECT_EQ(line["server_severity"], "ERROR");
  EXPECT_EQ(line["schema"], "public");
  EXPECT_EQ(line["table"], "molecules");
  EXPECT_EQ(line["column"], "id");
  EXPECT_EQ(line["data_type"], "text");
  EXPECT_EQ(line["constraint"], "molecules_pkey");
  EXPECT_EQ(line["routine"], "_bt_check_unique");
  EXPECT_EQ(b.text.str().find("CHEMBL25"), std::string::npos) << b.text.str();
}

TEST(EventLog, EveryKindOfEventHasItsNameAndALevel) {
  log_bench b;
  std::vector<std::pair<std::string, std::string>> const expected{
      {"attempt_failed", "info"}, {"call_failed", "warn"},     {"call_recovered", "info"},
      {"call_refused", "warn"},   {"breaker_changed", "warn"}, {"unbounded_call", "warn"},
      {"amplification", "warn"},  {"hedge_started", "debug"},  {"hedge_refused", "info"},
      {"unhedged_call", "warn"}};

  std::vector<std::pair<std::string, std::string>> told;
  for (auto const& row : names_of<event_kind>::table) {
    auto const line = b.line_of({.kind = row.value, .operation = "a"});
    told.emplace_back(line["event"], line["level"]);
  }

  EXPECT_EQ(told, expected);
}

TEST(EventLog, AFailedCallIsAsUrgentAsItsSeverity) {
  log_bench b{{.repeat_window = 0s}};
  auto const level_of_severity = [&](severity how_bad) {
    failure seen = http_503();
    seen.severity = how_bad;
    return b.line_of({.kind = event_kind::call_failed, .seen = &seen})["level"];
  };

  EXPECT_EQ(level_of_severity(severity::low), "warn");
  EXPECT_EQ(level_of_severity(severity::medium), "warn");
  EXPECT_EQ(level_of_severity(severity::high), "error");
  EXPECT_EQ(level_of_severity(severity::critical), "critical");
}

TEST(EventLog, AChangedBreakerIsAsUrgentAsWhatItBringsAbout) {
  log_bench b;
  using enum breaker_state;
  using enum transition_reason;
  std::vector<std::tuple<breaker_state, transition_reason, std::string>> const cases{
      {open, consecutive_failures, "error"}, {open, hanging_calls, "error"},
      {open, probe_failed, "warn"},          {half_open, wait_over, "info"},
      {ramping, probes_succeeded, "info"},   {closed, ramp_over, "info"},
      {forced_open, forced, "warn"},         {disabled, forced, "warn"},
      {observe_only, would_open, "warn"}};

  for (auto const& [to, why, level] : cases) {
    transition const changed{.to = to, .reason = why, .cause = why};
    EXPECT_EQ(b.line_of({.kind = event_kind::breaker_changed, .changed = &changed})["level"], level)
        << enum_name(to);
  }
}

TEST(EventLog, ALineOfTheProgramTellsItsFields) {
  log_bench b;
  std::vector<log_field> const fields{{"version", "0.1.0"},
                                      {"operations", 12},
                                      {"load", 0.5},
                                      {"errors", 0},
                                      {"rate", std::numeric_limits<double>::quiet_NaN()}};

  b.log.tell(log_level::info, "started", fields);

  EXPECT_EQ(b.told().at(0), log_json::parse(R"({"time": "2026-11-30T20:31:12.123Z",
    "level": "info", "event": "started", "version": "0.1.0", "operations": 12, "load": 0.5,
    "errors": 0, "rate": null})"));
}

TEST(EventLog, LinesBelowTheLevelOfTheSinkAreNotMade) {
  log_bench b;
  b.sink->set_level(spdlog::level::warn);
  failure const seen = http_503();

  b.log.on_event({.kind = event_kind::attempt_failed, .seen = &seen});
  b.log.tell(log_level::info, "started");
  b.log.tell(log_level::warn, "stopping");

  ASSERT_EQ(b.lines().size(), 1U);
  EXPECT_EQ(b.told()[0]["event"], "stopping");
  EXPECT_EQ(b.log.dropped(), 0U);
}

TEST(EventLog, WhoLeavesCertainRefusalsOutTellsGuardsSo) {
  log_bench const all;
  log_bench const some{{.certain_refusals = false}};

  EXPECT_TRUE(all.log.interest().wants_certain_refusals());
  EXPECT_FALSE(some.log.interest().wants_certain_refusals());
  EXPECT_TRUE(some.log.interest().wants(event_kind::call_refused));
}

TEST(EventLog, AGuardTellsTroubleAndNothingOfACallThatSucceedsAtOnce) {
  log_bench b;
  manual_time time;
  guard const lookup{"lookup", retry{.max_attempts = 2, .jitter = jitter::none},
                     surroundings{.time = &time, .seed = 1}};
  lookup.on_event([&](event const& what) { b.log.on_event(what); }, b.log.interest());
  using outcome = expected<int, failure>;
  int calls = 0;

  static_cast<void>(lookup([]() -> outcome { return 1; }));
  EXPECT_EQ(b.text.str(), "");
  static_cast<void>(lookup([&]() -> outcome {
    if (++calls == 1) return unexpected{http_503()};
    return 1;
  }));

  auto const told = b.told();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["event"], "attempt_failed");
  EXPECT_EQ(told[0]["pause_seconds"], 0.1);
  EXPECT_EQ(told[1]["event"], "call_recovered");
  EXPECT_EQ(told[1]["attempts"], 2);
}

}  // namespace
}  // namespace holdfast
