#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/manual_time.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

// Half of what the window still holds has failed, but no result has come since the successes of the
// first bucket left: only a result can trip.
TEST(GateWindow, LookingAtABreakerDoesNotOpenIt) {
  // A power of two, so that buckets and epochs begin together.
  constexpr duration bucket{std::int64_t{1} << 30U};
  manual_time time;
  time.advance(bucket - time.now().time_since_epoch() % bucket);
  guard const lookup{"lookup",
                     breaker{.failure_threshold = 0,
                             .failure_rate = 0.5,
                             .window = last_span(2 * bucket, 2),
                             .min_calls = 2},
                     surroundings{.time = &time, .seed = 1}};
  auto const succeed = [&] { lookup([] { return 1; }); };
  auto const fail = [&] {
    static_cast<void>(lookup([]() -> expected<int, failure> {
      return unexpected{failure{.category = category::transient}};
    }));
  };
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

}  // namespace
}  // namespace holdfast
