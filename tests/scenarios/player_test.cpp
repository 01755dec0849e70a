#include "scenarios/player.hpp"

#include "scenarios/reader.hpp"
#include "scenarios/verdict_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::scenarios {
namespace {

using testing::ElementsAre;

scenario written(std::string_view text) { return read_scenario(text, "a.txt").value(); }

std::vector<std::string> failed_in(std::string_view text) {
  std::vector<std::string> told;
  for (problem const& each : play_whole_and_cut(written(text))) told.push_back(describe(each));
  return told;
}

TEST(ScenarioPlayer, WhatHappensAsWrittenIsNoProblem) {
  EXPECT_THAT(failed_in("breaker failure_threshold=2 recovery_timeout=10s recovery_jitter=0\n"
                        "t=0s fail transient -> closed\n"
                        "t=1s fail transient -> open until=11s\n"
                        "t=11s ok -> closed reason=probes_succeeded\n"),
              ElementsAre());
}

TEST(ScenarioPlayer, AWrongVerdictIsToldWithItsLineAndWhatWasFound) {
  EXPECT_THAT(failed_in("budget capacity=3\n"
                        "t=0s tokens -> tokens=3\n"
                        "t=0s retry -> granted tokens=3\n"),
              ElementsAre("a.txt:3  expected granted tokens=3\n    found    granted tokens=2"));
}

TEST(ScenarioPlayer, EveryWordOfAVerdictIsCompared) {
  std::string const options = "breaker failure_threshold=2\nretry jitter=none\n";
  std::string const happens = options + "t=0s call -> attempt\nt=0s fail transient -> ";

  EXPECT_EQ(failed_in(happens + "closed wait until=100ms\n").size(), 0U);
  EXPECT_EQ(failed_in(happens + "closed until=100ms wait\n").size(), 1U);
  EXPECT_EQ(failed_in(happens + "closed stop\n").size(), 1U);
  EXPECT_EQ(failed_in(happens + "open wait\n").size(), 1U);
  EXPECT_EQ(failed_in(happens + "closed wait until=101ms\n").size(), 1U);
}

TEST(ScenarioPlayer, DurationsAndNumbersAreComparedByValue) {
  facts const found{{"wait", {{"until", "100ms"}, {"rate", "0.5"}, {"why", "disk"}}}};

  EXPECT_TRUE(holds({{"wait", {{"until", "0.1s"}}}}, found));
  EXPECT_TRUE(holds({{"wait", {{"rate", "0.50"}}}}, found));
  EXPECT_TRUE(holds({{"", {{"why", "disk"}}}}, found));
  EXPECT_FALSE(holds({{"wait", {{"until", "0.1001s"}}}}, found));
  EXPECT_FALSE(holds({{"wait", {{"rate", "0.51"}}}}, found));
  EXPECT_FALSE(holds({{"", {{"why", "disc"}}}}, found));
  EXPECT_FALSE(holds({{"", {{"because", "disk"}}}}, found));
}

TEST(ScenarioPlayer, AFailureOfACallThatNeverBeganSaysSo) {
  EXPECT_THAT(failed_in("retry\nt=0s fail transient -> wait\n"),
              ElementsAre("a.txt:2  expected wait\n    found    no_call"));
}

TEST(ScenarioPlayer, MachinesThatWereReplacedKnowWhatTheOldOnesKnew) {
  scenario const played = written(
      "breaker failure_threshold=3\n"
      "t=0s fail transient times=2 -> closed\n"
      "t=1s fail transient -> open\n");

  EXPECT_EQ(play(played).given, play(played, 1).given);
  EXPECT_EQ(to_text(play(played, 1).given.front()),
            "closed generation=1 reason=none, in_all closed=2");
}

}  // namespace
}  // namespace holdfast::scenarios
