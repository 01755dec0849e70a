#include "drive/guard_bench.hpp"
#include "holdfast/drive/event_recorder.hpp"
#include "holdfast/drive/guard_per_key.hpp"

#include <memory>
#include <stop_token>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

outcome answers() { return 1; }

/// Wants what metrics want: no texts, and no word of calls that an open circuit refuses.
class quiet_sink final : public event_sink {
 public:
  void on_event(event const& what) override { told.emplace_back(what); }
  [[nodiscard]] event_interest interest() const noexcept override {
    return event_interest{}.without_texts().without_certain_refusals();
  }

  std::vector<recorded_event> told;
};

struct measured {
  std::shared_ptr<quiet_sink> sink = std::make_shared<quiet_sink>();
  std::shared_ptr<call_durations> durations = std::make_shared<call_durations>();

  void watch(guard const& one) const { one.measure(sink, durations); }
  [[nodiscard]] std::uint64_t timed() const { return durations->calls().read().values; }
};

TEST(GuardMeasure, EveryCallOfADatabaseIsTimedByTheClock) {
  guard_bench b;
  guard const lookup{"lookup", operation_kind::database, b.around};
  measured const by;
  by.watch(lookup);

  for (int i = 0; i < 10; ++i) {
    static_cast<void>(lookup([&]() -> outcome {
      b.time.advance(30ms);
      return 1;
    }));
  }

  EXPECT_EQ(by.timed(), 10U);
  EXPECT_EQ(by.durations->calls().read().sum, 300ms);
  EXPECT_EQ(lookup.stats().successes, 10U);
}

TEST(GuardMeasure, OfOtherOperationsAboutOneCallIn64IsTimed) {
  guard_bench b;
  guard const lookup{"lookup", b.around};
  measured const by;
  by.watch(lookup);

  for (int i = 0; i < 64'000; ++i) static_cast<void>(lookup(answers));

  EXPECT_GT(by.timed(), 850U);
  EXPECT_LT(by.timed(), 1150U);
  EXPECT_EQ(lookup.stats().successes, 64'000U) << "counted all the same";
}

TEST(GuardMeasure, AGuardWithoutWindowAndBudgetCountsOnceItIsMeasured) {
  guard_bench b;
  guard const lookup{"lookup", nesting::untracked, b.around};
  static_cast<void>(lookup(answers));
  EXPECT_EQ(lookup.stats().successes, std::nullopt);

  measured const by;
  by.watch(lookup);
  for (int i = 0; i < 1000; ++i) static_cast<void>(lookup(answers));

  EXPECT_EQ(lookup.stats().successes, 1000U);
}

TEST(GuardMeasure, WhatSlowCallsAreJudgedByStays) {
  guard_bench b;
  breaker sluggish{.failure_threshold = 0,
                   .window = last_calls(4),
                   .min_calls = 4,
                   .slow_call = 100ms,
                   .slow_call_rate = 0.5};
  guard const lookup{"lookup", sluggish, b.around};
  measured const by;
  by.watch(lookup);

  for (int i = 0; i < 4; ++i) {
    static_cast<void>(lookup([&]() -> outcome {
      b.time.advance(200ms);
      return 1;
    }));
  }

  EXPECT_EQ(by.timed(), 4U);
  EXPECT_EQ(lookup.state(), breaker_state::open);
}

TEST(GuardMeasure, ARetriedSuccessIsToldAndNotAmongTheDurationsOfFirstAttempts) {
  guard_bench b;
  guard const lookup{"lookup", operation_kind::http, b.steady, b.around};
  measured const by;
  by.watch(lookup);
  int calls = 0;

  static_cast<void>(lookup([&]() -> outcome { return ++calls == 1 ? fails() : answers(); }));

  EXPECT_EQ(by.timed(), 0U);
  EXPECT_EQ(lookup.stats().successes, 0U);
  ASSERT_EQ(by.sink->told.size(), 2U);
  EXPECT_EQ(by.sink->told[1].kind, event_kind::call_recovered);
}

TEST(GuardMeasure, ARetriedSuccessThatIsTimedDepositsNothing) {
  guard_bench b;
  guard const lookup{"lookup", operation_kind::http, b.steady,
                     budget{.capacity = 10, .per_second = 0, .per_call = 1}, b.around};
  measured const by;
  by.watch(lookup);
  int calls = 0;

  static_cast<void>(lookup([&]() -> outcome { return ++calls == 1 ? fails() : answers(); }));
  static_cast<void>(lookup([&]() -> outcome { return ++calls == 3 ? fails() : answers(); }));

  EXPECT_EQ(lookup.stats().budget_tokens, 9) << "each call has paid one and brought one";
}

TEST(GuardMeasure, RefusalsOfAnOpenCircuitAreCountedWithoutAWord) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  measured const by;
  by.watch(lookup);
  static_cast<void>(lookup(fails));
  by.sink->told.clear();

  for (int i = 0; i < 1000; ++i) static_cast<void>(lookup(answers));

  EXPECT_EQ(lookup.stats().refusals, 1000U);
  EXPECT_LT(by.sink->told.size(), 10U) << "but for those that ask the clock";
}

TEST(GuardMeasure, OneThatWantsOtherEventsAloneDoesNotWantRefusals) {
  constexpr auto of_changes = event_interest::in({event_kind::breaker_changed});
  constexpr auto of_metrics = event_interest{}.without_texts().without_certain_refusals();
  EXPECT_FALSE((of_changes | of_metrics).wants_certain_refusals());
  EXPECT_TRUE((of_metrics | event_interest{}).wants_certain_refusals());
  EXPECT_TRUE(event_interest::in({event_kind::call_refused}).wants_certain_refusals());
  EXPECT_FALSE(event_interest::none().wants_texts());
}

TEST(GuardMeasure, AFailureOfAGuardThatNeededNoTimeIsTimedByATick) {
  guard_bench b;
  guard const lookup{"lookup", retry{.max_attempts = 1}, b.around};
  measured const by;
  by.watch(lookup);
  static_cast<void>(lookup(answers));  // from here on the time is published

  static_cast<void>(lookup([&]() -> outcome {
    b.time.advance(5s);
    return fails();
  }));

  ASSERT_EQ(by.sink->told.size(), 1U);
  EXPECT_EQ(by.sink->told[0].told->elapsed, 5s);
}

TEST(GuardMeasure, AListenerBesideItIsToldOfEveryRefusal) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  measured const by;
  by.watch(lookup);
  event_recorder const recorder;
  lookup.on_event(recorder);
  static_cast<void>(lookup(fails));

  for (int i = 0; i < 100; ++i) static_cast<void>(lookup(answers));

  EXPECT_EQ(recorder.of(event_kind::call_refused).size(), 100U);
}

TEST(GuardMeasure, AListenerIsToldOnlyWhatItWants) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.nervous, b.around};
  event_recorder const recorder;
  lookup.on_event(recorder, event_interest::in({event_kind::breaker_changed}));

  static_cast<void>(lookup(fails));

  ASSERT_EQ(recorder.all().size(), 1U);
  EXPECT_EQ(recorder.all()[0].kind, event_kind::breaker_changed);
}

TEST(GuardMeasure, TextsAreRedactedForWhoeverWantsThem) {
  guard_bench b;
  guard const lookup{"lookup", b.around};
  measured const by;
  by.watch(lookup);
  event_recorder const recorder;
  lookup.on_event(recorder);
  failure leaking = overloaded();
  leaking.text = "password=hunter2secret";

  static_cast<void>(lookup([&]() -> outcome { return unexpected{leaking}; }));

  EXPECT_EQ(recorder.all()[0].seen->text.view().find("hunter2secret"), std::string_view::npos);
}

TEST(GuardMeasure, ALiveGuardIsMeasuredAcrossAnExchangeOfItsPolicies) {
  guard_bench b;
  guard const lookup{"lookup", operation_kind::database, liveness::live, b.around};
  measured const by;
  by.watch(lookup);
  static_cast<void>(lookup(answers));

  operation_options next = lookup.policies();
  next.retry.max_attempts = 5;
  lookup.reconfigure(next);
  static_cast<void>(lookup(answers));

  EXPECT_EQ(by.timed(), 2U);
  EXPECT_EQ(lookup.stats().successes, 2U);
}

TEST(GuardMeasure, ACallThatEndsInItsPauseSaysThatItsLastFailureWasToldBefore) {
  guard_bench b;
  std::stop_source stop;
  guard const lookup{"lookup", b.steady, b.around};
  event_recorder const recorder;
  bool told_before = false;
  lookup.on_event([&](event const& what) {
    recorder(what);
    if (what.kind == event_kind::attempt_failed) stop.request_stop();
    told_before = told_before || what.told_before;
  });

  std::stop_token const token = stop.get_token();
  static_cast<void>(lookup.with({.stop = token})(fails));

  EXPECT_EQ(recorder.all().size(), 2U);
  EXPECT_TRUE(told_before);
}

TEST(GuardMeasure, ALastAttemptThatFailsIsToldByTheEndOfItsCallAlone) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  std::vector<bool> told_before;
  lookup.on_event([&](event const& what) {
    if (what.kind == event_kind::call_failed) told_before.push_back(what.told_before);
  });

  static_cast<void>(lookup(fails));

  EXPECT_EQ(told_before, std::vector<bool>{false});
}

TEST(GuardMeasure, KeysAreCountedTogetherAlsoThoseThatWereForgotten) {
  guard_bench b;
  guard_per_key const hosts{"http", key_limits{.max_keys = 2}, operation_kind::http, b.around};
  measured const by;
  hosts.measure(by.sink, by.durations);

  for (char const* key : {"a", "b", "c", "d", "e"}) static_cast<void>(hosts(key, answers));

  EXPECT_EQ(hosts.stats().successes, 5U);
  EXPECT_EQ(by.timed(), 5U);
}

}  // namespace
}  // namespace holdfast
