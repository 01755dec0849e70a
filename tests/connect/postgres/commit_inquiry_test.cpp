#include "connect/postgres/commit_inquiry.hpp"

#include <gtest/gtest.h>

namespace holdfast::postgres {
namespace {

commit_mark mark() {
  return {.xid = "5000000100",  // beyond 32 bits: of the second epoch
          .backend = 77,
          .system = "7000000000000000001",
          .timeline = "00000001",
          .checkpoint = "0/1000",
          .stats_since = "2026-11-30 10:00:00+00"};
}

/// The same server, which has not crashed since.
commit_sighting sighting(char const* status) {
  return {.system = mark().system,
          .timeline = mark().timeline,
          .status = status,
          .checkpoint = mark().checkpoint,
          .next_xid = 5'000'000'000,
          .stats_since = mark().stats_since};
}

/// After a crash and its recovery, the checkpoint of which knew of this as the next xid.
commit_sighting after_crash(char const* status, std::uint64_t next_xid) {
  commit_sighting seen = sighting(status);
  seen.checkpoint = "0/2000";
  seen.checkpoint_at_rest = true;
  seen.next_xid = next_xid;
  seen.stats_since = "2026-11-30 10:00:05+00";
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
  seen.timeline.clear();
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
      (other_server ? seen.system : seen.timeline) = "2";
      commit_inquiry alone{mark(), false};
      EXPECT_EQ(alone.on_sighting(seen), inquiry_step::settled);
      expect_settled(alone, resolved::still_in_doubt, answered_by::nobody);
      commit_inquiry with_ledger{mark(), true};
      EXPECT_EQ(with_ledger.on_sighting(seen), inquiry_step::ask_ledger);
      EXPECT_EQ(with_ledger.on_ledger(false), inquiry_step::settled);
      expect_settled(with_ledger, resolved::did_not_happen, answered_by::ledger);
    }
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
  seen.stats_since = mark().stats_since;
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::happened, answered_by::xid);
}

TEST(PostgresCommitInquiry, ResetStatisticsAreNoCrashWhileTheCheckpointIsTheSame) {
  commit_inquiry inquiry{mark(), false};
  commit_sighting seen = sighting("committed");
  seen.stats_since = "2026-11-30 10:00:09+00";
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::happened, answered_by::xid);
}

TEST(PostgresCommitInquiry, AfterACrashAnXidThatWasOnTheDiskIsStillOurs) {
  commit_inquiry inquiry{mark(), false};
  EXPECT_EQ(inquiry.on_sighting(after_crash("committed", 5'000'000'101)), inquiry_step::settled);
  expect_settled(inquiry, resolved::happened, answered_by::xid);
}

TEST(PostgresCommitInquiry, AfterACrashAnXidThatWasNotOnTheDiskIsAnothers) {
  for (char const* status : {"committed", "aborted", "in progress", ""}) {
    commit_inquiry inquiry{mark(), true};
    EXPECT_EQ(inquiry.on_sighting(after_crash(status, 5'000'000'100)), inquiry_step::settled);
    expect_settled(inquiry, resolved::did_not_happen, answered_by::xid);
  }
}

TEST(PostgresCommitInquiry, AfterACrashAndALaterCheckpointNobodyKnowsWhoseTheXidIs) {
  commit_sighting seen = after_crash("committed", 5'000'000'200);
  seen.checkpoint_at_rest = false;
  commit_inquiry alone{mark(), false};
  EXPECT_EQ(alone.on_sighting(seen), inquiry_step::settled);
  expect_settled(alone, resolved::still_in_doubt, answered_by::nobody);
  commit_inquiry with_ledger{mark(), true};
  EXPECT_EQ(with_ledger.on_sighting(seen), inquiry_step::ask_ledger);
  EXPECT_EQ(with_ledger.on_ledger(false), inquiry_step::settled);
  expect_settled(with_ledger, resolved::did_not_happen, answered_by::ledger);
}

TEST(PostgresCommitInquiry, AbortedAfterACrashDidNotHappenWhoseverItIs) {
  commit_sighting seen = after_crash("aborted", 5'000'000'200);
  seen.checkpoint_at_rest = false;
  commit_inquiry inquiry{mark(), true};
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::did_not_happen, answered_by::xid);
}

TEST(PostgresCommitInquiry, AServerThatCountsNothingIsTakenForOneThatCrashed) {
  commit_mark unknown = mark();
  unknown.stats_since.clear();
  commit_sighting seen = after_crash("committed", 5'000'000'200);
  seen.stats_since.clear();
  seen.checkpoint_at_rest = false;
  commit_inquiry inquiry{unknown, false};
  EXPECT_EQ(inquiry.on_sighting(seen), inquiry_step::settled);
  expect_settled(inquiry, resolved::still_in_doubt, answered_by::nobody);
}

}  // namespace
}  // namespace holdfast::postgres
