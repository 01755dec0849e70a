#include "connect/postgres/server_history.hpp"

#include <gtest/gtest.h>

namespace holdfast::postgres {
namespace {

server_sight sight(std::int64_t counts_since) {
  return {.system = "7", .timeline = "00000001", .checkpoint = "0/1", .counts_since = counts_since};
}

server_sight end_of_recovery(std::int64_t counts_since, std::uint64_t next_xid) {
  server_sight seen = sight(counts_since);
  seen.ended_recovery = true;
  seen.next_xid = next_xid;
  return seen;
}

commit_mark mark(std::int64_t counts_since) {
  return {.system = "7", .timeline = "00000001", .counts_since = counts_since};
}

TEST(PostgresServerHistory, KnowsOfNoRecoveryAtFirst) {
  server_history const history;
  EXPECT_TRUE(history.recoveries_since(mark(0)).empty());
}

TEST(PostgresServerHistory, TellsTheRecoveriesSinceAMarkInTheirOrder) {
  server_history history;
  history.saw(end_of_recovery(30, 300));
  history.saw(end_of_recovery(10, 100));
  history.saw(end_of_recovery(20, 200));

  auto const since = history.recoveries_since(mark(10));

  ASSERT_EQ(since.size(), 2U);
  EXPECT_EQ(since[0].next_xid, 200U);
  EXPECT_EQ(since[1].next_xid, 300U);
}

TEST(PostgresServerHistory, RemembersTheXidWhenALaterCheckpointHidesIt) {
  server_history history;
  history.saw(end_of_recovery(10, 100));
  history.saw(sight(10));

  EXPECT_EQ(history.recoveries_since(mark(0)).at(0).next_xid, 100U);
}

TEST(PostgresServerHistory, LearnsTheXidOfARecoveryThatItKnew) {
  server_history history;
  history.saw(sight(10));
  EXPECT_FALSE(history.recoveries_since(mark(0)).at(0).next_xid);
  history.saw(end_of_recovery(10, 100));

  EXPECT_EQ(history.recoveries_since(mark(0)).at(0).next_xid, 100U);
}

TEST(PostgresServerHistory, BeginsAnewOnAnotherServerOrTimeline) {
  server_history history;
  history.saw(end_of_recovery(10, 100));
  server_sight promoted = sight(20);
  promoted.timeline = "00000002";
  history.saw(promoted);

  EXPECT_TRUE(history.recoveries_since(mark(0)).empty());
}

TEST(PostgresServerHistory, IsNotConfusedByAStandby) {
  server_history history;
  history.saw(end_of_recovery(10, 100));
  server_sight standby = sight(20);
  standby.timeline.clear();
  history.saw(standby);

  EXPECT_EQ(history.recoveries_since(mark(0)).size(), 1U);
}

TEST(PostgresServerHistory, KeepsTheLastOfMany) {
  server_history history;
  for (int each = 1; each <= 1000; ++each) history.saw(end_of_recovery(each, 1));

  auto const since = history.recoveries_since(mark(0));
  EXPECT_EQ(since.size(), 64U);
  EXPECT_EQ(since.back().counts_since, 1000);
}

}  // namespace
}  // namespace holdfast::postgres
