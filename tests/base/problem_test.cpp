#include "holdfast/base/problem.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Problem, SaysWhereWhatAndWhatToDo) {
  EXPECT_EQ(describe(problem{{"a.yaml", 7, 20}, "max_delay is too small", "allowed: 1s .. 7d"}),
            "a.yaml:7:20  max_delay is too small\n    allowed: 1s .. 7d");
}

TEST(Problem, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(describe(problem{{"a.csv", 7, 0}, "broken", {}}), "a.csv:7  broken");
  EXPECT_EQ(describe(problem{{"a.csv", 0, 0}, "broken", {}}), "a.csv  broken");
  EXPECT_EQ(describe(problem{{}, "broken", {}}), "broken");
}

TEST(Problem, EachOfSeveralHasItsOwnLines) {
  EXPECT_EQ(describe(problems{{{"a", 1, 2}, "x", "do y"}, {{"b", 0, 0}, "z", {}}}),
            "a:1:2  x\n    do y\nb  z");
  EXPECT_EQ(describe(problems{}), "");
}

}  // namespace
}  // namespace holdfast
