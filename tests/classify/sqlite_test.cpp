#include "holdfast/classify/sqlite.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

struct sqlite_case {
  int code;
  char const* name;
  holdfast::category category;
  holdfast::fault fault;
  holdfast::advice advice;
  holdfast::poisoned poisoned;
};

class SqliteCode : public ::testing::TestWithParam<sqlite_case> {};

TEST_P(SqliteCode, MeansWhatTheTableSays) {
  auto const& expected = GetParam();

  failure const seen = classify_sqlite(expected.code);

  EXPECT_EQ(seen.code, (failure_code{code_kind::sqlite, expected.name}));
  EXPECT_EQ(name_of(seen.category), name_of(expected.category));
  EXPECT_EQ(name_of(seen.fault), name_of(expected.fault));
  EXPECT_EQ(name_of(seen.advice), name_of(expected.advice));
  EXPECT_EQ(name_of(seen.poisoned), name_of(expected.poisoned));
}

INSTANTIATE_TEST_SUITE_P(
    Table, SqliteCode,
    ::testing::Values(sqlite_case{1, "SQLITE_ERROR", category::programming, fault::caller,
                                  advice::never, poisoned::nothing},
                      sqlite_case{5, "SQLITE_BUSY", category::transient, fault::dependency,
                                  advice::after_backoff, poisoned::nothing},
                      sqlite_case{8, "SQLITE_READONLY", category::permission, fault::caller,
                                  advice::never, poisoned::nothing},
                      sqlite_case{11, "SQLITE_CORRUPT", category::corruption, fault::dependency,
                                  advice::never, poisoned::connection},
                      sqlite_case{13, "SQLITE_FULL", category::resource, fault::dependency,
                                  advice::after_backoff, poisoned::transaction},
                      sqlite_case{17, "SQLITE_SCHEMA", category::transient, fault::dependency,
                                  advice::after_reprepare, poisoned::nothing},
                      sqlite_case{26, "SQLITE_NOTADB", category::corruption, fault::dependency,
                                  advice::never, poisoned::connection},
                      sqlite_case{517, "SQLITE_BUSY_SNAPSHOT", category::transient,
                                  fault::dependency, advice::restart_transaction,
                                  poisoned::transaction},
                      sqlite_case{778, "SQLITE_IOERR_WRITE", category::resource, fault::dependency,
                                  advice::restart_transaction, poisoned::transaction},
                      sqlite_case{2067, "SQLITE_CONSTRAINT_UNIQUE", category::integrity,
                                  fault::caller, advice::never, poisoned::nothing}),
    [](auto const& tested) { return "Code" + std::to_string(tested.param.code); });

TEST(SqliteExtendedCode, UnlistedIsJudgedByItsPrimaryCode) {
  int const unlisted_constraint = 19 | (200 << 8);

  failure const seen = classify_sqlite(unlisted_constraint, "odd constraint failed");

  EXPECT_EQ(seen.category, category::integrity);
  EXPECT_EQ(seen.code.value.view(), "SQLITE_CONSTRAINT");
  EXPECT_EQ(seen.text.view(), "odd constraint failed");
}

TEST(SqliteAtCommit, AFolderThatWasNotSyncedAndAFileThatWasNotClosedLeaveItInDoubt) {
  for (int const code : {1290, 4106, 4362}) {
    failure const seen = classify_sqlite(code, {}, phase::awaiting_commit);
    EXPECT_EQ(seen.category, category::in_doubt) << code;
    EXPECT_EQ(seen.advice, advice::resolve_first) << code;
    EXPECT_EQ(classify_sqlite(code).advice, advice::restart_transaction) << code;
  }
  for (int const code : {5, 13, 1034, 2067}) {
    EXPECT_EQ(classify_sqlite(code, {}, phase::awaiting_commit), classify_sqlite(code)) << code;
  }
}

TEST(SqliteUnknownCode, IsAnUnknownFailure) {
  for (int const code : {0, 16, 100, 101, 255, -3}) {
    failure const seen = classify_sqlite(code);
    EXPECT_EQ(seen.category, category::unknown) << code;
    EXPECT_EQ(seen.advice, advice::if_idempotent);
    EXPECT_EQ(seen.code.value.view(), std::to_string(code));
    EXPECT_EQ(sqlite_code_name(code), "");
  }
}

}  // namespace
}  // namespace holdfast
