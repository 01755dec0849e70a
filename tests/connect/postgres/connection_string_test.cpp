#include "connect/postgres/connection_string.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast::postgres {
namespace {

using namespace std::chrono_literals;

/// A variable of the environment, as long as it lives.
class variable {
 public:
  variable(char const* name, char const* value) : name_{name} { ::setenv(name, value, 1); }
  variable(variable const&) = delete;
  variable& operator=(variable const&) = delete;
  ~variable() { ::unsetenv(name_); }

 private:
  char const* name_;
};

std::vector<connection_try> tries(connection_options const& options) {
  auto made = tries_of(options);
  EXPECT_TRUE(made) << describe(made.error());
  return made ? *made : std::vector<connection_try>{};
}
connection_try only_try(connection_options const& options) {
  auto const made = tries(options);
  EXPECT_EQ(made.size(), 1U);
  return made.empty() ? connection_try{} : made.front();
}
std::string value(connection_try const& in, char const* keyword) {
  auto const found = in.parameters.find(keyword);
  return found == in.parameters.end() ? "none" : found->second;
}
std::vector<std::string> hosts(std::string const& conninfo) {
  std::vector<std::string> names;
  for (auto const& each : tries({.conninfo = conninfo})) names.push_back(each.host);
  return names;
}
using names = std::vector<std::string>;

TEST(PostgresConnectionString, EachHostIsATryOfItsOwn) {
  EXPECT_EQ(hosts("host=a,b,c port=1,2,3"), (names{"a:1", "b:2", "c:3"}));
  EXPECT_EQ(hosts("host=a,b port=7"), (names{"a:7", "b:7"}));
  EXPECT_EQ(hosts("hostaddr=10.0.0.1,10.0.0.2 port=1"), (names{"10.0.0.1:1", "10.0.0.2:1"}));
  EXPECT_EQ(hosts("postgresql://u@a:1,b:2/d"), (names{"a:1", "b:2"}));
  EXPECT_EQ(hosts("host=/run/x port=5"), (names{"/run/x:5"}));
}

TEST(PostgresConnectionString, EachTryHasOneHostAndAllElse) {
  auto const made = tries({.conninfo = "host=a,b port=1,2 user=u sslmode=require"});
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(value(made[1], "host"), "b");
  EXPECT_EQ(value(made[1], "port"), "2");
  EXPECT_EQ(value(made[1], "user"), "u");
  EXPECT_EQ(value(made[1], "sslmode"), "require");
  EXPECT_EQ(value(made[1], "connect_timeout"), "none");
}

TEST(PostgresConnectionString, HostsAddressesAndPortsAreAsManyAsEachOther) {
  for (char const* wrong :
       {"host=a,b port=1,2,3", "host=a port=1,2", "host=a,b,c hostaddr=1.1.1.1,2.2.2.2"}) {
    auto const made = tries_of({.conninfo = wrong});
    ASSERT_FALSE(made) << wrong;
    EXPECT_EQ(made.error().category, category::configuration);
  }
}

TEST(PostgresConnectionString, PreferStandbyIsTwoWalksOverTheHosts) {
  auto const made = tries({.conninfo = "host=a,b port=1 target_session_attrs=prefer-standby"});
  ASSERT_EQ(made.size(), 4U);
  names walked;
  for (auto const& each : made) {
    walked.push_back(each.host + " " + value(each, "target_session_attrs"));
  }
  EXPECT_EQ(walked, (names{"a:1 standby", "b:1 standby", "a:1 any", "b:1 any"}));
}

TEST(PostgresConnectionString, TheStringWinsOverTheOptions) {
  auto const plain =
      only_try({.conninfo = "host=a", .connect_timeout = 3s, .application_name = "mine"});
  EXPECT_EQ(value(plain, "application_name"), "mine");
  EXPECT_EQ(value(plain, "client_encoding"), "UTF8");
  EXPECT_EQ(plain.timeout, 3s);
  auto const told = only_try({.conninfo = "host=a connect_timeout=7 application_name=own",
                              .connect_timeout = 3s,
                              .application_name = "mine"});
  EXPECT_EQ(value(told, "application_name"), "own");
  EXPECT_EQ(told.timeout, 7s);
}

TEST(PostgresConnectionString, TheOptionsWinOverTheEnvironment) {
  variable const encoding{"PGCLIENTENCODING", "LATIN1"};
  variable const name{"PGAPPNAME", "theirs"};
  variable const timeout{"PGCONNECT_TIMEOUT", "99"};
  auto const made = only_try({.conninfo = "host=a", .connect_timeout = 3s});
  EXPECT_EQ(value(made, "client_encoding"), "UTF8");
  EXPECT_EQ(value(made, "application_name"), "holdfast");
  EXPECT_EQ(made.timeout, 3s);
}

TEST(PostgresConnectionString, TheEnvironmentFillsInWhatNeitherSays) {
  variable const host{"PGHOST", "of-environment"};
  variable const user{"PGUSER", "somebody"};
  EXPECT_EQ(value(only_try({}), "host"), "of-environment");
  EXPECT_EQ(value(only_try({}), "user"), "somebody");
  EXPECT_EQ(value(only_try({.conninfo = "host=a"}), "host"), "a");
}

TEST(PostgresConnectionString, SettingsOfTheSessionStandBeforeThoseOfTheString) {
  connection_options options{.conninfo = "host=a options='-c lock_timeout=9'",
                             .statement_timeout = 1500us,
                             .lock_timeout = 7ms};
  EXPECT_EQ(value(only_try(options), "options"),
            "-c statement_timeout=2 -c lock_timeout=7 -c lock_timeout=9");
  options.behind_pooler = true;
  EXPECT_EQ(value(only_try(options), "options"), "-c lock_timeout=9");
  options.conninfo = "host=a";
  EXPECT_EQ(value(only_try(options), "options"), "none");
}

TEST(PostgresConnectionString, SettingsOfTheEnvironmentStandBehindThoseOfTheOptions) {
  variable const settings{"PGOPTIONS", "-c work_mem=1MB"};
  EXPECT_EQ(value(only_try({.conninfo = "host=a", .lock_timeout = 7ms}), "options"),
            "-c lock_timeout=7 -c work_mem=1MB");
}

TEST(PostgresConnectionString, KeepalivesFindADeadPeerInTheTimeGiven) {
  auto const made = only_try({.conninfo = "host=a", .unacknowledged_timeout = 30s});
  EXPECT_EQ(value(made, "tcp_user_timeout"), "30000");
  EXPECT_EQ(value(made, "keepalives_idle"), "15");
  EXPECT_EQ(value(made, "keepalives_interval"), "5");
  EXPECT_EQ(value(made, "keepalives_count"), "3");
  EXPECT_EQ(
      value(only_try({.conninfo = "host=a", .unacknowledged_timeout = 1s}), "keepalives_interval"),
      "1");
}

TEST(PostgresConnectionString, ATimeoutOfNothingIsNone) {
  EXPECT_TRUE(is_off(only_try({.conninfo = "host=a connect_timeout=0"}).timeout));
  EXPECT_TRUE(is_off(only_try({.conninfo = "host=a connect_timeout=-1"}).timeout));
  EXPECT_FALSE(tries_of({.conninfo = "host=a connect_timeout=1s"}));
}

TEST(PostgresConnectionString, AValueThatNoServerCouldMendIsRefused) {
  for (char const* wrong : {"sslmode=on", "target_session_attrs=write", "port=0", "port=65536",
                            "port=pg", "host=a,b port=1,x"}) {
    auto const made = tries_of({.conninfo = wrong});
    ASSERT_FALSE(made) << wrong;
    EXPECT_EQ(made.error().category, category::configuration);
    EXPECT_EQ(made.error().advice, advice::never);
  }
  EXPECT_TRUE(tries_of({.conninfo = "host=a port=65535 sslmode=verify-full"}));
  EXPECT_TRUE(tries_of({.conninfo = "host=a,b port=1, target_session_attrs=primary"}));
}

TEST(PostgresConnectionString, WhatItHoldsIsNotTold) {
  for (char const* wrong :
       {"host=a password=my hunter2", "password=my hunter2=x", "password='my hunter2",
        "postgresql://app:hunter2%zz@a/d", "postgresql://app:hunter2@[::1/d",
        "postgresql://app:hunter2@[::1]x/d", "postgresql://app@a/d?password=hunter2&hunter2",
        "postgresql://app:hunter2@a/d?x=hunter2", R"(password="hunter2 "hunter2")"}) {
    auto const made = tries_of({.conninfo = wrong});
    ASSERT_FALSE(made) << wrong;
    EXPECT_EQ(made.error().category, category::configuration);
    EXPECT_EQ(describe(made.error()).find("hunter"), std::string::npos) << describe(made.error());
  }
}

TEST(PostgresConnectionString, WhatIsWrongIsTold) {
  auto const made = tries_of({.conninfo = "host=a port"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().text.view(),
            "the connection string: missing \"=\" after … in connection info string");
}

}  // namespace
}  // namespace holdfast::postgres
