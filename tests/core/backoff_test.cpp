#include "holdfast/core/backoff.hpp"

#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

std::vector<duration> ceilings(backoff_ceilings sequence, int count) {
  std::vector<duration> all;
  for (int i = 0; i < count; ++i) all.push_back(sequence.next());
  return all;
}

TEST(Backoff, Case58ExponentialCeilingsDouble) {
  EXPECT_EQ(ceilings({1s, 2, 100s}, 3), (std::vector<duration>{1s, 2s, 4s}));
}

TEST(Backoff, Case58AFactorOfOneIsConstant) {
  EXPECT_EQ(ceilings({1s, 1, 100s}, 3), (std::vector<duration>{1s, 1s, 1s}));
}

TEST(Backoff, Case63CeilingsStopAtTheCap) {
  EXPECT_EQ(ceilings({1s, 2, 40s}, 8), (std::vector<duration>{1s, 2s, 4s, 8s, 16s, 32s, 40s, 40s}));
}

TEST(Backoff, Case66TheCapNeedNotBeAPowerOfTheFactor) {
  EXPECT_EQ(ceilings({2s, 2, 30s}, 5), (std::vector<duration>{2s, 4s, 8s, 16s, 30s}));
}

TEST(Backoff, Case59AThousandDoublingsOfADaySaturateAtTheCap) {
  backoff_ceilings sequence{24h, 2, 48h};

  for (int i = 0; i < 1000; ++i) static_cast<void>(sequence.next());

  EXPECT_EQ(sequence.next(), 48h);
}

TEST(Backoff, AnInitialDelayAboveTheCapIsHeldAtTheCap) {
  EXPECT_EQ(ceilings({10s, 2, 4s}, 2), (std::vector<duration>{4s, 4s}));
}

TEST(Backoff, Case70ProportionalJitterSpreadsToBothSides) {
  EXPECT_EQ(spread(1s, 0.25, 1h, 0.0), 750ms);
  EXPECT_EQ(spread(1s, 0.25, 1h, 0.4), 950ms);
  EXPECT_EQ(spread(1s, 0.25, 1h, 0.6), 1050ms);
  EXPECT_EQ(spread(1s, 0.25, 1h, 1.0), 1250ms);
  EXPECT_EQ(spread(3s, 0.25, 1h, 0.5), 3s);
}

TEST(Backoff, Case75DrawsStillDifferAtTheCap) {
  for (jitter const kind : {jitter::proportional, jitter::full, jitter::equal}) {
    random_bits random{7};
    std::set<duration> drawn;
    for (int i = 0; i < 1000; ++i) drawn.insert(draw_pause(10s, kind, 0.5, 10s, random));
    EXPECT_GT(drawn.size(), 900U) << enum_name(kind);
  }
}

TEST(Backoff, WithoutJitterThePauseIsTheCeiling) {
  random_bits random{7};

  EXPECT_EQ(draw_pause(3s, jitter::none, 0.5, 10s, random), 3s);
}

RC_GTEST_PROP(Backoff, EveryDrawLiesWithinItsJitterAndTheCap, (std::uint64_t seed)) {
  auto const cap = duration{*rc::gen::inRange<std::int64_t>(1, 604'800'000'000'000)};
  auto const d = duration{*rc::gen::inRange<std::int64_t>(0, cap.count() + 1)};
  auto const factor = *rc::gen::inRange(0, 1001) / 1000.0;
  random_bits random{seed};

  auto const proportional = draw_pause(d, jitter::proportional, factor, cap, random);
  auto const full = draw_pause(d, jitter::full, factor, cap, random);
  auto const equal = draw_pause(d, jitter::equal, factor, cap, random);

  RC_ASSERT(proportional >= duration::zero());
  RC_ASSERT(proportional <= cap);
  RC_ASSERT(full >= duration::zero());
  RC_ASSERT(full <= d);
  RC_ASSERT(equal >= d / 2);
  RC_ASSERT(equal <= d);
}

RC_GTEST_PROP(Backoff, CeilingsNeverFallAndNeverPassTheCap, ()) {
  auto const cap = duration{*rc::gen::inRange<std::int64_t>(1, 604'800'000'000'000)};
  auto const initial = duration{*rc::gen::inRange<std::int64_t>(1, 604'800'000'000'000)};
  auto const factor = 1.0 + *rc::gen::inRange(0, 999'000) / 1000.0;
  backoff_ceilings sequence{initial, factor, cap};

  duration before{};
  for (int i = 0; i < 200; ++i) {
    auto const next = sequence.next();
    RC_ASSERT(next >= before);
    RC_ASSERT(next <= cap);
    before = next;
  }
}

}  // namespace
}  // namespace holdfast::core
