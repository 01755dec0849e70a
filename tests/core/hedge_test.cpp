#include "holdfast/core/hedge_fields.hpp"
#include "holdfast/core/hedge_machine.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
using enum hedge_failure;

constexpr instant start{1h};

static_assert(sizeof(hedge_machine) <= 40, "it lies in the frame of each hedged call");

hedge_step step(hedge_step answered) { return answered; }

hedge_machine race_of(int max_hedges) { return {{.max_hedges = max_hedges}, 100ms}; }

TEST(HedgeMachine, TheSecondStartsWhenTheDelayHasPassed) {
  hedge_machine race = race_of(1);

  EXPECT_EQ(race.started(start), step(wait{start + 100ms}));
  EXPECT_EQ(race.at(start + 100ms - 1ns), step(wait{start + 100ms}));
  EXPECT_EQ(race.at(start + 100ms), step(call_now{}));
}

TEST(HedgeMachine, AfterTheLastOneItWaitsForWhatRuns) {
  hedge_machine race = race_of(1);
  race.started(start);

  EXPECT_EQ(race.started(start + 100ms), step(wait{never_reached}));
  EXPECT_EQ(race.at(start + 24h), step(wait{never_reached}));
}

TEST(HedgeMachine, TheDelayCountsFromTheLastStart) {
  hedge_machine race = race_of(2);
  race.started(start);

  EXPECT_EQ(race.started(start + 130ms), step(wait{start + 230ms}));
}

TEST(HedgeMachine, TheFirstSuccessEndsTheRace) {
  hedge_machine race = race_of(2);
  race.started(start);
  race.started(start + 100ms);

  EXPECT_EQ(race.succeeded(1), step(race_over{1}));
  EXPECT_TRUE(race.is_over());
}

TEST(HedgeMachine, Trap31ARetryableFailureStartsTheNextAtOnce) {
  hedge_machine race = race_of(2);
  race.started(start);

  EXPECT_EQ(race.failed(0, retryable, start + 20ms), step(call_now{}));
  EXPECT_EQ(race.started(start + 20ms), step(wait{start + 120ms}));
}

TEST(HedgeMachine, Trap31ARetryableFailureEndsNoRaceThatStillRuns) {
  hedge_machine race = race_of(1);
  race.started(start);
  race.started(start + 100ms);

  EXPECT_EQ(race.failed(1, retryable, start + 150ms), step(wait{never_reached}));
  EXPECT_EQ(race.succeeded(0), step(race_over{0}));
}

TEST(HedgeMachine, Trap31AFatalFailureEndsTheRace) {
  hedge_machine race = race_of(2);
  race.started(start);
  race.started(start + 100ms);

  EXPECT_EQ(race.failed(0, fatal, start + 150ms), step(race_over{0}));
}

TEST(HedgeMachine, WhereAllHaveFailedTheLastFailureIsTheOutcome) {
  hedge_machine race = race_of(1);
  race.started(start);
  race.started(start + 100ms);
  race.failed(1, retryable, start + 150ms);

  EXPECT_EQ(race.failed(0, retryable, start + 160ms), step(race_over{0}));
}

TEST(HedgeMachine, Case83AHedgeThatTheBudgetRefusesLeavesTheFirstAttemptAlone) {
  hedge_machine race = race_of(1);
  race.started(start);
  ASSERT_EQ(race.at(start + 100ms), step(call_now{}));

  EXPECT_EQ(race.refused(start + 100ms), step(wait{never_reached}));
  EXPECT_EQ(race.succeeded(0), step(race_over{0}));
}

TEST(HedgeMachine, Trap31ARefusalSuppressesThatHedgeAlone) {
  hedge_machine race = race_of(2);
  race.started(start);

  EXPECT_EQ(race.refused(start + 100ms), step(wait{start + 200ms}));
  EXPECT_EQ(race.at(start + 200ms), step(call_now{}));
}

TEST(HedgeMachine, ARefusalWithNothingRunningEndsTheRaceWithItsLastFailure) {
  hedge_machine race = race_of(5);
  race.started(start);
  ASSERT_EQ(race.failed(0, retryable, start + 20ms), step(call_now{}));

  EXPECT_EQ(race.refused(start + 20ms), step(race_over{0}));
}

TEST(HedgeMachine, WhoIsAskedToHoldOffSendsTheNextNoEarlier) {
  hedge_machine race = race_of(3);
  race.started(start);
  race.started(start + 100ms);

  EXPECT_EQ(race.failed(0, retryable, start + 150ms, 2s), step(wait{start + 2150ms}));
  EXPECT_EQ(race.failed(1, retryable, start + 160ms, 2s), step(race_over{1}));
}

TEST(HedgeMachine, WhoIsAskedForNoMoreSendsNoMore) {
  hedge_machine race = race_of(3);
  race.started(start);
  race.started(start + 100ms);

  EXPECT_EQ(race.failed(0, retryable, start + 150ms, off), step(wait{never_reached}));
}

TEST(HedgeMachine, SwitchedOffItIsOneAttemptAndItsOutcome) {
  hedge_machine race = race_of(0);

  EXPECT_EQ(race.started(start), step(wait{never_reached}));
  EXPECT_EQ(race.failed(0, retryable, start + 1s), step(race_over{0}));
}

TEST(HedgeMachine, WithoutADelayAllStartAtOnce) {
  hedge_machine race{{.max_hedges = 2}, 0s};

  EXPECT_EQ(race.started(start), step(call_now{}));
  EXPECT_EQ(race.started(start), step(call_now{}));
  EXPECT_EQ(race.started(start), step(wait{never_reached}));
}

TEST(HedgeMachine, AnEndedRaceStaysAsItEnded) {
  hedge_machine race = race_of(2);
  race.started(start);
  race.started(start + 100ms);
  race.succeeded(0);

  EXPECT_EQ(race.failed(1, fatal, start + 1s), step(race_over{0}));
  EXPECT_EQ(race.succeeded(1), step(race_over{0}));
  EXPECT_EQ(race.refused(start + 1s), step(race_over{0}));
  EXPECT_EQ(race.at(start + 24h), step(race_over{0}));
}

TEST(HedgeMachine, ADelayBeyondTheClockIsNoOverflow) {
  hedge_machine race{{.max_hedges = 1}, off};

  EXPECT_EQ(race.started(start), step(wait{never_reached}));
}

TEST(HedgeDelay, TheGivenDelayHoldsUntilEnoughIsKnown) {
  hedge const options{.delay = 70ms, .quantile = 0.9, .min_samples = 3};
  latency_quantile known{options.quantile};

  for (int i = 0; i < 2; ++i) known.record(10ms);
  EXPECT_EQ(hedge_delay(options, known), 70ms);
  known.record(10ms);
  EXPECT_LT(hedge_delay(options, known), 11ms);
}

TEST(HedgeDelay, NoLearnedDelayIsShorterThanTheLeast) {
  hedge const options{.quantile = 0.5, .min_samples = 1, .min_delay = 5ms};
  latency_quantile known{options.quantile};
  known.record(3us);

  EXPECT_EQ(hedge_delay(options, known), 5ms);
}

TEST(HedgeDelay, WithoutAQuantileNothingIsLearned) {
  latency_quantile known{0.5};
  for (int i = 0; i < 500; ++i) known.record(1ms);

  EXPECT_EQ(hedge_delay({.delay = 70ms}, known), 70ms);
}

TEST(HedgeFields, WhatIsOutOfRangeIsRefused) {
  EXPECT_TRUE(check_fields(hedge{}).empty());
  EXPECT_TRUE(check_fields(hedge{.quantile = 0.95, .max_hedges = 0}).empty());
  EXPECT_EQ(check_fields(hedge{.quantile = 1}).size(), 1U);
  EXPECT_EQ(check_fields(hedge{.quantile = 0}).size(), 1U);
  EXPECT_EQ(check_fields(hedge{.max_hedges = 11}).size(), 1U);
  EXPECT_EQ(check_fields(hedge{.delay = -1ms}).size(), 1U);
}

/// What becomes of one attempt, told before it starts.
struct fate {
  bool refused = false;
  duration takes{};
  int ends = 0;  // 0 succeeds, 1 fails for good, else retryably
};

struct runner {
  instant began;
  instant ends;
  int how;
};

struct played_race {
  std::vector<runner> all;
  std::size_t winner = 0;
  instant over{};
};

hedge_step end_of(hedge_machine& race, runner const& who, int number) {
  if (who.how == 0) return race.succeeded(number);
  return race.failed(number, who.how == 1 ? fatal : retryable, who.ends);
}

/// A driver in a few lines: obeys, or takes the earliest of what may come next.
played_race play(hedge_machine race, std::vector<fate> const& fates) {
  played_race seen{{}, 0, start};
  std::vector<instant> left;
  auto next_fate = fates.begin();
  hedge_step next = call_now{};
  while (!std::holds_alternative<race_over>(next)) {
    if (std::holds_alternative<call_now>(next)) {
      fate const it = *next_fate++;
      if (it.refused) {
        next = race.refused(seen.over);
        continue;
      }
      seen.all.push_back({seen.over, seen.over + it.takes, it.ends});
      left.push_back(seen.all.back().ends);
      next = race.started(seen.over);
      continue;
    }
    auto const first = std::min_element(left.begin(), left.end());
    seen.over = std::min(std::get<wait>(next).until, *first);
    if (seen.over < *first) {
      next = race.at(seen.over);
      continue;
    }
    auto const number = static_cast<std::size_t>(first - left.begin());
    *first = never_reached;
    next = end_of(race, seen.all[number], static_cast<int>(number));
  }
  seen.winner = static_cast<std::size_t>(std::get<race_over>(next).attempt);
  return seen;
}

RC_GTEST_PROP(HedgeMachine, EveryRaceEndsWithTheFirstOutcomeThatMayEndIt, ()) {
  int const hedges = *rc::gen::inRange(0, 4);
  std::vector<fate> fates;
  for (int i = 0; i <= hedges; ++i) {
    fates.push_back({i > 0 && *rc::gen::inRange(0, 4) == 0,
                     *rc::gen::element<duration>(1ms, 30ms, 101ms, 260ms, 3s),
                     *rc::gen::inRange(0, 5)});
  }

  auto const seen = play(race_of(hedges), fates);

  runner const& winner = seen.all.at(seen.winner);
  for (std::size_t i = 0; i < seen.all.size(); ++i) {
    runner const& each = seen.all[i];
    // Nothing else that ends a race came earlier; and if nothing ends it, all have failed.
    if (each.how < 2) RC_ASSERT(each.ends >= winner.ends && winner.how < 2);
    if (winner.how >= 2) RC_ASSERT(each.how >= 2 && each.ends <= seen.over);
    // Each started a delay after the last one, or when one failed.
    auto const failed_then = [&](runner const& other) {
      return other.how >= 2 && other.ends == each.began;
    };
    bool const by_failure = std::any_of(seen.all.begin(), seen.all.end(), failed_then);
    if (i > 0 && !by_failure) RC_ASSERT(each.began >= seen.all[i - 1].began + 100ms);
  }
}

}  // namespace
}  // namespace holdfast::core
