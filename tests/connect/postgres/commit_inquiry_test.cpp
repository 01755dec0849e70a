#include "connect/postgres/commit_inquiry.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace holdfast::postgres {
namespace {

commit_mark mark() {
  return {.xid = "5000000100",  // beyond 32 bits: of the second epoch
          .backend = 77,
          .system = "7000000000000000001",
          .timeline = "00000001",
          .checkpoint = "0/1000",
          .counts_since = 1'000};
}

/// The same server, which has not crashed since.
commit_sighting sighting(char const* status) {
  return {.status = status,
          .server = {.system = mark().system,
                     .timeline = mark().timeline,
                     .checkpoint = mark().checkpoint,
                     .counts_since = mark().counts_since}};
}

/// After a crash and its recovery, the checkpoint of which knew of this as the next xid.
commit_sighting after_crash(char const* status, std::optional<std::uint64_t> next_xid) {
  commit_sighting seen = sighting(status);
  seen.server.checkpoint = "0/2000";
  seen.server.counts_since = 2'000;
  seen.recoveries = {{.counts_since = 2'000, .next_xid = next_xid}};
  return seen;
}

void expect_settled(commit_inquiry const& inquiry, resolved outcome, answered_by by) {
  EXPECT_EQ(inquiry.outcome(), outcome);
  EXPECT_EQ(inquiry.by(), by);
}

TEST(PostgresCommitInquiry, IsInDoubtBeforeItsFirstLook) {
  commit_inquiry const inquiry{mark(), true};
  expect_settled(inquiry, resolved::still_in_doubt, answered_by::nobody);
}

TEST(PostgresCommitInquiry, CommittedOnTheSameServerHappened) {
  commit_inquiry inquiry{mark(), false};
  EXPECT_EQ(inquiry.on_sighting(sighting("committed")), inquiry_step::settled);
  expect_settled(inquiry, resolved::happened, answered_by::xid);
}

TEST(PostgresCommitInquiry, AbortedOnTheSameServerDidNotHappen) {
  commit_inquiry inquiry{mark(), true};
  EXPECT_EQ(inquiry.on_sighting(sighting("aborted")), inquiry_step::settled);
  expect_settled(inquiry, resolved::did_not_happen, answered_by::xid);
}

TEST(PostgresCommitInquiry, AnXidThatWasNeverGivenDidNotHappen) {
  commit_inquiry inquiry{mark(), true};
  commit_sighting seen = sighting("");
  seen.never_given = true;
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::did_not_happen, answered_by::xid);
}

TEST(PostgresCommitInquiry, AServerInRecoveryIsLookedAtAgain) {
  commit_inquiry inquiry{mark(), true};
  commit_sighting seen = sighting("committed");
  seen.in_recovery = true;
  seen.server.timeline.clear();
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::look);
  EXPECT_EQ(inquiry.on_sighting(sighting("committed")), inquiry_step::settled);
}

TEST(PostgresCommitInquiry, ACommitInProgressIsFencedAtTheSecondSight) {
  commit_inquiry inquiry{mark(), false};
  EXPECT_EQ(inquiry.on_sighting(sighting("in progress")), inquiry_step::look);
  EXPECT_EQ(inquiry.on_sighting(sighting("in progress")), inquiry_step::end_backend);
  EXPECT_EQ(inquiry.on_sighting(sighting("in progress")), inquiry_step::end_backend);
  EXPECT_EQ(inquiry.on_sighting(sighting("aborted")), inquiry_step::settled);
  expect_settled(inquiry, resolved::did_not_happen, answered_by::xid);
}

TEST(PostgresCommitInquiry, AnXidTooOldToKnowIsAskedOfTheLedger) {
  commit_inquiry inquiry{mark(), true};
  EXPECT_EQ(inquiry.on_sighting(sighting("")), inquiry_step::ask_ledger);
  EXPECT_EQ(inquiry.on_ledger(true), inquiry_step::settled);
  expect_settled(inquiry, resolved::happened, answered_by::ledger);
}

TEST(PostgresCommitInquiry, WithoutALedgerNobodyTells) {
  commit_inquiry inquiry{mark(), false};
  EXPECT_EQ(inquiry.on_sighting(sighting("")), inquiry_step::settled);
  expect_settled(inquiry, resolved::still_in_doubt, answered_by::nobody);
}

TEST(PostgresCommitInquiry, AnotherServerOrTimelineIsNotAskedForTheXid) {
  for (char const* status : {"committed", "aborted", "in progress", ""}) {
    for (bool const other_server : {true, false}) {
      commit_sighting seen = sighting(status);
      (other_server ? seen.server.system : seen.server.timeline) = "2";
      commit_inquiry alone{mark(), false};
      EXPECT_EQ(alone.on_sighting(seen), inquiry_step::settled);
      expect_settled(alone, resolved::still_in_doubt, answered_by::nobody);
      commit_inquiry with_ledger{mark(), true};
      EXPECT_EQ(with_ledger.on_sighting(seen), inquiry_step::ask_ledger);
      EXPECT_EQ(with_ledger.on_ledger(true), inquiry_step::settled);
      expect_settled(with_ledger, resolved::happened, answered_by::ledger);
    }
  }
}

TEST(PostgresCommitInquiry, ARowThatIsAbsentTellsOnALaterTimelineAlone) {
  commit_sighting promoted = sighting("");
  promoted.server.timeline = "00000002";
  commit_inquiry later{mark(), true};
  EXPECT_EQ(later.on_sighting(promoted), inquiry_step::ask_ledger);
  EXPECT_EQ(later.on_ledger(false), inquiry_step::settled);
  expect_settled(later, resolved::did_not_happen, answered_by::ledger);

  commit_sighting left_behind = sighting("");
  left_behind.server.timeline = "00000000";
  commit_sighting stranger = promoted;
  stranger.server.system = "8";
  for (commit_sighting const& seen : {left_behind, stranger}) {
    commit_inquiry inquiry{mark(), true};
    EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::ask_ledger);
    EXPECT_EQ(inquiry.on_ledger(false), inquiry_step::settled);
    expect_settled(inquiry, resolved::still_in_doubt, answered_by::nobody);
  }
}

TEST(PostgresCommitInquiry, ACommitThatStandbysMustHaveIsAnAnswerWhenTheyHaveIt) {
  commit_inquiry inquiry{mark(), false};
  commit_sighting seen = sighting("committed");
  seen.has_standbys = true;
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::wait_for_standbys);
  EXPECT_EQ(inquiry.outcome(), resolved::still_in_doubt);
  EXPECT_EQ(inquiry.on_standbys(false), inquiry_step::look);
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::wait_for_standbys);
  EXPECT_EQ(inquiry.on_standbys(true), inquiry_step::settled);
  expect_settled(inquiry, resolved::happened, answered_by::xid);
}

TEST(PostgresCommitInquiry, ALedgerRowThatStandbysMustHaveIsAnAnswerWhenTheyHaveIt) {
  commit_inquiry inquiry{mark(), true};
  commit_sighting seen = sighting("");
  seen.has_standbys = true;
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::ask_ledger);
  EXPECT_EQ(inquiry.on_ledger(true), inquiry_step::wait_for_standbys);
  EXPECT_EQ(inquiry.on_standbys(true), inquiry_step::settled);
  expect_settled(inquiry, resolved::happened, answered_by::ledger);
}

TEST(PostgresCommitInquiry, ACleanRestartIsNoCrash) {
  commit_inquiry inquiry{mark(), false};
  commit_sighting seen = after_crash("committed", 5'000'000'200);
  seen.server.counts_since = mark().counts_since;
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::happened, answered_by::xid);
}

TEST(PostgresCommitInquiry, ResetStatisticsAreNoCrashWhileTheCheckpointIsTheSame) {
  commit_inquiry inquiry{mark(), false};
  commit_sighting seen = sighting("committed");
  seen.server.counts_since = 9'000;
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::happened, answered_by::xid);
}

TEST(PostgresCommitInquiry, AfterACrashAnXidThatWasOnTheDiskIsStillOurs) {
  commit_inquiry inquiry{mark(), false};
  EXPECT_EQ(inquiry.on_sighting(after_crash("committed", 5'000'000'101)), inquiry_step::settled);
  expect_settled(inquiry, resolved::happened, answered_by::xid);
}

TEST(PostgresCommitInquiry, AfterACrashTheLedgerHasTheWord) {
  commit_inquiry inquiry{mark(), true};
  EXPECT_EQ(inquiry.on_sighting(after_crash("committed", 5'000'000'101)), inquiry_step::ask_ledger);
  EXPECT_EQ(inquiry.on_ledger(false), inquiry_step::settled);
  expect_settled(inquiry, resolved::did_not_happen, answered_by::ledger);
}

TEST(PostgresCommitInquiry, AfterACrashAnXidThatWasNotOnTheDiskIsAnothers) {
  for (char const* status : {"committed", "aborted", "in progress", ""}) {
    commit_inquiry inquiry{mark(), true};
    EXPECT_EQ(inquiry.on_sighting(after_crash(status, 5'000'000'100)), inquiry_step::settled);
    expect_settled(inquiry, resolved::did_not_happen, answered_by::xid);
  }
}

TEST(PostgresCommitInquiry, AfterACrashAndALaterCheckpointNobodyKnowsWhoseTheXidIs) {
  commit_sighting seen = after_crash("committed", std::nullopt);
  commit_inquiry alone{mark(), false};
  EXPECT_EQ(alone.on_sighting(seen), inquiry_step::settled);
  expect_settled(alone, resolved::still_in_doubt, answered_by::nobody);
  commit_inquiry with_ledger{mark(), true};
  EXPECT_EQ(with_ledger.on_sighting(seen), inquiry_step::ask_ledger);
  EXPECT_EQ(with_ledger.on_ledger(false), inquiry_step::settled);
  expect_settled(with_ledger, resolved::did_not_happen, answered_by::ledger);
}

TEST(PostgresCommitInquiry, AbortedAfterACrashDidNotHappenWhoseverItIs) {
  commit_sighting seen = after_crash("aborted", std::nullopt);
  commit_inquiry inquiry{mark(), true};
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::did_not_happen, answered_by::xid);
}

TEST(PostgresCommitInquiry, OfSeveralCrashesTheOneThatLostTheXidDecides) {
  commit_sighting seen = after_crash("committed", 5'000'000'100);
  seen.recoveries.push_back({.counts_since = 3'000, .next_xid = 5'000'000'150});
  seen.server.counts_since = 3'000;
  commit_inquiry inquiry{mark(), true};
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::did_not_happen, answered_by::xid);
}

TEST(PostgresCommitInquiry, OneOfSeveralCrashesThatNobodySawLeavesItUnknown) {
  commit_sighting seen = after_crash("committed", std::nullopt);
  seen.recoveries.push_back({.counts_since = 3'000, .next_xid = 5'000'000'150});
  seen.server.counts_since = 3'000;
  commit_inquiry inquiry{mark(), false};
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::still_in_doubt, answered_by::nobody);
}

TEST(PostgresCommitInquiry, AServerThatCountsNothingIsTakenForOneThatCrashed) {
  commit_mark unknown = mark();
  unknown.counts_since = 0;
  commit_sighting seen = after_crash("committed", std::nullopt);
  seen.server.counts_since = 0;
  commit_inquiry inquiry{unknown, false};
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::still_in_doubt, answered_by::nobody);
}

}  // namespace
}  // namespace holdfast::postgres
