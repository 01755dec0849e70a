#include "holdfast/classify/pushback.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

failure const busy{.category = category::transient, .advice = advice::after_backoff};

TEST(Pushback, Case76AValidNumberSaysWhen) {
  auto const seen = with_pushback(busy, "250");

  EXPECT_TRUE(seen.pushback);
  EXPECT_EQ(seen.retry_after, 250ms);
  EXPECT_EQ(seen.advice, advice::after_backoff) << "what may be done is left as it was";
}

TEST(Pushback, ZeroSaysAtOnce) { EXPECT_EQ(with_pushback(busy, "0").retry_after, 0ms); }

TEST(Pushback, Trap21ANegativeOrUnreadableOneForbidsTheRetry) {
  for (auto const* value : {"-1", "abc", "", " ", "250ms", " 250", "250 ", "+250", "2.5", "0x10",
                            "2147483648", "99999999999999999999"}) {
    auto const seen = with_pushback(busy, value);

    EXPECT_TRUE(seen.pushback) << value;
    EXPECT_EQ(seen.retry_after, std::nullopt) << value;
    EXPECT_EQ(seen.advice, advice::never) << value;
  }
}

TEST(Pushback, AnUnreadableOneLeavesInDoubtWhatIsInDoubt) {
  failure const open{.category = category::in_doubt, .advice = advice::resolve_first};

  auto const seen = with_pushback(open, "-1");

  EXPECT_TRUE(seen.pushback);
  EXPECT_EQ(seen.advice, advice::resolve_first);
}

TEST(Pushback, ItReplacesAnEarlierRetryAfter) {
  failure told = busy;
  told.retry_after = 3s;

  EXPECT_EQ(with_pushback(told, "20").retry_after, 20ms);
  EXPECT_EQ(with_pushback(told, "-1").retry_after, std::nullopt);
}

RC_GTEST_PROP(Pushback, AnyBytesGiveAWaitOrForbid, (std::string const& bytes)) {
  auto const seen = with_pushback(busy, bytes);

  RC_ASSERT(seen.pushback);
  RC_ASSERT(seen.retry_after.has_value() != (seen.advice == advice::never));
  RC_ASSERT(!seen.retry_after || *seen.retry_after >= duration::zero());
}

}  // namespace
}  // namespace holdfast
