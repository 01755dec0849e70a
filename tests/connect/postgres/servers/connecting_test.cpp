#include "false_server.hpp"
#include "with_server.hpp"

#include <stop_token>
#include <string>
#include <thread>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

std::string at_port(int port) { return "host=127.0.0.1 user=app port=" + std::to_string(port); }

class PostgresConnecting : public with_server {
 protected:
  /// Hosts of loopback in their order, the real server the last.
  [[nodiscard]] static std::string before_the_server(int port, std::string const& more = "") {
    return "host=127.0.0.1,127.0.0.1 port=" + std::to_string(port) + "," +
           std::to_string(server->port()) + " user=app dbname=postgres " + more;
  }
};

TEST_F(PostgresConnecting, AServerIsReachedByUnixSocketAndByTcp) {
  auto const local = server->connect();
  auto const distant =
      postgres::connection::open({.conninfo = server->tcp_conninfo(server->port())});

  ASSERT_TRUE(distant) << describe(distant.error());
  EXPECT_EQ(distant->server_name(), "127.0.0.1:" + std::to_string(server->port()));
  EXPECT_EQ(local.server_name(), server->folder_path() + ":" + std::to_string(server->port()));
  EXPECT_EQ(local.server_version() / 10000, 15);
}

TEST_F(PostgresConnecting, AUriNamesAServerToo) {
  auto const opened = postgres::connection::open(
      {.conninfo = "postgresql://app@127.0.0.1:" + std::to_string(server->port()) +
                   "/postgres?application_name=by%20uri"});

  ASSERT_TRUE(opened) << describe(opened.error());
}

TEST_F(PostgresConnecting, WhereTheFirstHostRefusesTheSecondIsTried) {
  auto const opened = postgres::connection::open({.conninfo = before_the_server(free_port())});

  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_EQ(opened->server_name(), "127.0.0.1:" + std::to_string(server->port()));
}

TEST_F(PostgresConnecting, AHostThatNeverAnswersCostsItsTimeoutAlone) {
  false_server const deaf;

  duration const took = time_of([&] {
    auto const opened = postgres::connection::open(
        {.conninfo = before_the_server(deaf.port()), .connect_timeout = 300ms});
    EXPECT_TRUE(opened) << describe(opened.error());
  });

  EXPECT_GE(took, 300ms);
  EXPECT_LT(took, 1s);
}

TEST_F(PostgresConnecting, TheConnectTimeoutOfTheStringIsInSeconds) {
  false_server const deaf;

  duration const took = time_of([&] {
    auto const opened =
        postgres::connection::open({.conninfo = at_port(deaf.port()) + " connect_timeout=1"});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().category, category::timeout);
    EXPECT_EQ(opened.error().advice, advice::after_reconnect);
  });

  EXPECT_GE(took, 1s);
  EXPECT_LT(took, 2s);
}

TEST_F(PostgresConnecting, ADeadlineEndsItForAllHosts) {
  false_server const deaf;

  duration const took = time_of([&] {
    auto const opened =
        postgres::connection::open({.conninfo = before_the_server(deaf.port())}, within(100ms));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().category, category::timeout);
  });

  EXPECT_LT(took, 1s);
}

TEST_F(PostgresConnecting, AStopEndsIt) {
  false_server const deaf;
  std::stop_source stop;
  std::jthread const soon{[stop]() mutable {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  }};

  duration const took = time_of([&] {
    auto const opened = postgres::connection::open({.conninfo = before_the_server(deaf.port())},
                                                   {.stop = stop.get_token()});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().category, category::cancelled);
  });

  EXPECT_LT(took, 1s);
}

TEST_F(PostgresConnecting, AServerOfAnotherProtocolIsAFailureOfTheLink) {
  for (char const* said : {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n", "E", "\n"}) {
    false_server const other{said};

    auto const opened =
        postgres::connection::open({.conninfo = at_port(other.port()), .connect_timeout = 2s});

    ASSERT_FALSE(opened) << said;
    EXPECT_EQ(opened.error().code.value.view(), "08001") << describe(opened.error());
    EXPECT_EQ(opened.error().category, category::connection);
  }
}

TEST_F(PostgresConnecting, AfterTheLastHostTheFailureThatMayPassIsTold) {
  auto const opened = postgres::connection::open(
      {.conninfo = "host=127.0.0.1,127.0.0.1 user=app dbname=nowhere port=" +
                   std::to_string(free_port()) + "," + std::to_string(server->port())});

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code.value.view(), "08001") << describe(opened.error());
}

TEST_F(PostgresConnecting, AStringThatCanNotBeReadIsAFailureOfConfiguration) {
  for (std::string const& wrong : std::initializer_list<std::string>{
           "hots=a", "host=a port", "postgresql://[::1", "host=a,b,c port=1,2",
           "host=a connect_timeout=soon", std::string{"host=a\0b", 8}}) {
    auto const opened = postgres::connection::open({.conninfo = wrong});

    ASSERT_FALSE(opened) << wrong;
    EXPECT_EQ(opened.error().category, category::configuration) << wrong;
    EXPECT_EQ(opened.error().advice, advice::never);
    EXPECT_EQ(opened.error().fault, fault::caller);
  }
}

TEST_F(PostgresConnecting, APasswordIsNotTold) {
  for (std::string const& wrong : std::initializer_list<std::string>{
           "host=a password=my hunter2", "host=a password=my hunter2=x",
           "host=a password='my hunter2", "postgresql://app:hunter2%zz@a/postgres",
           "postgresql://app:hunter2@[::1/postgres", "postgresql://app:hunter2@[::1]x/postgres",
           "postgresql://app@a/postgres?password=hunter2&hunter2",
           "postgresql://app:hunter2@a/b?x=hunter2"}) {
    auto const opened = postgres::connection::open({.conninfo = wrong}, within(1s));

    ASSERT_FALSE(opened) << wrong;
    EXPECT_EQ(opened.error().text.view().find("hunter2"), std::string_view::npos)
        << describe(opened.error());
  }
}

TEST_F(PostgresConnecting, APasswordThatIsRefusedIsNotTold) {
  auto const opened =
      postgres::connection::open({.conninfo = at_port(free_port()) + " password=hunter2"});

  ASSERT_FALSE(opened);
  EXPECT_EQ(describe(opened.error()).find("hunter2"), std::string::npos);
}

TEST_F(PostgresConnecting, APoolerWithoutItsServerIsAFailureThatMayPass) {
  if (!has_pgbouncer()) GTEST_SKIP() << "pgbouncer is not installed";
  postgres_server mortal;
  pgbouncer const before{mortal, {"server_login_retry = 1", "query_wait_timeout = 1"}};
  auto on = postgres::connection::open({.conninfo = before.conninfo(), .behind_pooler = true});
  ASSERT_TRUE(on && on->read("SELECT 1"));
  mortal.stop();

  auto const answer = on->read("SELECT 1");

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().advice, advice::after_reconnect) << describe(answer.error());
  EXPECT_EQ(answer.error().poisoned, poisoned::connection);
}

TEST_F(PostgresConnecting, APoolerThatIsFullIsAFailureThatMayPass) {
  if (!has_pgbouncer()) GTEST_SKIP() << "pgbouncer is not installed";
  pgbouncer const before{*server, {"max_client_conn = 1"}};
  auto const first =
      postgres::connection::open({.conninfo = before.conninfo(), .behind_pooler = true});
  ASSERT_TRUE(first) << describe(first.error());

  auto const second =
      postgres::connection::open({.conninfo = before.conninfo(), .behind_pooler = true});

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code.value.view(), "08P01");
  EXPECT_EQ(second.error().category, category::connection);
  EXPECT_EQ(second.error().advice, advice::after_reconnect);
}

TEST(PostgresPrimaryAndStandby, AreChosenAsTheStringAsks) {
  if (!has_postgres()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
  postgres_server const primary;
  auto const standby = postgres_server::standby_of(primary, "second");
  std::string const both =
      "host=127.0.0.1,127.0.0.1 user=app dbname=postgres port=" + std::to_string(standby->port()) +
      "," + std::to_string(primary.port());
  std::string const other_way =
      "host=127.0.0.1,127.0.0.1 user=app dbname=postgres port=" + std::to_string(primary.port()) +
      "," + std::to_string(standby->port());
  auto const port_of = [](std::string const& conninfo) {
    auto const opened = postgres::connection::open({.conninfo = conninfo});
    return opened ? opened->server_name() : describe(opened.error());
  };
  std::string const at_primary = "127.0.0.1:" + std::to_string(primary.port());
  std::string const at_standby = "127.0.0.1:" + std::to_string(standby->port());

  EXPECT_EQ(port_of(both), at_standby);
  EXPECT_EQ(port_of(both + " target_session_attrs=read-write"), at_primary);
  EXPECT_EQ(port_of(both + " target_session_attrs=primary"), at_primary);
  EXPECT_EQ(port_of(other_way + " target_session_attrs=prefer-standby"), at_standby);
  EXPECT_EQ(port_of(other_way + " target_session_attrs=standby"), at_standby);
  EXPECT_EQ(port_of(primary.conninfo("target_session_attrs=prefer-standby")),
            primary.folder_path() + ":" + std::to_string(primary.port()));

  auto const none = postgres::connection::open(
      {.conninfo = standby->conninfo("target_session_attrs=read-write")});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().advice, advice::after_reconnect);
  auto written = standby->connect().execute("CREATE TABLE t ()");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code.value.view(), "25006");
  EXPECT_EQ(written.error().poisoned, poisoned::connection);
}

}  // namespace
