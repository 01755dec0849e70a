#include "holdfast/testing.hpp"

#include "holdfast/drive/guard.hpp"

#include <memory>
#include <string>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

using outcome = expected<int, failure>;

failure busy() {
  return {.category = category::transient, .advice = advice::after_backoff, .text = "busy"};
}

struct bench {
  manual_time time;
  surroundings around{.time = &time, .seed = 1};
  retry steady{.max_attempts = 3, .jitter = jitter::none};
};

// ----- Scripted outcomes

TEST(Scripted, OutcomesArePlayedInTheirOrder) {
  scripted<int> lookup;
  lookup.returns(1).returns(2, 2).throws(std::string{"end"});

  EXPECT_EQ(lookup(), 1);
  EXPECT_EQ(lookup(), 2);
  EXPECT_EQ(lookup(), 2);
  EXPECT_THROW(lookup(), std::string);
  EXPECT_EQ(lookup.calls(), 4);
  EXPECT_EQ(lookup.left(), 0);
}

TEST(Scripted, AGuardRetriesWhatTheScriptFails) {
  bench b;
  guard const guarded{"orders", b.steady, b.around};
  scripted<outcome> lookup{b.time};
  lookup.fails(busy(), 2).takes(3s).returns(42);

  EXPECT_EQ(guarded(lookup), 42);
  EXPECT_EQ(lookup.calls(), 3);
  EXPECT_THAT(b.time.slept(), ElementsAre(100ms, 200ms));
}

TEST(Scripted, TheTimeThatACallTakesPassesOnTheClock) {
  manual_time time;
  instant const start = time.now();
  scripted<void> work{time};
  work.returns().returns(2).takes(3s);

  work();
  EXPECT_EQ(time.now(), start);
  work();
  EXPECT_EQ(time.now(), start + 3s);
  work();
  EXPECT_EQ(time.now(), start + 6s);
}

TEST(Scripted, AResultThatCanNotCarryAFailureThrowsIt) {
  scripted<int> lookup;
  lookup.fails(busy());

  try {
    lookup();
    FAIL() << "nothing was thrown";
  } catch (failure_error const& error) {
    EXPECT_EQ(error.why(), busy());
  }
}

TEST(Scripted, AnEndedScriptSaysSoAndIsNotRetried) {
  bench b;
  b.steady.idempotent = true;
  guard const guarded{"orders", b.steady, breaker{.failure_threshold = 1}, b.around};
  scripted<int> lookup;
  lookup.returns(1);
  guarded(lookup);

  try {
    guarded(lookup);
    FAIL() << "nothing was thrown";
  } catch (script_ended const& error) {
    EXPECT_STREQ(error.what(), "call 2 of a scripted callable: its script has ended before");
  }
  EXPECT_EQ(lookup.calls(), 2);
  EXPECT_EQ(guarded.state(), breaker_state::closed);
}

TEST(Scripted, CopiesPlayTheSameScript) {
  scripted<int> lookup;
  lookup.returns(1).returns(2);
  scripted<int> const same = lookup;

  EXPECT_EQ(same(), 1);
  EXPECT_EQ(lookup(), 2);
  EXPECT_EQ(same.calls(), 2);
}

TEST(Scripted, AWrappedScriptIsStillTheOneThatCounts) {
  bench b;
  guard const guarded{"orders", b.steady, b.around};
  scripted<outcome> lookup;
  lookup.fails(busy()).returns(5);
  auto const load = guarded.wrap(lookup);

  EXPECT_EQ(load(), 5);
  EXPECT_EQ(lookup.calls(), 2);
}

TEST(Scripted, AValueThatOnlyMovesIsReturnedOnce) {
  scripted<std::unique_ptr<int>> lookup;
  lookup.returns(std::make_unique<int>(7));

  EXPECT_EQ(*lookup(), 7);
}

TEST(Scripted, WhatEachAttemptWasToldIsKept) {
  bench b;
  guard const guarded{"orders", b.steady, attempt_timeout{.limit = 2s}, b.around};
  instant const start = b.time.now();
  scripted<outcome> lookup{b.time};
  lookup.fails(busy()).returns(1);

  guarded(lookup);

  auto const told = lookup.attempts();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].number, 1);
  EXPECT_EQ(told[0].deadline, start + 2s);
  EXPECT_EQ(told[1].number, 2);
  EXPECT_EQ(told[1].deadline, start + 2100ms);
}

TEST(Scripted, AStepMayDoAnything) {
  bench b;
  guard const guarded{"orders", b.steady, b.around};
  std::stop_source stop;
  std::stop_token const stop_token = stop.get_token();
  scripted<outcome> lookup{b.time};
  lookup.does([&]() -> outcome {
    stop.request_stop();
    return unexpected{busy()};
  });

  auto const result = guarded.with({.stop = stop_token})(lookup);

  EXPECT_FALSE(result);
  EXPECT_EQ(lookup.calls(), 1);
}

TEST(Scripted, AStepThatNeedsAnAttemptSaysSoWhereThereIsNone) {
  scripted<int> lookup;
  lookup.does([](attempt const& a) { return a.number(); }, 2);

  EXPECT_EQ(lookup(lone_attempt{{.number = 5}}), 5);
  EXPECT_THROW(lookup(), std::logic_error);
}

TEST(Scripted, TimeNeedsAClockAndAnOutcomeThatTakesIt) {
  manual_time time;

  EXPECT_THROW(scripted<int>{}.returns(1).takes(1s), std::logic_error);
  EXPECT_THROW(scripted<int>{time}.takes(1s), std::logic_error);
}

// ----- Events as values

TEST(EventRecorder, KeepsCopiesWithTextsOfTheirOwn) {
  event_recorder const recorder;
  {
    bench b;
    std::string const name = "a name that is longer than what fits into a string by itself";
    guard const guarded{name, b.steady, breaker{.failure_threshold = 3}, b.around};
    guarded.on_event(recorder);
    scripted<outcome> lookup;
    lookup.fails(busy(), 3);
    guarded.with({.correlation_id = std::string{"call 17"}})(lookup);
  }

  auto const failed = recorder.of(event_kind::call_failed);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].operation, "a name that is longer than what fits into a string by itself");
  EXPECT_EQ(failed[0].correlation_id, "call 17");
  EXPECT_EQ(failed[0].stopped, stop_reason::attempts_spent);
  EXPECT_EQ(failed[0].seen, busy());
  EXPECT_EQ(failed[0].told.value().attempts, 3);
  auto const changed = recorder.of(event_kind::breaker_changed);
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].changed.value().to, breaker_state::open);
  EXPECT_EQ(recorder.all().size(), 4U);  // two pauses were told as well
}

TEST(EventRecorder, CanBeginAnew) {
  event_recorder const recorder;
  recorder({.kind = event_kind::call_refused});

  recorder.clear();

  EXPECT_TRUE(recorder.all().empty());
}

// ----- An attempt without a guard

TEST(LoneAttempt, IsWhatItWasMadeOf) {
  manual_time time;
  std::stop_source stop;
  std::stop_token const stop_token = stop.get_token();
  lone_attempt const made{{.number = 3,
                           .deadline = time.now() + 1s,
                           .stop = stop.get_token(),
                           .correlation_id = "call 17"}};
  attempt const& seen = made;

  EXPECT_EQ(seen.number(), 3);
  EXPECT_EQ(seen.deadline(), time.now() + 1s);
  EXPECT_FALSE(seen.stop().stop_requested());
  EXPECT_EQ(seen.correlation_id(), "call 17");
  stop.request_stop();
  EXPECT_TRUE(seen.stop().stop_requested());
}

TEST(LoneAttempt, HasNoLimitsByItself) {
  lone_attempt const made;
  attempt const& seen = made;

  EXPECT_EQ(seen.number(), 1);
  EXPECT_EQ(seen.deadline(), never_reached);
  EXPECT_FALSE(seen.stop().stop_possible());
  EXPECT_TRUE(seen.correlation_id().empty());
}

// ----- Forced states

TEST(ForcedStates, AnOpenCircuitWaitsAsItIsConfigured) {
  bench b;
  guard const guarded{"orders", breaker{.recovery_timeout = 7s, .recovery_jitter = 0}, b.around};

  open_circuit(guarded);

  EXPECT_EQ(guarded.state(), breaker_state::open);
  EXPECT_EQ(guarded.stats().breaker.open_until, b.time.now() + 7s);
  EXPECT_THROW(guarded([] {}), rejected);
}

TEST(ForcedStates, AWindowIsFilledWithFailuresUntilItOpens) {
  bench b;
  guard const guarded{
      "orders", breaker{.failure_threshold = 0, .failure_rate = 0.9, .min_calls = 50}, b.around};
  for (int i = 0; i < 30; ++i) guarded([] {});

  open_circuit(guarded);

  EXPECT_EQ(guarded.state(), breaker_state::open);
}

TEST(ForcedStates, AHalfOpenCircuitTakesOneProbe) {
  bench b;
  guard const guarded{"orders", breaker{}, b.around};

  half_open_circuit(guarded, b.time);

  EXPECT_EQ(guarded.state(), breaker_state::half_open);
  EXPECT_EQ(guarded.stats().breaker.probes_running, 0);
  guarded([&] { EXPECT_THROW(guarded([] {}), rejected); });
  EXPECT_EQ(guarded.state(), breaker_state::closed);
}

TEST(ForcedStates, AnEmptyBudgetRefusesTheNextRetry) {
  bench b;
  guard const guarded{"orders", b.steady, budget{.capacity = 20, .per_second = 1}, b.around};
  story told;
  scripted<outcome> lookup;
  lookup.fails(busy(), 3);

  empty_budget(guarded);
  guarded.with({.story = &told})(lookup);

  EXPECT_EQ(told.stopped, stop_reason::no_budget);
  EXPECT_EQ(lookup.calls(), 1);
  EXPECT_EQ(guarded.state(), breaker_state::closed);
}

TEST(ForcedStates, WhatCanNotBeForcedIsSaid) {
  bench b;
  guard const plain{"orders", b.steady, b.around};
  guard const unlimited{"orders", budget{.capacity = off}, b.around};
  guard const elsewhere{"orders", breaker{}};

  EXPECT_THROW(open_circuit(plain), std::logic_error);
  EXPECT_THROW(empty_budget(unlimited), std::logic_error);
  EXPECT_THROW(half_open_circuit(elsewhere, b.time), std::logic_error);
}

}  // namespace
}  // namespace holdfast
