// Both windows against models that keep every call.
#include "holdfast/core/call_window.hpp"

#include <deque>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant start{};

struct seen_call {
  bool failed;
  bool slow;
  std::int64_t bucket = 0;
};

window_totals counted(std::deque<seen_call> const& calls) {
  window_totals sum;
  for (auto const& each : calls) {
    sum += {.calls = 1, .failures = each.failed ? 1U : 0U, .slow = each.slow ? 1U : 0U};
  }
  return sum;
}

TEST(CountWindow, TheOldestCallLeavesWhenANewOneComes) {
  count_window window{3};

  window.add(true, false);
  window.add(false, true);
  window.add(true, true);
  EXPECT_EQ(window.totals(), (window_totals{3, 2, 2}));
  window.add(false, false);
  EXPECT_EQ(window.totals(), (window_totals{3, 1, 2}));
}

TEST(CountWindow, MoreSuccessesThanItHoldsLeaveNothingElse) {
  count_window window{70};
  for (int i = 0; i < 100; ++i) window.add(true, true);

  window.credit(~std::uint64_t{0});

  EXPECT_EQ(window.totals(), (window_totals{70, 0, 0}));
}

RC_GTEST_PROP(CountWindow, EqualsAListOfTheLastCalls, ()) {
  auto const size = *rc::gen::element(1, 2, 63, 64, 65, 100, 128, 200);
  auto const steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40));
  count_window window{size};
  std::deque<seen_call> calls;

  for (int const step : steps) {
    if (step < 30) {
      bool const failed = step % 2 == 0;
      bool const slow = step % 3 == 0;
      window.add(failed, slow);
      calls.push_back({failed, slow});
    } else {
      auto const successes = *rc::gen::inRange(0, 2 * size + 2);
      window.credit(static_cast<std::uint64_t>(successes));
      for (int i = 0; i < successes; ++i) calls.push_back({false, false});
    }
    while (calls.size() > static_cast<std::size_t>(size)) calls.pop_front();
    RC_ASSERT(window.totals() == counted(calls));
    if (step == 39) {
      count_window other{size};
      other.restore(window.snapshot());
      window = std::move(other);
    }
  }
}

RC_GTEST_PROP(CountWindow, AShorterOneTakesOverTheNewestCalls, ()) {
  auto const before = *rc::gen::inRange(1, 150);
  auto const after = *rc::gen::inRange(1, 150);
  auto const failures = *rc::gen::container<std::vector<bool>>(rc::gen::arbitrary<bool>());
  count_window window{before};
  std::deque<seen_call> calls;
  for (bool const failed : failures) {
    window.add(failed, false);
    calls.push_back({failed, false});
  }
  auto const kept = static_cast<std::size_t>(std::min(before, after));

  count_window other{after};
  other.restore(window.snapshot());

  while (calls.size() > kept) calls.pop_front();
  RC_ASSERT(other.totals() == counted(calls));
}

TEST(TimeWindow, Case23ASpanThatItsBucketsDoNotDivideIsRoundedUp) {
  time_window const window{103ns, 5};

  EXPECT_EQ(window.bucket_width(), 21ns);
}

TEST(TimeWindow, Trap12AYearOfSilenceCostsNoMoreThanItsBuckets) {
  time_window window{1us, 1000};
  window.add({.calls = 5, .failures = 2}, start);

  window.advance(start + 24h * 365);
  EXPECT_EQ(window.totals(), window_totals{});
  window.advance(instant::max());
  window.add({.calls = 1}, instant::max());
  EXPECT_EQ(window.totals().calls, 1U);
}

TEST(TimeWindow, TheClocksWholeRangeIsAccepted) {
  time_window window{1ns, 1};

  window.add({.calls = 1}, instant::min());
  EXPECT_EQ(window.totals().calls, 1U);
  window.add({.calls = 1, .slow = 1}, instant::max());
  EXPECT_EQ(window.totals(), (window_totals{1, 0, 1}));
  window.add({.calls = 1}, instant::min());
  EXPECT_EQ(window.totals(), (window_totals{1, 0, 1}));
}

TEST(TimeWindow, CreditsForAnOlderBucketLeaveWithIt) {
  time_window window{10s, 10};
  window.add({.calls = 1}, start + 1min + 9s);

  window.add({.calls = 7}, start + 1min + 2s);

  EXPECT_EQ(window.totals().calls, 8U);
  EXPECT_EQ(window.totals_at(start + 1min + 11s).calls, 8U);
  EXPECT_EQ(window.totals_at(start + 1min + 12s).calls, 1U);
  window.add({.calls = 7}, start + 59s);
  EXPECT_EQ(window.totals().calls, 8U);
}

RC_GTEST_PROP(TimeWindow, EqualsAListOfAllCalls, ()) {
  auto const size = *rc::gen::inRange(1, 12);
  auto const width = *rc::gen::inRange<std::int64_t>(1, 2000);
  auto const steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20));
  time_window window{duration{width * size}, size};
  std::deque<seen_call> calls;
  std::int64_t now = 1'000'000;
  std::int64_t newest = now / width;

  window.advance(start + duration{now});
  for (int const step : steps) {
    if (step < 4) now += *rc::gen::inRange<std::int64_t>(0, width * size * 2);
    std::int64_t const at = step < 8 ? now : now - *rc::gen::inRange<std::int64_t>(0, width * size);
    newest = std::max(newest, at / width);
    if (at / width > newest - size) calls.push_back({step % 2 == 0, step % 3 == 0, at / width});
    window.add({.calls = 1, .failures = step % 2 == 0 ? 1U : 0U, .slow = step % 3 == 0 ? 1U : 0U},
               start + duration{at});
    std::erase_if(calls, [&](auto const& each) { return each.bucket <= newest - size; });
    RC_ASSERT(window.totals() == counted(calls));
    if (step == 19) {
      time_window other{duration{width * size}, size};
      other.restore(window.snapshot(), start + duration{now});
      window = std::move(other);
    }
  }
  std::int64_t const later_bucket = newest + *rc::gen::inRange(0, 15);
  std::erase_if(calls, [&](auto const& each) { return each.bucket <= later_bucket - size; });
  RC_ASSERT(window.totals_at(start + duration{later_bucket * width}) == counted(calls));
}

TEST(TimeWindow, OtherBucketsTakeTheCallsOverByTheirTime) {
  time_window coarse{10s, 5};
  for (int second = 0; second < 10; ++second) coarse.add({.calls = 1}, start + second * 1s);

  time_window shorter{4s, 4};
  shorter.restore(coarse.snapshot(), start + 9s);

  EXPECT_EQ(shorter.bucket_width(), 1s);
  EXPECT_EQ(shorter.totals().calls, 4U);
}

TEST(TimeWindow, Trap14WhatTheFutureHasCountedLeavesAsIfCountedNow) {
  time_window ahead{10s, 10};
  ahead.add({.calls = 3}, start + 24h * 365);
  ahead.add({.calls = 4}, start + 24h * 365 - 5s);

  time_window window{10s, 10};
  window.restore(ahead.snapshot(), start + 1min);

  EXPECT_EQ(window.totals_at(start + 1min + 4s).calls, 7U);
  EXPECT_EQ(window.totals_at(start + 1min + 5s).calls, 3U);
  EXPECT_EQ(window.totals_at(start + 1min + 10s).calls, 0U);
}

TEST(TimeWindow, ADamagedSnapshotLeavesItEmpty) {
  time_window window{10s, 5};

  window.restore({.kind = window_kind::time, .buckets = {{1, 1, 1}}, .bucket_width = 0ns}, start);

  EXPECT_EQ(window.totals(), window_totals{});
}

}  // namespace
}  // namespace holdfast::core
