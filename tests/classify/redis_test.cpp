#include "holdfast/classify/redis.hpp"

#include <array>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using enum advice;

struct reply_case {
  char const* reply;
  char const* code;
  holdfast::category category;
  holdfast::fault fault;
  holdfast::advice advice;
};

// The replies are those of Redis 7.
constexpr auto cases = std::to_array<reply_case>({
    {"LOADING Redis is loading the dataset in memory", "LOADING", category::transient,
     fault::dependency, after_backoff},
    {"BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
     "BUSY", category::transient, fault::dependency, after_backoff},
    {"MOVED 3999 127.0.0.1:6381", "MOVED", category::transient, fault::caller, after_reconnect},
    {"ASK 3999 127.0.0.1:6381", "ASK", category::transient, fault::caller, after_reconnect},
    {"TRYAGAIN Multiple keys request during rehashing of slot", "TRYAGAIN", category::transient,
     fault::caller, after_backoff},
    {"CLUSTERDOWN The cluster is down", "CLUSTERDOWN", category::transient, fault::dependency,
     after_backoff},
    {"CROSSSLOT Keys in request don't hash to the same slot", "CROSSSLOT", category::programming,
     fault::caller, never},
    {"READONLY You can't write against a read only replica.", "READONLY", category::transient,
     fault::dependency, after_reconnect},
    {"NOAUTH Authentication required.", "NOAUTH", category::authentication, fault::caller, never},
    {"WRONGPASS invalid username-password pair or user is disabled.", "WRONGPASS",
     category::authentication, fault::caller, never},
    {"NOPERM this user has no permissions to run the 'get' command", "NOPERM", category::permission,
     fault::caller, never},
    {"OOM command not allowed when used memory > 'maxmemory'.", "OOM", category::resource,
     fault::dependency, after_backoff},
    {"NOSCRIPT No matching script. Please use EVAL.", "NOSCRIPT", category::transient,
     fault::caller, after_reprepare},
    {"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
     "MASTERDOWN", category::transient, fault::dependency, after_backoff},
    {"NOREPLICAS Not enough good replicas to write.", "NOREPLICAS", category::transient,
     fault::dependency, after_backoff},
    {"MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist",
     "MISCONF", category::resource, fault::dependency, after_backoff},
    {"WRONGTYPE Operation against a key holding the wrong kind of value", "WRONGTYPE",
     category::programming, fault::caller, never},
    {"BUSYGROUP Consumer Group name already exists", "BUSYGROUP", category::integrity,
     fault::caller, never},
    {"NOGROUP No such key 'k' or consumer group 'g'", "NOGROUP", category::not_found, fault::caller,
     never},
    {"UNBLOCKED force unblock from blocking operation, instance state changed", "UNBLOCKED",
     category::transient, fault::dependency, after_reconnect},
    {"ERR unknown command 'FOO', with args beginning with: ", "ERR", category::programming,
     fault::caller, never},
    {"ERR max number of clients reached", "ERR", category::resource, fault::dependency,
     after_reconnect},
    {"EXECABORT Transaction discarded because of previous errors.", "EXECABORT",
     category::programming, fault::caller, never},
    {"EXECABORT Transaction discarded because of: LOADING Redis is loading", "EXECABORT",
     category::transient, fault::dependency, after_backoff},
    {"EXECABORT Transaction discarded because of: no word of ours", "EXECABORT",
     category::programming, fault::caller, never},
    {"MYMODULE says no", "MYMODULE", category::unknown, fault::dependency, if_idempotent},
    {"my script says no", "unknown", category::unknown, fault::dependency, if_idempotent},
    {"", "none", category::connection, fault::dependency, if_idempotent},
});

TEST(RedisReply, MeansWhatTheTableSays) {
  for (auto const& expected : cases) {
    failure const seen = classify_redis(expected.reply, phase::sent);
    EXPECT_EQ(seen.code, (failure_code{code_kind::redis, expected.code})) << expected.reply;
    EXPECT_EQ(name_of(seen.category), name_of(expected.category)) << expected.reply;
    EXPECT_EQ(name_of(seen.fault), name_of(expected.fault)) << expected.reply;
    EXPECT_EQ(name_of(seen.advice), name_of(expected.advice)) << expected.reply;
  }
}

TEST(RedisReply, ARefusalIsADefiniteNoAlsoToExec) {
  EXPECT_EQ(classify_redis("OOM …", phase::awaiting_commit).advice, after_backoff);
  EXPECT_EQ(classify_redis("READONLY …", phase::awaiting_commit).advice, after_reconnect);
}

TEST(RedisReply, WithoutOneThePhaseDecides) {
  EXPECT_EQ(classify_redis("", phase::not_sent).advice, after_backoff);
  EXPECT_EQ(classify_redis("", phase::awaiting_commit).advice, resolve_first);
  EXPECT_EQ(classify_redis("", phase::awaiting_commit).category, category::in_doubt);
  EXPECT_EQ(classify_redis("MYMODULE", phase::awaiting_commit).advice, resolve_first);
}

}  // namespace
}  // namespace holdfast
