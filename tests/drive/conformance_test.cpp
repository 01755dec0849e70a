// Numbers of the conformance list that only a whole guard shows; docs/conformance.md has them all.
#include "holdfast/classify/errno.hpp"
#include "holdfast/testing.hpp"

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

using outcome = expected<int, failure>;

failure busy() { return {.category = category::transient, .advice = advice::after_backoff}; }

struct bench {
  manual_time time;
  surroundings around{.time = &time, .seed = 1};
  retry steady{.max_attempts = 3, .jitter = jitter::none};
};

TEST(Conformance, Trap18CallsOfOneGuardKeepSequencesOfTheirOwn) {
  bench b;
  // Each pause is drawn from what came before it in its call, so it can grow to three times that.
  guard const guarded{"orders",
                      retry{.max_attempts = 4,
                            .initial_delay = 100ms,
                            .max_delay = 10s,
                            .jitter = jitter::decorrelated},
                      budget{.capacity = off}, b.around};
  scripted<outcome> lookup;
  for (int i = 0; i < 50; ++i) lookup.fails(busy(), 4);

  for (int i = 0; i < 50; ++i) guarded(lookup);

  auto const slept = b.time.slept();
  ASSERT_EQ(slept.size(), 150U);
  duration longest_first{};
  duration longest_third{};
  for (std::size_t i = 0; i < slept.size(); i += 3) {
    longest_first = std::max(longest_first, slept[i]);
    longest_third = std::max(longest_third, slept[i + 2]);
  }
  EXPECT_LE(longest_first, 300ms) << "no call goes on where another one had come to";
  EXPECT_GT(longest_third, 300ms);
}

TEST(Conformance, Trap22ASleepThatEndsLateStartsNoAttemptPastTheDeadline) {
  bench b;
  b.time.oversleep(2s);
  guard const guarded{"orders", b.steady, total_timeout{.limit = 1s}, b.around};
  story told;
  scripted<outcome> lookup;
  lookup.fails(busy(), 3);

  guarded.with({.story = &told})(lookup);

  EXPECT_EQ(lookup.calls(), 1);
  EXPECT_EQ(told.stopped, stop_reason::time_spent);
}

TEST(Conformance, Trap24TheCallerSeesItsLastFailureAndTheStoryTheReason) {
  bench b;
  guard const guarded{"orders", b.steady, budget{.capacity = 1, .per_second = 0, .per_call = 0},
                      b.around};
  story told;
  failure last = busy();
  last.text = "the second";
  scripted<outcome> lookup;
  lookup.fails(busy()).fails(last);

  auto const result = guarded.with({.story = &told})(lookup);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), last);
  EXPECT_EQ(told.stopped, stop_reason::no_budget);
  EXPECT_EQ(told.attempts, 2);
  EXPECT_EQ(told.first.value().seen, busy());
}

TEST(Conformance, Trap27GuardsWithinGuardsTellHowManyCallsTheyMakeOfOne) {
  bench b;
  guard const outer{"page", b.steady, b.around};
  guard const inner{"row", b.steady, b.around};
  event_recorder const recorder;
  inner.on_event(recorder);
  scripted<outcome> row;
  row.fails(busy(), 9);

  outer([&] { return inner(row); });

  EXPECT_EQ(row.calls(), 9);
  auto const told = recorder.of(event_kind::amplification);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].amplification, 9U);
}

TEST(Conformance, Trap28ATokenComesBackWhereTheWaitIsCancelled) {
  bench b;
  guard const guarded{"orders", b.steady, budget{.capacity = 5, .per_second = 0, .per_call = 0},
                      b.around};
  std::stop_source stop;
  std::stop_token const stop_token = stop.get_token();
  b.time.during_sleep([&] { stop.request_stop(); });
  scripted<outcome> lookup;
  lookup.fails(busy());

  guarded.with({.stop = stop_token})(lookup);

  EXPECT_EQ(guarded.stats().budget_tokens, 5);
}

TEST(Conformance, Trap37ARequestThatNeverLeftIsRepeatedAndOneThatDidIsNot) {
  bench b;
  guard const guarded{"orders", b.steady, b.around};
  scripted<outcome> refused;
  refused.fails(classify_errno(ECONNREFUSED, phase::not_sent)).returns(1);
  scripted<outcome> broken;
  broken.fails(classify_errno(ECONNRESET, phase::sent)).returns(1);
  story told;

  EXPECT_TRUE(guarded(refused));
  EXPECT_FALSE(guarded.with({.story = &told})(broken));

  EXPECT_EQ(told.stopped, stop_reason::withheld);
}

}  // namespace
}  // namespace holdfast
