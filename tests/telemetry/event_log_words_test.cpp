// The same facts for people.
#include "telemetry/log_bench.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

std::string words_of(event const& what) {
  log_bench b{{.format = log_format::human}};
  b.log.on_event(what);
  return b.lines().at(0);
}

TEST(EventLogWords, AFailedAttemptReadsAsALine) {
  failure const seen = http_503();

  EXPECT_EQ(words_of({.kind = event_kind::attempt_failed,
                      .operation = "orders.read",
                      .correlation_id = "req-7",
                      .attempt = 1,
                      .seen = &seen,
                      .took = 40'123'456ns,
                      .pause = 100ms}),
            "2026-11-30T20:31:12.123Z INFO orders.read attempt_failed: Service Unavailable "
            "[correlation_id req-7, attempt 1, category transient, severity medium, "
            "fault dependency, code \"http 503\", pause 100ms, took 40.123ms]");
}

TEST(EventLogWords, AFailedCallTellsItsStoryOnceUnderItsOperation) {
  failure const seen = http_503();
  story const told = three_failures(seen);

  EXPECT_EQ(words_of({.kind = event_kind::call_failed,
                      .operation = "orders.read",
                      .attempt = 3,
                      .seen = &seen,
                      .stopped = stop_reason::attempts_spent,
                      .told = &told}),
            "2026-11-30T20:31:12.123Z WARN orders.read call_failed: gave up after 3 attempts in "
            "320ms (attempts_spent); last: http 503 (transient): Service Unavailable; first: http "
            "503 (transient): Service Unavailable; idempotent=no [attempt 3, category transient, "
            "severity medium, fault dependency, code \"http 503\", reason attempts_spent, "
            "text \"Service Unavailable\", attempts 3, elapsed 320ms]");
}

TEST(EventLogWords, AChangedBreakerReadsAsALine) {
  transition const changed{.from = breaker_state::closed,
                           .to = breaker_state::open,
                           .reason = transition_reason::consecutive_failures,
                           .count = 5,
                           .threshold = 5,
                           .at = instant{5s},
                           .open_until = instant{35s}};

  EXPECT_EQ(words_of({.kind = event_kind::breaker_changed, .operation = "db", .changed = &changed}),
            "2026-11-30T20:31:12.123Z ERROR db breaker_changed: 5 failures in a row (limit 5) "
            "[reason consecutive_failures, from closed, to open, open_for 30s]");
}

TEST(EventLogWords, AnEventWithoutASentenceTellsItsFactsAtOnce) {
  EXPECT_EQ(words_of({.kind = event_kind::amplification, .operation = "db", .amplification = 27}),
            "2026-11-30T20:31:12.123Z WARN db amplification: amplification 27");
  EXPECT_EQ(words_of({.kind = event_kind::unhedged_call, .operation = "db"}),
            "2026-11-30T20:31:12.123Z WARN db unhedged_call");
}

TEST(EventLogWords, WhatIsNoPlainWordIsQuoted) {
  log_bench b{{.format = log_format::human}};
  std::vector<log_field> const fields{
      {"author", "Ann, \"the\" operator"}, {"path", "/etc/holdfast.yaml"}, {"lines", 12}};

  b.log.tell(log_level::critical, "reloaded", fields);

  EXPECT_EQ(b.lines().at(0),
            "2026-11-30T20:31:12.123Z CRITICAL reloaded: author \"Ann, \\\"the\\\" operator\", "
            "path /etc/holdfast.yaml, lines 12");
}

TEST(EventLogWords, RepeatsAreCountedInWords) {
  log_bench b{{.format = log_format::human}};
  failure const seen = http_503();
  for (int i = 0; i < 28; ++i) {
    b.log.on_event({.kind = event_kind::attempt_failed, .operation = "db", .seen = &seen});
  }
  b.now += 10s;

  b.log.flush();

  EXPECT_EQ(b.lines().at(1),
            "2026-11-30T20:31:22.123Z INFO db repeated: of attempt_failed, times 27, "
            "since 2026-11-30T20:31:12.123Z, window 10s, category transient, code \"http 503\"");
}

}  // namespace
}  // namespace holdfast
