#include "holdfast/core/backoff.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
using pauses = std::vector<duration>;

/// The first `count` pauses of a sequence.
pauses drawn_by(pacing const& by, int count, pause_sequence from = {}) {
  random_bits random{1};
  pauses all;
  for (int i = 0; i < count; ++i) all.push_back(from.next(by, random));
  return all;
}

pacing exponential(duration initial, double factor, duration cap) {
  return {.initial_delay = initial, .backoff_factor = factor, .max_delay = cap};
}

TEST(Backoff, Case58ExponentialCeilingsDouble) {
  EXPECT_EQ(drawn_by(exponential(1s, 2, 100s), 3), (pauses{1s, 2s, 4s}));
}

TEST(Backoff, Case58LinearCeilingsGrowByTheStep) {
  pacing const by{
      .backoff = backoff::linear, .initial_delay = 1s, .delay_step = 1s, .max_delay = 100s};

  EXPECT_EQ(drawn_by(by, 3), (pauses{1s, 2s, 3s}));
}

TEST(Backoff, Case58ConstantCeilingsStay) {
  pacing const by{.backoff = backoff::constant, .initial_delay = 1s, .max_delay = 100s};

  EXPECT_EQ(drawn_by(by, 3), (pauses{1s, 1s, 1s}));
}

TEST(Backoff, Case58AFactorOfOneIsConstant) {
  EXPECT_EQ(drawn_by(exponential(1s, 1, 100s), 3), (pauses{1s, 1s, 1s}));
}

TEST(Backoff, Case63CeilingsStopAtTheCap) {
  EXPECT_EQ(drawn_by(exponential(1s, 2, 40s), 8), (pauses{1s, 2s, 4s, 8s, 16s, 32s, 40s, 40s}));
  EXPECT_EQ(drawn_by(exponential(1s, 2, 1000s), 8), (pauses{1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s}));
  EXPECT_EQ(drawn_by(exponential(1s, 2, 40s), 51).back(), 40s);
}

TEST(Backoff, Case65AListIsFollowedAndItsLastEntryRepeats) {
  pauses const list{1s, 2s, 3s};
  pacing const by{.backoff = backoff::delays, .delays = list, .max_delay = 100s};

  EXPECT_EQ(drawn_by(by, 4), (pauses{1s, 2s, 3s, 3s}));
}

TEST(Backoff, Case66TheCapNeedNotBeAPowerOfTheFactor) {
  EXPECT_EQ(drawn_by(exponential(2s, 2, 30s), 5), (pauses{2s, 4s, 8s, 16s, 30s}));
}

TEST(Backoff, Case67ExponentialAndLinearSequencesEndAtTheirCap) {
  pacing const linear{
      .backoff = backoff::linear, .initial_delay = 9ms, .delay_step = 30ms, .max_delay = 99ms};

  EXPECT_EQ(drawn_by(exponential(2ms, 2, 15ms), 5), (pauses{2ms, 4ms, 8ms, 15ms, 15ms}));
  EXPECT_EQ(drawn_by(linear, 5), (pauses{9ms, 39ms, 69ms, 99ms, 99ms}));
}

TEST(Backoff, Case69TheTwelfthAndThirteenthPauseStandAtTheCap) {
  auto const all = drawn_by(exponential(100ms, 2, 100'000ms), 13);

  EXPECT_EQ(all[9], 51'200ms);
  EXPECT_EQ(all[11], 100'000ms);
  EXPECT_EQ(all[12], 100'000ms);
}

TEST(Backoff, Case59AThousandDoublingsOfADaySaturateAtTheCap) {
  EXPECT_EQ(drawn_by(exponential(24h, 2, 48h), 1001).back(), 48h);
  EXPECT_EQ(drawn_by(exponential(24h, 2, duration::max()), 1001).back(), duration::max());
}

TEST(Backoff, Trap15EveryKindHoldsAtTheLastNumberOfAll) {
  pauses const list{1s, 2s};
  pause_sequence const last{.growth = pause_sequence::most_growth,
                            .previous = duration::max(),
                            .drawn = std::numeric_limits<int>::max()};
  for (backoff const kind :
       {backoff::exponential, backoff::linear, backoff::constant, backoff::delays}) {
    for (jitter const drawn :
         {jitter::none, jitter::proportional, jitter::full, jitter::equal, jitter::decorrelated}) {
      pacing const by{.backoff = kind,
                      .initial_delay = 168h,
                      .backoff_factor = 1000,
                      .delay_step = 168h,
                      .delays = list,
                      .max_delay = duration::max(),
                      .jitter = drawn,
                      .jitter_factor = 1};
      for (duration const each : drawn_by(by, 3, last)) {
        EXPECT_GE(each, 0s) << enum_name(kind) << " " << enum_name(drawn);
      }
    }
  }
}

TEST(Backoff, AnInitialDelayAboveTheCapIsHeldAtTheCap) {
  EXPECT_EQ(drawn_by(exponential(10s, 2, 4s), 2), (pauses{4s, 4s}));
}

TEST(Backoff, FactorsWithDecimalsGiveRoundNumbers) {
  EXPECT_EQ(drawn_by(exponential(100ms, 1.1, 10s), 4), (pauses{100ms, 110ms, 121ms, 133'100us}));
  EXPECT_EQ(drawn_by(exponential(100ms, 1.15, 10s), 3), (pauses{100ms, 115ms, 132'250us}));
}

TEST(Backoff, ASequenceThatWasRestartedBeginsAgain) {
  pause_sequence sequence;
  random_bits random{1};
  auto const by = exponential(1s, 2, 100s);

  static_cast<void>(sequence.next(by, random));
  static_cast<void>(sequence.next(by, random));
  sequence.restart();

  EXPECT_EQ(sequence.next(by, random), 1s);
}

TEST(Backoff, Trap18ADecorrelatedPauseIsNeverBelowTheInitialDelay) {
  pacing const by{.initial_delay = 1s, .max_delay = 60s, .jitter = jitter::decorrelated};
  random_bits random{18};
  pause_sequence sequence;

  for (int i = 0; i < 1000; ++i) {
    duration const before = sequence.previous;
    duration const next = sequence.next(by, random);
    EXPECT_GE(next, 1s);
    EXPECT_LE(next, std::min<duration>(60s, 3 * std::max<duration>(before, 1s)));
  }
}

TEST(Backoff, NumbersThatNoTableAllowsDoNoHarm) {
  constexpr double no_number = std::numeric_limits<double>::quiet_NaN();
  pacing const wrong{.initial_delay = -1s,
                     .backoff_factor = no_number,
                     .delay_step = -1s,
                     .max_delay = -5s,
                     .jitter = jitter::proportional,
                     .jitter_factor = no_number};

  EXPECT_EQ(drawn_by(wrong, 3), (pauses{0s, 0s, 0s}));
}

/// Any duration that the type can hold, of every size.
rc::Gen<duration> any_duration() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange(0, 64)),
      [](std::pair<std::uint64_t, int> const& drawn) {
        return duration{static_cast<std::int64_t>(drawn.first << static_cast<unsigned>(1) >>
                                                  static_cast<unsigned>(drawn.second))};
      });
}

rc::Gen<double> any_number() {
  return rc::gen::oneOf(rc::gen::arbitrary<double>(),
                        rc::gen::map(rc::gen::inRange(0, 100), [](int n) { return n / 10.0; }),
                        rc::gen::element(std::numeric_limits<double>::quiet_NaN(),
                                         std::numeric_limits<double>::infinity(),
                                         -std::numeric_limits<double>::infinity(), 1e308, 5e-324));
}

RC_GTEST_PROP(Backoff, NoPauseIsNegativeOrPassesTheCapWhateverTheNumbers, (std::uint64_t seed)) {
  auto const list = *rc::gen::container<pauses>(any_duration());
  pacing const by{.backoff = *rc::gen::element(backoff::exponential, backoff::linear,
                                               backoff::constant, backoff::delays),
                  .initial_delay = *any_duration(),
                  .backoff_factor = *any_number(),
                  .delay_step = *any_duration(),
                  .delays = list,
                  .max_delay = *any_duration(),
                  .jitter = *rc::gen::element(jitter::none, jitter::proportional, jitter::full,
                                              jitter::equal, jitter::decorrelated),
                  .jitter_factor = *any_number()};
  pause_sequence sequence{.growth = *rc::gen::element(1.0, 2.0, 1e9, pause_sequence::most_growth),
                          .drawn = *rc::gen::element(0, 1, 1000, std::numeric_limits<int>::max())};
  random_bits random{seed};

  for (int i = 0; i < 100; ++i) {
    auto const pause = sequence.next(by, random);
    RC_ASSERT(pause >= duration::zero());
    RC_ASSERT(pause <= std::max(by.max_delay, duration::zero()));
  }
}

RC_GTEST_PROP(Backoff, CeilingsNeverFallAndNeverPassTheCap, ()) {
  auto const weeks = rc::gen::inRange<std::int64_t>(1, 604'800'000'000'000);
  pacing const by{
      .backoff = *rc::gen::element(backoff::exponential, backoff::linear, backoff::constant),
      .initial_delay = duration{*weeks},
      .backoff_factor = 1.0 + *rc::gen::inRange(0, 999'000) / 1000.0,
      .delay_step = duration{*weeks},
      .max_delay = duration{*weeks}};
  pause_sequence sequence;
  random_bits random{1};

  duration before{};
  for (int i = 0; i < 200; ++i) {
    auto const next = sequence.next(by, random);
    RC_ASSERT(next >= before);
    RC_ASSERT(next <= by.max_delay);
    before = next;
  }
}

}  // namespace
}  // namespace holdfast::core
