#include "holdfast/core/latency_quantile.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

static_assert(sizeof(latency_quantile) <= 736, "each hedged operation has one");

double error_of(duration answered, duration right) {
  return std::abs(static_cast<double>((answered - right).count())) /
         static_cast<double>(right.count());
}

TEST(LatencyQuantile, NothingKnownIsZero) { EXPECT_EQ(latency_quantile{0.9}.value(), 0s); }

TEST(LatencyQuantile, ALoneLatencyIsEveryQuantileWithinFivePercent) {
  for (duration each = 1us; each < 1h; each = each * 103 / 100 + 1ns) {
    for (double const quantile : {0.0, 0.5, 1.0}) {
      latency_quantile known{quantile};
      known.record(each);
      ASSERT_LE(error_of(known.value(), each), 0.05) << each.count();
    }
  }
}

TEST(LatencyQuantile, OfAHundredTheNinetiethIsFound) {
  latency_quantile known{0.9};

  for (int i = 100; i > 0; --i) known.record(i * 1ms);

  EXPECT_LE(error_of(known.value(), 90ms), 0.05);
}

TEST(LatencyQuantile, WhatLiesBeyondItsEndsIsCountedAtThem) {
  latency_quantile known{0.5};
  known.record(-1s);
  EXPECT_LT(known.value(), 1us);

  for (int i = 0; i < 3; ++i) known.record(duration::max());
  EXPECT_GT(known.value(), 1h);
}

TEST(LatencyQuantile, OldLatenciesFade) {
  latency_quantile known{0.5};
  for (int i = 0; i < 100'000; ++i) known.record(1s);

  for (int i = 0; i < 4096; ++i) known.record(1ms);

  EXPECT_LE(error_of(known.value(), 1ms), 0.05);
  EXPECT_LE(known.samples(), latency_quantile::most);
}

TEST(LatencyQuantile, ALongTailOfLoneLatenciesSurvivesEveryHalving) {
  latency_quantile known{0.97};

  // One in twenty is slow, and no two of those alike.
  for (int i = 0; i < 200'000; ++i) known.record(i % 20 == 0 ? 1s + (i % 997) * 1ms : 10ms);

  EXPECT_GT(known.value(), 1s);
}

TEST(LatencyQuantile, AnotherQuantileOfTheSameLatenciesIsAimedAt) {
  latency_quantile known{0.1};
  for (int i = 1; i <= 100; ++i) known.record(i * 1ms);

  known.aim(0.75);

  EXPECT_LE(error_of(known.value(), 75ms), 0.05);
}

TEST(LatencyQuantile, ClearedItKnowsNothing) {
  latency_quantile known{0.5};
  known.record(1s);

  known.clear();

  EXPECT_EQ(known.samples(), 0U);
  EXPECT_EQ(known.value(), 0s);
}

RC_GTEST_PROP(LatencyQuantile, ItIsWithinFivePercentOfASortedVector, ()) {
  double const quantile = *rc::gen::element(0.0, 0.01, 0.5, 0.9, 0.99, 1.0);
  latency_quantile known{quantile};
  std::vector<duration> sorted;

  for (int const scale : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 7))) {
    duration const latency = 1us * static_cast<int>(std::pow(10, scale)) * *rc::gen::inRange(1, 10);
    known.record(latency);
    sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), latency), latency);
    auto const rank = static_cast<std::size_t>(quantile * static_cast<double>(sorted.size() - 1));
    RC_ASSERT(error_of(known.value(), sorted[rank]) <= 0.05);
    RC_ASSERT(known.samples() == sorted.size());
  }
}

// Some thousands of latencies, halved several times: the rank is then that of weighted ones, newer
// ones weighing more, and half a latency off for each halving.
RC_GTEST_PROP(LatencyQuantile, HalvedItIsThatOfAVectorWithHalvedWeights, (std::uint32_t seed)) {
  double const quantile = *rc::gen::element(0.1, 0.5, 0.9, 0.99);
  latency_quantile known{quantile};
  std::vector<std::pair<duration, double>> weighted;
  double total = 0;
  std::uint64_t state = seed | 1U;

  for (int i = 0; i < 12'000; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    duration const latency = 1us * static_cast<int>(1 + (state >> 33) % (1U << (4 + i % 20)));
    if (known.samples() == latency_quantile::most) {
      for (auto& each : weighted) each.second /= 2;
      total /= 2;
    }
    known.record(latency);
    weighted.emplace_back(latency, 1);
    total += 1;
  }
  std::sort(weighted.begin(), weighted.end());
  auto const at_rank = [&](double rank) {
    double sum = 0;
    for (auto const& [latency, weight] : weighted) {
      sum += weight;
      if (sum > rank) return latency;
    }
    return weighted.back().first;
  };
  double const rank = quantile * (total - 1);
  RC_ASSERT(known.value() >= at_rank(std::max(0.0, rank - 3)) * 95 / 100);
  RC_ASSERT(known.value() <= at_rank(rank + 3) * 105 / 100);
}

}  // namespace
}  // namespace holdfast::core
