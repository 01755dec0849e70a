#include "connect/postgres/commands.hpp"

#include <gtest/gtest.h>

namespace holdfast::postgres {
namespace {

TEST(PostgresCommands, ACommitInAnyWordsEndsATransaction) {
  for (char const* sql :
       {"COMMIT", "commit", "Commit;", " \t\r\n\fCOMMIT AND CHAIN", "END", "end transaction",
        "END;", "PREPARE TRANSACTION 'x'", "prepare\n  transaction 'x'", "COMMIT PREPARED 'x'",
        "-- a comment\nCOMMIT", "/* one */ /* two */COMMIT", "/* a /* b */ c */ COMMIT",
        "/**/COMMIT", "PREPARE /* for two */ TRANSACTION 'x'"}) {
    EXPECT_TRUE(ends_transaction(sql)) << sql;
  }
}

TEST(PostgresCommands, OtherWordsDoNot) {
  for (char const* sql : {"", "ROLLBACK", "BEGIN", "SELECT 'COMMIT'", "COMMITS", "ENDING",
                          "PREPARE TRANSACTIONS AS SELECT 1", "PREPARE p AS SELECT 1", "-- COMMIT",
                          "/* COMMIT */", "/* a /* b */ COMMIT */ SELECT 1",
                          "/* never closed COMMIT", "/*/ COMMIT */ SELECT 1", "SELECT 1; COMMIT"}) {
    EXPECT_FALSE(ends_transaction(sql)) << sql;
  }
}

TEST(PostgresCommands, AScriptMayEndATransactionAnywhere) {
  for (char const* sql :
       {"COMMIT", "SELECT 1; COMMIT", "SELECT 1;;; END;", "SELECT 1; -- so\n COMMIT",
        "SELECT 'a;b'; COMMIT", "INSERT INTO t VALUES (1);commit"}) {
    EXPECT_TRUE(may_end_transaction(sql)) << sql;
  }
}

TEST(PostgresCommands, WhereItIsNotSureAScriptMayEndATransaction) {
  EXPECT_TRUE(may_end_transaction("SELECT 'a; COMMIT'"));
  EXPECT_TRUE(may_end_transaction("DO 'BEGIN NULL; END'"));
}

TEST(PostgresCommands, AScriptWithoutSuchAWordDoesNot) {
  for (char const* sql :
       {"", ";", "SELECT 1; SELECT 2", "ROLLBACK; BEGIN", "SELECT 1; COMMITTED"}) {
    EXPECT_FALSE(may_end_transaction(sql)) << sql;
  }
}

TEST(PostgresCommands, ACopyBeginsWithItsWord) {
  EXPECT_TRUE(begins_copy("COPY t FROM STDIN"));
  EXPECT_TRUE(begins_copy("/* all */ copy(SELECT 1) TO STDOUT"));
  EXPECT_FALSE(begins_copy("COPYRIGHT"));
  EXPECT_FALSE(begins_copy("INSERT INTO copy VALUES (1)"));
  EXPECT_FALSE(begins_copy(""));
}

TEST(PostgresCommands, BlanksCommentsAndSemicolonsAreNoCommand) {
  for (char const* sql :
       {"", " \n", ";", " ; ; ", "-- a", "-- a\n;", "/* a /* b */ c */", "/* a"}) {
    EXPECT_TRUE(has_no_command(sql)) << sql;
  }
  for (char const* sql : {"SELECT 1", "; SELECT 1", "-- a\nSELECT 1", "/**/x", "/", "-"}) {
    EXPECT_FALSE(has_no_command(sql)) << sql;
  }
}

}  // namespace
}  // namespace holdfast::postgres
