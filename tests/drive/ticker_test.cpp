#include "holdfast/drive/ticker.hpp"

#include "drive/gate_protocol/every_interleaving.hpp"
#include "drive/gate_protocol/ticker_protocol.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(Ticker, TheTickIsAQuarterOfWhatItMustTellApartWithinItsBounds) {
  EXPECT_EQ(ticker::tick_for(200ms), 50ms);
  EXPECT_EQ(ticker::tick_for(1ns), 10ms);
  EXPECT_EQ(ticker::tick_for(1h), 100ms);
}

TEST(Ticker, EveryInterleavingOfNeedAndSleepEndsWithATickAfterEachNeed) {
  explored const found = every_interleaving(ticker_protocol::with());

  EXPECT_EQ(found.broken, std::nullopt);
  EXPECT_GT(found.states, 1'000U);
  EXPECT_GT(found.ends, 0U);
}

TEST(Ticker, TheWalkFindsEveryWayToLoseAWake) {
  for (auto const mistake : {ticker_mistake::need_is_told_late, ticker_mistake::no_second_look,
                             ticker_mistake::wakes_without_state}) {
    EXPECT_NE(every_interleaving(ticker_protocol::with(mistake)).broken, std::nullopt);
  }
}

}  // namespace
}  // namespace holdfast
