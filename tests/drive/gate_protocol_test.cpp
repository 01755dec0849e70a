// The gate's small protocol, walked through in every interleaving of its steps.
#include "drive/gate_protocol/every_interleaving.hpp"
#include "drive/gate_protocol/tally_protocol.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

/// What threads may do, in scripts of three threads; the third takes over the block of the first.
constexpr std::array<std::array<std::string_view, 3>, 9> scripts{{{"SSSF", "SRSS", "SSSS"},
                                                                  {"SSFS", "SSFS", "SF"},
                                                                  {"FSFS", "SSSS", "S"},
                                                                  {"SSSS", "FRSF", "SS"},
                                                                  {"SRSS", "RSSS", "SSFS"},
                                                                  {"SFSS", "SFSS", "SR"},
                                                                  {"SSDS", "SSSS", "SFS"},
                                                                  {"SDSS", "SSDS", "FSF"},
                                                                  {"SSRS", "SSRS", "SFFS"}}};

struct outcome_of_all {
  std::size_t states = 0;
  std::string broken;
};

outcome_of_all walk_all(tally_mistake mistake, bool counts, bool old_values) {
  outcome_of_all all;
  for (auto const& each : scripts) {
    tally_protocol first = threads_with(each, mistake);
    first.counts = counts ? 1 : 0;
    first.old_values = old_values ? 1 : 0;
    explored const found = every_interleaving(first);
    all.states += found.states;
    if (found.broken && all.broken.empty()) all.broken = *found.broken;
  }
  return all;
}

TEST(GateProtocol, NoSuccessIsLostTakenTwiceOrCreditedToAStateThatItDidNotBelongTo) {
  auto const found = walk_all(tally_mistake::none, true, false);

  EXPECT_EQ(found.broken, "");
  EXPECT_GT(found.states, 10'000U);
}

TEST(GateProtocol, ReadersThatMeetOldValuesMakeNoDifference) {
  auto const found = walk_all(tally_mistake::none, true, true);

  EXPECT_EQ(found.broken, "");
  EXPECT_GT(found.states, 20'000U);
}

TEST(GateProtocol, WithoutCountsEveryRowOfFailuresIsCountedAsItHappened) {
  EXPECT_EQ(walk_all(tally_mistake::none, false, false).broken, "");
  EXPECT_EQ(walk_all(tally_mistake::none, false, true).broken, "");
}

TEST(GateProtocol, TheWalkFindsACallThatDoesNotLookAgain) {
  EXPECT_EQ(walk_all(tally_mistake::no_second_look, false, false).broken,
            "failures in a row are counted wrongly");
}

TEST(GateProtocol, TheWalkFindsAStampThatIsRenewedBeforeItsCountIsTaken) {
  EXPECT_EQ(walk_all(tally_mistake::own_tally_not_settled, true, false).broken,
            "a success was credited to a state that it did not belong to");
}

TEST(GateProtocol, TheWalkFindsACountThatTwoThreadsWrite) {
  EXPECT_EQ(walk_all(tally_mistake::taking_clears_the_count, true, false).broken,
            "a success was lost");
}

TEST(GateProtocol, TheWalkFindsATransitionWithoutAGenerationOfItsOwn) {
  EXPECT_EQ(walk_all(tally_mistake::transition_is_not_told, true, false).broken,
            "a success was credited to a state that it did not belong to");
}

TEST(GateProtocol, TheWalkFindsAGateThatLeavesItsCountsToTheNext) {
  EXPECT_EQ(walk_all(tally_mistake::next_gate_takes_the_rest, true, false).broken,
            "a gate took what had been counted for the one before");
}

}  // namespace
}  // namespace holdfast
