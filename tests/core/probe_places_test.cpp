#include "holdfast/core/probe_places.hpp"

#include <array>

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr instant start{};

TEST(ProbePlaces, APlaceThatWasGivenAgainIsNoLongerThatOfItsFirstProbe) {
  probe_places places{1};
  permit first;
  permit second;
  ASSERT_TRUE(places.take(first, start + 1s));
  places.expire(start + 1s);
  ASSERT_TRUE(places.take(second, start + 2s));

  EXPECT_FALSE(places.give_back(first));
  EXPECT_TRUE(places.give_back(second));
  EXPECT_FALSE(places.give_back(second));
}

TEST(ProbePlaces, APermitWithoutAPlaceGivesNothingBack) {
  probe_places places{2};
  permit probe;
  ASSERT_TRUE(places.take(probe, start + 1s));

  EXPECT_FALSE(places.give_back({}));
  EXPECT_EQ(places.running(), 1);
}

TEST(ProbePlaces, FewerPlacesMakeTheProbesOfTheLostOnesLate) {
  probe_places places{3};
  std::array<permit, 3> probes;
  for (permit& each : probes) ASSERT_TRUE(places.take(each, start + 1s));

  places.resize(1);

  EXPECT_EQ(places.running(), 1);
  EXPECT_FALSE(places.give_back(probes[2]));
  EXPECT_TRUE(places.give_back(probes[0]));
}

TEST(ProbePlaces, MorePlacesKeepTheRunningProbes) {
  probe_places places{1};
  permit probe;
  ASSERT_TRUE(places.take(probe, start + 5s));

  places.resize(4);

  EXPECT_EQ(places.next_expiry(), start + 5s);
  EXPECT_EQ(places.running_at(start + 4s), 1);
  EXPECT_EQ(places.running_at(start + 5s), 0);
  EXPECT_TRUE(places.give_back(probe));
  EXPECT_EQ(places.next_expiry(), never_reached);
}

}  // namespace
}  // namespace holdfast::core
