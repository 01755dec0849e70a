#include "scenarios/reader.hpp"

#include "scenarios/player.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::scenarios {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<std::string> problems_of(std::string_view text) {
  std::vector<std::string> told;
  auto const read = read_scenario(text, "a.txt");
  if (read) return told;
  for (problem const& each : read.error()) told.push_back(describe(each));
  return told;
}

TEST(ScenarioReader, EveryFieldOfAPolicyCanBeWritten) {
  auto const read = read_scenario(
      "# a comment\n"
      "seed 7\n"
      "breaker window=time(10s,5) failure_rate=0.5 slow_call=2s throttled_counts=true ramp=off\n"
      "retry backoff=delays delays=100ms,1s per_category.timeout.max_attempts=1 idempotent=true\n"
      "budget capacity=off per_call=0.5\n"
      "t=0s tokens -> tokens=off\n",
      "a.txt");

  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read->seed, 7U);
  EXPECT_EQ(read->breaker->window, last_span(10s, 5));
  EXPECT_EQ(read->breaker->failure_rate, 0.5);
  EXPECT_TRUE(read->breaker->throttled_counts);
  EXPECT_THAT(read->retry->delays, ElementsAre(100ms, 1s));
  EXPECT_EQ(read->retry->per_category.at(category::timeout).max_attempts, 1);
  EXPECT_EQ(read->budget->per_call, 0.5);
}

TEST(ScenarioReader, AListOfOneStandsInBrackets) {
  auto const read = read_scenario("retry backoff=delays delays=[3s]\nt=0s call -> attempt\n", "a");

  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_THAT(read->retry->delays, ElementsAre(3s));
}

TEST(ScenarioReader, ALineIsWhenWhatAndTheVerdict) {
  auto const read = read_scenario(
      "breaker\nt=1.5s fail transient took=2s -> open until=31.5s reason=x  # why\n", "a");

  ASSERT_TRUE(read) << describe(read.error());
  ASSERT_EQ(read->scenes.size(), 1U);
  scene const& only = read->scenes.front();
  EXPECT_EQ(only.line, 2U);
  EXPECT_EQ(only.at, instant{1500ms});
  EXPECT_EQ(only.what, verb::fail);
  EXPECT_EQ(only.with.category, category::transient);
  EXPECT_EQ(only.with.took, 2s);
  EXPECT_THAT(only.expected, ElementsAre(fact{"open", {{"until", "31.5s"}, {"reason", "x"}}}));
}

TEST(ScenarioReader, MistakesInOptionsAreToldAtTheirPlace) {
  EXPECT_THAT(problems_of("breaker min_cals=3 window=count(5 recovery_timeout=30\n"
                          "retry max_attempts=2 max_attempts=3 idempotent\n"
                          "t=0s ok -> closed\n"),
              ElementsAre("a.txt:1:20  window is 'count(5'\n"
                          "    count(5), time(10s) or time(10s,10); or window.kind=…",
                          "a.txt:1:9  min_cals: unknown key; did you mean min_calls?",
                          "a.txt:1:52  recovery_timeout: '30' has no unit\n"
                          "    write 30s, 30ms, …; units: ns, us, ms, s, m, h, d",
                          "a.txt:2:22  max_attempts is given twice\n    give each field once",
                          "a.txt:2:37  expected name=value, found 'idempotent'"));
}

TEST(ScenarioReader, MistakesInLinesAreToldAtTheirPlace) {
  EXPECT_THAT(
      problems_of("breaker\n"
                  "t=5 ok -> closed\n"
                  "t=5s ok -> closed\n"
                  "t=4s ok -> closed\n"
                  "t=6s fial -> closed\n"
                  "t=6s ok\n"
                  "t=6s -> closed\n"
                  "t=6s ok deadline=3s -> closed\n"
                  "t=6s call -> attempt\n"
                  "t=6s force half_open -> half_open\n"
                  "later ok -> closed\n"
                  "retry max_attempts=3\n"),
      ElementsAre("a.txt:2:1  't=5' is no time\n    t=0s, t=1.5s, t=2m, …",
                  "a.txt:4:1  time runs backward, from t=5s\n"
                  "    lines stand in the order in which things happen",
                  "a.txt:5:6  'fial' is nothing that can happen\n    did you mean fail?",
                  "a.txt:6:1  no verdict follows\n    -> and what must follow",
                  "a.txt:7:1  nothing happens\n    one of ok, fail, abandon, ask, call, hanging, "
                  "evaluate, force, reset, stats, retry, give_back, tokens",
                  "a.txt:8:9  ok takes no 'deadline'\n    call, took, times, every",
                  "a.txt:9:6  call needs a retry or a budget\n    a line of options above",
                  "a.txt:10:6  only overrides are forced\n"
                  "    forced_open, disabled or observe_only; reset closes",
                  "a.txt:11:1  a line begins with 'later'\n"
                  "    t=…, or breaker, retry, budget or seed",
                  "a.txt:12:1  retry stands after the first thing that happened\n"
                  "    options come first"));
}

TEST(ScenarioReader, AnEmptyFileTestsNothingAndSaysSo) {
  EXPECT_THAT(problems_of("# only words\n"), ElementsAre("a.txt  nothing happens in it"));
}

TEST(ScenarioReader, WhatIsTooMuchIsRefused) {
  scenario_limits const small{.bytes = 60, .happenings = 10};

  auto const long_text = read_scenario(std::string(61, '#'), "a.txt", small);
  auto const long_play = read_scenario("breaker\nt=0s ok times=11 -> closed\n", "a.txt", small);

  ASSERT_FALSE(long_text);
  EXPECT_EQ(describe(long_text.error()), "a.txt  the text has more than 60B");
  ASSERT_FALSE(long_play);
  EXPECT_EQ(describe(long_play.error()), "a.txt:2  more than 10 things happen");
}

TEST(ScenarioReader, AFileThatIsNotThereIsAProblem) {
  auto const read = read_scenario_file("/nowhere/at/all.txt");

  ASSERT_FALSE(read);
  EXPECT_EQ(describe(read.error()), "/nowhere/at/all.txt  can't be read\n    the name of a file");
}

constexpr std::array<std::string_view, 24> arguments{
    "transient",      "throttled", "rejected",    "forced_open",   "disabled", "3",
    "took=9s",        "times=50",  "every=2s",    "call=a",        "call=b",   "until=1s",
    "retry_after=4s", "why=x",     "deadline=2s", "pushback=true", "took=x",   "calls=2",
    "state=open",     "=",         "a.b.c.d.e=1", "window=time(",  "every=7d", "->"};

std::string any_line(int second) {
  std::string line = "t=" + std::to_string(second) + "s ";
  line += enum_name(static_cast<verb>(*rc::gen::inRange(0, 13)));
  int const given = *rc::gen::inRange(0, 3);
  for (int i = 0; i < given; ++i) {
    line += ' ';
    line += *rc::gen::elementOf(arguments);
  }
  return line + " -> closed wait until=1s\n";
}

RC_GTEST_PROP(ScenarioReader, AnyLinesOfItsOwnWordsAreReadAndPlayedOrRefused, ()) {
  std::string text =
      "breaker failure_rate=0.5 min_calls=3 slow_call=1s max_hanging=2 ramp=10s\n"
      "retry idempotent=true wait_for_circuit=1m\nbudget capacity=3\n";
  int const lines = *rc::gen::inRange(1, 12);
  for (int i = 0; i < lines; ++i) text += any_line(i);

  auto const read = read_scenario(text, "any");

  RC_CLASSIFY(read.has_value(), "read");
  RC_ASSERT(read || !read.error().empty());
  if (!read) return;
  performance const whole = play(*read);
  auto const cut = static_cast<std::size_t>(*rc::gen::inRange(0, lines));
  RC_ASSERT(play(*read, cut).given == whole.given);
}

RC_GTEST_PROP(ScenarioReader, AnyBytesAreReadOrRefused, (std::string const& text)) {
  auto const read = read_scenario("breaker\nt=0s ok " + text + " -> closed\n" + text, "any");

  RC_ASSERT(read || !read.error().empty());
}

}  // namespace
}  // namespace holdfast::scenarios
