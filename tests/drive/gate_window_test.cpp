#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/manual_time.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

/// A breaker that opens where half of at least two calls in the last two buckets have failed.
struct GateWindow : ::testing::Test {
  explicit GateWindow(duration width = std::chrono::seconds{1}) : bucket{width} {}

  void succeed() const {
    lookup([] { return 1; });
  }
  void fail() const {
    static_cast<void>(lookup([]() -> expected<int, failure> {
      return unexpected{failure{.category = category::transient}};
    }));
  }

  duration bucket;
  manual_time time;
  guard lookup{"lookup",
               breaker{.failure_threshold = 0,
                       .failure_rate = 0.5,
                       .window = last_span(2 * bucket, 2),
                       .min_calls = 2},
               surroundings{.time = &time, .seed = 1}};
};

/// With buckets of a power of two, buckets and epochs begin together.
struct AlignedGateWindow : GateWindow {
  AlignedGateWindow() : GateWindow{duration{std::int64_t{1} << 30U}} {
    time.advance(bucket - time.now().time_since_epoch() % bucket);
  }
};

// Half of what the window still holds has failed, but no result has come since the successes of the
// first bucket left: only a result can trip.
TEST_F(AlignedGateWindow, LookingAtABreakerDoesNotOpenIt) {
  for (int i = 0; i < 6; ++i) succeed();
  time.advance(bucket);
  fail();
  fail();
  succeed();
  succeed();  // counted in the thread's tally, and not summed yet
  time.advance(bucket);

  EXPECT_EQ(lookup.stats().breaker.state, breaker_state::closed);
  succeed();
  EXPECT_EQ(lookup.state(), breaker_state::closed) << "two of five have failed";
}

// The clock starts in the middle of an epoch that began in the bucket before.
TEST_F(GateWindow, ASuccessLeavesTheWindowNoEarlierThanAFailureOfItsTime) {
  for (int i = 0; i < 6; ++i) succeed();
  time.advance(bucket);
  fail();
  fail();

  EXPECT_EQ(lookup.state(), breaker_state::closed) << "two of eight have failed";
  EXPECT_EQ(lookup.stats().breaker.calls, 8U);
}

}  // namespace
}  // namespace holdfast
