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

TEST(PostgresCommands, WhatBeginsOrEndsATransactionControlsIt) {
  for (char const* sql : {"BEGIN", "begin work", "START TRANSACTION", "COMMIT", "END", "ABORT",
                          "ROLLBACK", "ROLLBACK WORK", "ROLLBACK AND CHAIN",
                          "PREPARE TRANSACTION 'a'", "SET TRANSACTION READ WRITE"}) {
    EXPECT_TRUE(controls_transaction(sql)) << sql;
  }
  for (char const* sql :
       {"ROLLBACK TO a", "ROLLBACK TO SAVEPOINT a", "rollback work to a", "SAVEPOINT a",
        "RELEASE a", "SET LOCAL a = 1", "PREPARE a AS SELECT 1", "SELECT 1", ""}) {
    EXPECT_FALSE(controls_transaction(sql)) << sql;
  }
}

TEST(PostgresCommands, AScriptMayControlATransactionAnywhere) {
  for (char const* sql :
       {"COMMIT", "SELECT 1; COMMIT", "SELECT 1;;; END;", "SELECT 1; -- so\n COMMIT",
        "SELECT 'a;b'; COMMIT", "INSERT INTO t VALUES (1);commit", "SELECT 'it''s'; COMMIT",
        "SELECT E'it\\'s'; COMMIT", "ROLLBACK; SELECT 1", "SELECT $1 + $2; COMMIT",
        "SELECT $a$ ; $b$ $a$; COMMIT", "SELECT a$b$ FROM t; COMMIT", "/* ; */ COMMIT"}) {
    EXPECT_TRUE(may_control_transaction(sql)) << sql;
  }
}

TEST(PostgresCommands, WordsInTextsNamesAndCommentsAreNoCommands) {
  for (char const* sql : {"", ";", "SELECT 1; SELECT 2", "SELECT 1; COMMITTED",
                          "SELECT 'a; COMMIT'", "DO 'BEGIN NULL; END'", "DO $$ BEGIN NULL; END $$",
                          "DO $do$ BEGIN; COMMIT; END $do$; SELECT 1", "SELECT 1 AS \"a; COMMIT\"",
                          "SELECT E'a\\'; COMMIT'", "SELECT 'a''; COMMIT'", "SELECT 1 -- ; COMMIT",
                          "SELECT /* ; COMMIT */ 1", "SELECT 'open; COMMIT", "SELECT $$; COMMIT"}) {
    EXPECT_FALSE(may_control_transaction(sql)) << sql;
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
