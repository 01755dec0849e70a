#include "holdfast/connect/sqlite/database.hpp"

#include "connect/sqlite/temporary_folder.hpp"
#include "holdfast/connect/sqlite/quoted.hpp"
#include "holdfast/connect/sqlite/transaction.hpp"

#include <fstream>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace holdfast::sqlite {
namespace {

using holdfast::testing::temporary_folder;

failure_code code(char const* name) { return {code_kind::sqlite, name}; }

std::string one_text(database& db, std::string_view sql) {
  statement asked = db.prepare(sql).value();
  EXPECT_EQ(asked.step().value(), step_result::row);
  return std::string{asked.text(0)};
}

TEST(Database, ANewFileIsMadeWithWriteAheadLogAndFullSync) {
  temporary_folder const folder;

  database db = database::open(folder / "new.db").value();

  EXPECT_EQ(one_text(db, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(one_text(db, "PRAGMA synchronous"), "2");
  EXPECT_EQ(one_text(db, "PRAGMA foreign_keys"), "1");
  EXPECT_EQ(one_text(db, "PRAGMA busy_timeout"), "5000");
}

TEST(Database, OptionsAreObeyed) {
  temporary_folder const folder;

  database db = database::open(folder / "new.db", {.busy_timeout = std::chrono::milliseconds{7},
                                                   .wal = false,
                                                   .sync = sync_level::normal,
                                                   .foreign_keys = false})
                    .value();

  EXPECT_EQ(one_text(db, "PRAGMA journal_mode"), "delete");
  EXPECT_EQ(one_text(db, "PRAGMA synchronous"), "1");
  EXPECT_EQ(one_text(db, "PRAGMA foreign_keys"), "0");
  EXPECT_EQ(one_text(db, "PRAGMA busy_timeout"), "7");
}

TEST(Database, AFileThatMustBeThereAndIsNotIsAFailure) {
  temporary_folder const folder;

  auto const opened = database::open(folder / "absent.db", {.mode = open_mode::read_write});

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().category, category::configuration);
  EXPECT_EQ(opened.error().text.view(), "unable to open database file");
}

TEST(Database, APathWithANulIsRefused) {
  using namespace std::string_literals;

  EXPECT_EQ(database::open("a\0b"s).error().code, code("SQLITE_CANTOPEN"));
}

TEST(Database, AFileThatIsNoDatabaseIsToldAtOnce) {
  temporary_folder const folder;
  std::ofstream{folder / "text.db"} << std::string(4096, 'x');

  auto const opened = database::open(folder / "text.db");

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, code("SQLITE_NOTADB"));
  EXPECT_EQ(opened.error().category, category::corruption);
  EXPECT_EQ(opened.error().text.view(), "file is not a database");
}

TEST(Database, ADamagedPageIsToldWhenItIsRead) {
  temporary_folder const folder;
  std::string const path = folder / "damaged.db";
  {
    database db = database::open(path, {.wal = false}).value();
    ASSERT_TRUE(db.exec("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
  }
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(4096) << std::string(4096, '\x7F');
  file.close();
  database db = database::open(path).value();

  auto const read = db.exec("SELECT * FROM t");

  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().category, category::corruption);
  EXPECT_EQ(read.error().advice, advice::never);
}

TEST(Database, AReadOnlyConnectionRefusesToWrite) {
  temporary_folder const folder;
  ASSERT_TRUE(database::open(folder / "a.db").value().exec("CREATE TABLE t(a)"));
  database db = database::open(folder / "a.db", {.mode = open_mode::read_only}).value();

  auto const written = db.exec("INSERT INTO t VALUES(1)");

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().category, category::permission);
}

TEST(Database, AFolderThatMayNotBeWrittenIsAFailure) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  temporary_folder const folder;
  std::filesystem::permissions(
      folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);

  EXPECT_EQ(database::open(folder / "a.db").error().category, category::configuration);
}

TEST(Database, AFullDiskIsAResourceFailureThatPoisonsTheTransaction) {
  database db = database::open(":memory:").value();
  ASSERT_TRUE(db.exec("CREATE TABLE t(a); PRAGMA max_page_count=4"));

  auto const written = db.exec("INSERT INTO t VALUES(zeroblob(100000))");

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, code("SQLITE_FULL"));
  EXPECT_EQ(written.error().category, category::resource);
  EXPECT_EQ(written.error().poisoned, poisoned::transaction);
  EXPECT_EQ(written.error().text.view(), "database or disk is full");
}

TEST(Database, ASecondWriterIsToldThatTheDatabaseIsBusy) {
  temporary_folder const folder;
  open_options const impatient{.busy_timeout = duration::zero()};
  database first = database::open(folder / "a.db", impatient).value();
  database second = database::open(folder / "a.db", impatient).value();
  transaction const held = transaction::begin(first).value();

  auto const refused = transaction::begin(second);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, code("SQLITE_BUSY"));
  EXPECT_EQ(refused.error().category, category::transient);
  EXPECT_EQ(refused.error().advice, advice::after_backoff);
  EXPECT_EQ(refused.error().text.view(), "database is locked");
}

TEST(Database, AMistakeInTheSqlIsTheCallersFault) {
  database db = database::open(":memory:").value();

  auto const prepared = db.prepare("SELEKT 1");

  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().category, category::programming);
  EXPECT_EQ(prepared.error().fault, fault::caller);
  EXPECT_EQ(prepared.error().text.view(), "near \"SELEKT\": syntax error");
}

TEST(Database, PrepareTakesExactlyOneStatement) {
  database db = database::open(":memory:").value();

  EXPECT_TRUE(db.prepare("SELECT 1; -- and a comment\n ;"));
  EXPECT_EQ(db.prepare("SELECT 1; SELECT 2").error().code, code("SQLITE_MISUSE"));
  EXPECT_EQ(db.prepare(" -- nothing").error().code, code("SQLITE_MISUSE"));
  EXPECT_EQ(db.prepare({}).error().code, code("SQLITE_MISUSE"));
  EXPECT_EQ(db.prepare({"SELECT 1\0; SELECT 2", 19}).error().code, code("SQLITE_MISUSE"));
}

TEST(Database, ExecRefusesATextWithANulWhole) {
  database db = database::open(":memory:").value();

  auto const ran = db.exec({"CREATE TABLE a (x);\0CREATE TABLE b (x)", 38});

  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().category, category::programming);
  EXPECT_TRUE(db.exec("CREATE TABLE a (x)"));
}

TEST(Database, CountsTheRowsOfTheLastChange) {
  database db = database::open(":memory:").value();
  ASSERT_TRUE(db.exec("CREATE TABLE t(a); INSERT INTO t VALUES(1),(2),(3)"));

  EXPECT_EQ(db.changes(), 3);
  EXPECT_EQ(db.last_insert_rowid(), 3);
}

TEST(Database, AForeignKeyIsEnforced) {
  database db = database::open(":memory:").value();
  ASSERT_TRUE(db.exec("CREATE TABLE p(id PRIMARY KEY); CREATE TABLE c(p REFERENCES p(id))"));

  EXPECT_EQ(db.exec("INSERT INTO c VALUES(1)").error().code, code("SQLITE_CONSTRAINT_FOREIGNKEY"));
}

TEST(TextFunction, IsCalledWithTheNumberAndKeepsNull) {
  database db = database::open(":memory:").value();
  ASSERT_TRUE(db.define_text_function(
      "half", [](double x) { return x == 0.5 ? std::string{"half"} : std::string{"other"}; }));

  EXPECT_EQ(one_text(db, "SELECT half(0.5) || typeof(half(1)) || typeof(half(NULL))"),
            "halftextnull");
}

TEST(TextFunction, WhatItThrowsFailsTheStatement) {
  database db = database::open(":memory:").value();
  ASSERT_TRUE(db.define_text_function(
      "broken", [](double) -> std::string { throw std::runtime_error{"no digits left"}; }));

  auto const ran = db.exec("SELECT broken(1)");

  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().text.view(), "no digits left");
}

TEST(Quoted, DoublesQuotesAndRefusesNul) {
  using namespace std::string_view_literals;

  EXPECT_EQ(quoted("plain"), "\"plain\"");
  EXPECT_EQ(quoted("a\"b; DROP TABLE t"), "\"a\"\"b; DROP TABLE t\"");
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted("a\0b"sv), std::nullopt);
}

}  // namespace
}  // namespace holdfast::sqlite
