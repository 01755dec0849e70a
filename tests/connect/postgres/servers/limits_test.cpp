#include "with_server.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

class PostgresLimits : public with_server {
 protected:
  /// How many backends run a statement with this text in it.
  [[nodiscard]] static std::string busy_with(std::string const& text) {
    return server->ask(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%" + text +
        "%' AND pid <> pg_backend_pid()");
  }
};

TEST_F(PostgresLimits, AtTheDeadlineTheStatementIsCancelledOnTheServer) {
  auto on = server->connect();
  on.limit(within(100ms));

  auto const took = time_of([&] {
    auto const answer = on.execute("SELECT pg_sleep(30), 'by deadline'");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, category::timeout);
    EXPECT_EQ(answer.error().code.value.view(), "57014");
  });

  EXPECT_GE(took, 100ms);
  EXPECT_LT(took, 1s);
  EXPECT_EQ(busy_with("by deadline"), "0");
  on.limit({});
  EXPECT_TRUE(on.is_usable());
  EXPECT_TRUE(on.read("SELECT 1"));
}

TEST_F(PostgresLimits, BehindAPoolerACancelledStatementPoisonsItsConnectionAndSaysSo) {
  postgres::bound_statement const sleep{"SELECT pg_sleep(30)"};
  for (bool const in_batch : {false, true}) {
    auto on = postgres::connection::open({.conninfo = server->conninfo(), .behind_pooler = true});
    ASSERT_TRUE(on);
    on->limit(within(100ms));

    auto const seen = in_batch ? on->run_all({&sleep, 1}).error()
                               : on->run(sleep, postgres::effect::writes).error();

    EXPECT_EQ(seen.code.value.view(), "57014");
    EXPECT_EQ(seen.poisoned, poisoned::connection);
    EXPECT_FALSE(on->is_usable());
  }
}

TEST_F(PostgresLimits, AStopEndsAWaitAndTheStatement) {
  auto on = server->connect();
  std::stop_source stop;
  on.limit({.stop = stop.get_token()});
  std::jthread const soon{[stop]() mutable {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  }};

  auto const took = time_of([&] {
    auto const answer = on.execute("SELECT pg_sleep(30), 'by stop'");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, category::cancelled);
    EXPECT_EQ(answer.error().fault, fault::nobody);
    EXPECT_EQ(answer.error().advice, advice::never);
  });

  EXPECT_LT(took, 1s);
  EXPECT_EQ(busy_with("by stop"), "0");
  on.limit({});
  EXPECT_TRUE(on.read("SELECT 1"));
}

TEST_F(PostgresLimits, AfterAStopNothingIsSent) {
  auto on = server->connect();
  std::stop_source stop;
  stop.request_stop();
  on.limit({.stop = stop.get_token()});

  auto const refused = on.execute("CREATE TABLE never_made ()");

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, category::cancelled);
  EXPECT_EQ(refused.error().poisoned, poisoned::nothing);
  EXPECT_TRUE(on.is_usable());
  EXPECT_EQ(server->ask("SELECT to_regclass('never_made') IS NULL"), "t");
}

TEST_F(PostgresLimits, ADeadlineEndsATransactionThatGoesOnAfterItsRollback) {
  auto on = server->connect();
  ASSERT_TRUE(on.run_script("BEGIN"));
  on.limit(within(50ms));

  auto const answer = on.execute("SELECT pg_sleep(30)");

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().poisoned, poisoned::transaction);
  EXPECT_TRUE(on.in_transaction());
  on.limit({});
  EXPECT_TRUE(on.run_script("ROLLBACK", postgres::effect::reads));
  EXPECT_FALSE(on.in_transaction());
}

TEST_F(PostgresLimits, AnAnswerThatNeverComesPoisonsTheConnection) {
  open_proxy();
  auto on = through_proxy();
  fault("kind: half_open");
  on.limit(within(100ms));

  duration const took = time_of([&] {
    auto const answer = on.read("SELECT 1");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, category::timeout);
    EXPECT_EQ(answer.error().poisoned, poisoned::connection);
    EXPECT_EQ(answer.error().advice, advice::after_reconnect);
  });

  EXPECT_LT(took, 4s);  // two seconds more for the answer to the cancelled statement
  EXPECT_FALSE(on.is_usable());
}

TEST_F(PostgresLimits, AWriteThatIsNotAnsweredInTimeIsInDoubt) {
  open_proxy();
  auto on = through_proxy();
  fault("kind: half_open");
  on.limit(within(100ms));

  auto const answer = on.execute("CREATE TABLE perhaps ()");

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().category, category::in_doubt);
  EXPECT_EQ(answer.error().advice, advice::resolve_first);
}

TEST_F(PostgresLimits, TheServerHoldsTheTimeoutsOfTheOptions) {
  auto on = postgres::connection::open({.conninfo = server->conninfo(),
                                        .statement_timeout = 1500ms,
                                        .lock_timeout = 700ms,
                                        .application_name = "limited"});

  ASSERT_TRUE(on);
  auto const shown = on->read(
      "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
      " current_setting('application_name')");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->text(0, 0), "1500ms");
  EXPECT_EQ(shown->text(0, 1), "700ms");
  EXPECT_EQ(shown->text(0, 2), "limited");
}

TEST_F(PostgresLimits, WhatTheConnectionStringSaysWins) {
  auto on = postgres::connection::open(
      {.conninfo = server->conninfo("application_name=mine options='-c statement_timeout=9s'"),
       .statement_timeout = 1500ms});

  ASSERT_TRUE(on);
  auto const shown =
      on->read("SELECT current_setting('statement_timeout'), current_setting('application_name')");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->text(0, 0), "9s");
  EXPECT_EQ(shown->text(0, 1), "mine");
}

}  // namespace
