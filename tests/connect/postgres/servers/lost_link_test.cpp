#include "with_server.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

class PostgresLostLink : public with_server {
 protected:
  void SetUp() override {
    with_server::SetUp();
    if (IsSkipped()) return;
    server->ask("DROP TABLE IF EXISTS n; CREATE TABLE n (i int)");
    open_proxy();
  }
  static void terminate(postgres::connection& session) {
    auto const id = session.read("SELECT pg_backend_pid()");
    ASSERT_TRUE(id);
    server->ask("SELECT pg_terminate_backend(" + std::string{id->text(0, 0)} + ", 5000)");
  }
};

TEST_F(PostgresLostLink, AWriteWhoseAnswerWasLostIsInDoubt) {
  auto on = through_proxy();
  fault("kind: answer_lost, message: P, containing: INSERT");

  auto const answer = on.execute("INSERT INTO n VALUES (1)");

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().category, category::in_doubt);
  EXPECT_EQ(answer.error().advice, advice::resolve_first);
  EXPECT_EQ(answer.error().poisoned, poisoned::connection);
  EXPECT_FALSE(on.is_usable());
}

TEST_F(PostgresLostLink, AReadWhoseAnswerWasLostMayBeRepeated) {
  auto on = through_proxy();
  fault("kind: answer_lost, message: P, containing: SELECT");

  auto const answer = on.read("SELECT * FROM n");

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().category, category::connection);
  EXPECT_EQ(answer.error().advice, advice::after_reconnect);
}

TEST_F(PostgresLostLink, AWriteInATransactionIsRolledBack) {
  auto on = through_proxy();
  ASSERT_TRUE(on.run_script("BEGIN"));
  fault("kind: answer_lost, message: P, containing: INSERT");

  auto const answer = on.execute("INSERT INTO n VALUES (1)");

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().category, category::connection);
  EXPECT_EQ(answer.error().advice, advice::after_reconnect);
  EXPECT_EQ(server->ask("SELECT count(*) FROM n"), "0");
}

TEST_F(PostgresLostLink, ACommitInAnyWordsIsInDoubt) {
  for (char const* commit :
       {"COMMIT", "/* a /* b */ c */ commit", "-- so\nEND", "COMMIT AND CHAIN"}) {
    auto on = through_proxy();
    ASSERT_TRUE(on.run_script("BEGIN; INSERT INTO n VALUES (1)"));
    fault("kind: answer_lost, message: P, times: 1");

    auto const answer = on.execute(commit);

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, category::in_doubt) << commit;
  }
}

TEST_F(PostgresLostLink, AWordInACommentIsNoCommit) {
  auto on = server->connect();
  EXPECT_TRUE(on.execute("/* a /* b */ COMMIT */ SELECT 1"));
  EXPECT_TRUE(on.is_usable());
}

TEST_F(PostgresLostLink, ALinkThatIsCutInTheMiddleOfAnAnswerIsLost) {
  auto on = through_proxy();
  fault("kind: cut, direction: to_client, at_byte: 5000");

  auto const answer = on.read("SELECT repeat('x', 100000)");

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().category, category::connection);
  EXPECT_EQ(answer.error().poisoned, poisoned::connection);
}

TEST_F(PostgresLostLink, AfterItsLossNothingIsSent) {
  auto on = through_proxy();
  proxy->end_all();
  ASSERT_FALSE(on.read("SELECT 1"));

  auto const answer = on.execute("INSERT INTO n VALUES (1)");

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().category, category::connection);
  EXPECT_EQ(answer.error().advice, advice::after_reconnect);
}

TEST_F(PostgresLostLink, AnIdleSessionThatWasEndedIsBrokenByNow) {
  auto on = server->connect();
  EXPECT_FALSE(on.is_broken_by_now());
  terminate(on);

  EXPECT_TRUE(on.is_broken_by_now());
  auto const answer = on.execute("INSERT INTO n VALUES (1)");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code.value.view(), "57P01");
  EXPECT_NE(answer.error().category, category::in_doubt);
  EXPECT_EQ(answer.error().advice, advice::after_reconnect);
}

TEST_F(PostgresLostLink, AnIdleLinkThatWasCutIsBrokenByNow) {
  auto on = through_proxy();
  EXPECT_FALSE(on.is_broken_by_now());
  proxy->end_all();

  for (int tries = 0; tries < 100 && !on.is_broken_by_now(); ++tries) {
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_TRUE(on.is_broken_by_now());
}

TEST_F(PostgresLostLink, ANoticeIsNoSignOfItsEnd) {
  auto on = server->connect();
  ASSERT_TRUE(on.run_script("LISTEN bell"));
  server->ask("NOTIFY bell");
  std::this_thread::sleep_for(50ms);

  EXPECT_FALSE(on.is_broken_by_now());
  EXPECT_TRUE(on.read("SELECT 1"));
}

TEST_F(PostgresLostLink, NoticesReachTheirListener) {
  std::vector<std::string> told;
  auto on = postgres::connection::open(
      {.conninfo = server->conninfo(), .on_notice = [&](postgres::notice const& each) {
         told.push_back(std::string{each.severity} + " " + std::string{each.sqlstate});
         throw std::runtime_error{"a listener's trouble"};
       }});
  ASSERT_TRUE(on);

  EXPECT_TRUE(on->run_script("CREATE TABLE IF NOT EXISTS n ()"));
  EXPECT_TRUE(on->run_script("ROLLBACK"));

  EXPECT_EQ(told, (std::vector<std::string>{"NOTICE 42P07", "WARNING 25P01"}));
}

TEST_F(PostgresLostLink, TheContextIsToldWhatTheServerSaid) {
  failure_context context;
  auto on = server->connect();
  ASSERT_TRUE(
      on.run_script("DROP TABLE IF EXISTS m; CREATE TABLE m (i int CONSTRAINT low CHECK (i < 5))"));
  on.limit({.context = &context});

  ASSERT_FALSE(on.execute("INSERT INTO m VALUES (7)"));

  EXPECT_EQ(context.how_far, phase::awaiting_commit);
  EXPECT_EQ(context.server.severity, "ERROR");
  EXPECT_EQ(context.server.table, "m");
  EXPECT_EQ(context.server.constraint, "low");
}

TEST_F(PostgresLostLink, AServerThatSpeaksAnotherProtocolIsNoServer) {
  server->ask("SELECT 1");
  auto garbled = chaos_proxy::open({.to = server->socket_address(), .seed = 3});
  ASSERT_TRUE(garbled);
  ASSERT_TRUE(
      garbled->add_text("faults: [{kind: corrupt, direction: to_client, byte_share: 0.5}]"));

  auto const opened = postgres::connection::open(
      {.conninfo = server->tcp_conninfo(garbled->port()), .connect_timeout = 2s});

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().poisoned, poisoned::connection);
  EXPECT_NE(opened.error().category, category::in_doubt);
}

}  // namespace
