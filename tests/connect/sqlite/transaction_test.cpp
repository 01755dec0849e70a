#include "holdfast/connect/sqlite/transaction.hpp"

#include "connect/sqlite/temporary_folder.hpp"
#include "holdfast/connect/sqlite/database.hpp"

#include <gtest/gtest.h>

namespace holdfast::sqlite {
namespace {

using holdfast::testing::temporary_folder;

struct Transaction : ::testing::Test {
  temporary_folder folder;
  open_options impatient{.busy_timeout = duration::zero(), .wal = false};
  database db = database::open(folder / "a.db", impatient).value();

  void SetUp() override { ASSERT_TRUE(db.exec("CREATE TABLE t(a)")); }
  std::int64_t rows() {
    statement count = db.prepare("SELECT count(*) FROM t").value();
    EXPECT_EQ(count.step().value(), step_result::row);
    return count.int64(0);
  }
};

TEST_F(Transaction, WhatWasCommittedStays) {
  transaction write = transaction::begin(db).value();
  EXPECT_TRUE(write.is_open());
  ASSERT_TRUE(db.exec("INSERT INTO t VALUES(1)"));

  ASSERT_TRUE(write.commit());

  EXPECT_FALSE(write.is_open());
  EXPECT_EQ(rows(), 1);
}

TEST_F(Transaction, WithoutACommitNothingStays) {
  {
    transaction const write = transaction::begin(db).value();
    ASSERT_TRUE(db.exec("INSERT INTO t VALUES(1)"));
  }

  EXPECT_EQ(rows(), 0);
  EXPECT_FALSE(db.in_transaction());
}

TEST_F(Transaction, TheOneMovedFromDoesNotRollBack) {
  transaction first = transaction::begin(db).value();
  transaction second = std::move(first);
  ASSERT_TRUE(db.exec("INSERT INTO t VALUES(1)"));
  first.rollback();

  ASSERT_TRUE(second.commit());

  EXPECT_EQ(rows(), 1);
}

TEST_F(Transaction, ASecondOneInsideTheFirstIsRefused) {
  transaction const outer = transaction::begin(db).value();

  auto const inner = transaction::begin(db);

  ASSERT_FALSE(inner);
  EXPECT_EQ(inner.error().category, category::programming);
  EXPECT_TRUE(outer.is_open());
}

TEST_F(Transaction, ABusyCommitLeavesItOpenAndCanBeRepeated) {
  database reader = database::open(folder / "a.db", impatient).value();
  ASSERT_TRUE(reader.exec("INSERT INTO t VALUES(0)"));
  transaction write = transaction::begin(db).value();
  ASSERT_TRUE(db.exec("INSERT INTO t VALUES(1)"));
  statement reading = reader.prepare("SELECT * FROM t").value();
  ASSERT_EQ(reading.step().value(), step_result::row);

  auto const refused = write.commit();
  bool const still_open = write.is_open();
  reading.reset();
  auto const repeated = write.commit();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, (failure_code{code_kind::sqlite, "SQLITE_BUSY"}));
  EXPECT_TRUE(still_open);
  EXPECT_TRUE(repeated);
  EXPECT_EQ(rows(), 2);
}

TEST_F(Transaction, ARefusedCommitIsRolledBack) {
  ASSERT_TRUE(
      db.exec("CREATE TABLE p(id PRIMARY KEY);"
              "CREATE TABLE c(p REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)"));
  transaction write = transaction::begin(db).value();
  ASSERT_TRUE(db.exec("INSERT INTO c VALUES(1)"));

  auto const refused = write.commit();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, category::integrity);
  EXPECT_FALSE(db.in_transaction());
}

TEST_F(Transaction, ACommitAfterTheEndIsAFailure) {
  transaction write = transaction::begin(db).value();
  write.rollback();

  auto const late = write.commit();

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, (failure_code{code_kind::sqlite, "SQLITE_ABORT_ROLLBACK"}));
}

}  // namespace
}  // namespace holdfast::sqlite
