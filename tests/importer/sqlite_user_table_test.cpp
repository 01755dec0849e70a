#include "importer/import_fixture.hpp"

#include <gmock/gmock.h>

namespace holdfast {
namespace {

using test::ImportTest;
using test::scripted_source;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Tables that the user made, changed or shares with others while we import.
class SqliteUserTable : public ImportTest {
 protected:
  /// A source that runs SQL on a connection of its own before record `position`.
  scripted_source interfered(std::string_view header, std::vector<std::string> lines,
                             std::uint64_t position, std::string sql) {
    scripted_source source{header, std::move(lines)};
    source.before_record([this, position, sql = std::move(sql)](std::uint64_t at) {
      if (at == position) query(sql);
    });
    return source;
  }

  std::string problem_of(std::string_view header) {
    scripted_source source{header, {}};
    target_ = open_target();
    auto const job = import_job::prepare(source, *target_, mapping_, "molecules");
    return job ? "none" : describe(job.error());
  }
};

TEST_F(SqliteUserTable, AColumnThatTheUserAddsDuringAnImportSurvivesWidening) {
  auto source = interfered("id,mass", {"1,5", "2,6", "3,7", "4,8", "5,heavy"}, 3,
                           "ALTER TABLE molecules ADD COLUMN note TEXT DEFAULT 'mine'");

  auto const report = import(source);

  EXPECT_EQ(report.totals.stored, 5U);
  EXPECT_THAT(query("SELECT * FROM molecules"),
              ElementsAre("1|5|mine", "2|6|mine", "3|7|mine", "4|8|mine", "5|heavy|mine"));
}

TEST_F(SqliteUserTable, AColumnThatTheUserAddedBetweenImportsSurvivesWidening) {
  mapping_.key = {"id"};
  import("id,mass", {"1,5"});
  query("ALTER TABLE molecules ADD COLUMN note TEXT NOT NULL DEFAULT 'a, (b'");

  import("id,mass", {"1,5", "2,heavy"});

  EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("1|5|a, (b", "2|heavy|a, (b"));
  EXPECT_THAT(query("SELECT \"notnull\" FROM pragma_table_info('molecules') WHERE name = 'note'"),
              ElementsAre("1"));
}

TEST_F(SqliteUserTable, TwoSourcesPreparedBeforeTheTableWasThereGoIntoOne) {
  scripted_source first{"id,name", {"1,a"}};
  scripted_source second{"id,mass", {"2,5.5"}, "/data/more.csv"};
  auto one = import_job::prepare(first, *target_, mapping_, "molecules");
  auto two = import_job::prepare(second, *target_, mapping_, "molecules");

  static_cast<void>((*one)->run(limits_, stop_.get_token(), observer_, time_));
  auto const report = (*two)->run(limits_, stop_.get_token(), observer_, time_);

  EXPECT_EQ(report.ending, run_ending::finished) << describe(report.why);
  EXPECT_THAT(query("SELECT id, name, mass FROM molecules"), ElementsAre("1|a|-", "2|-|5.5"));
}

TEST_F(SqliteUserTable, AnotherImportersColumnsAndTypesAreTakenOver) {
  scripted_source other{"id,year,mass", {"7,1999,x"}, "/data/other.csv"};
  bool done = false;
  scripted_source source{"id,mass", {"1,5", "2,6", "3,7", "4,8", "5,9"}};
  source.before_record([&](std::uint64_t at) {
    if (at != 4 || done) return;
    done = true;
    auto target = open_target();
    auto job = import_job::prepare(other, *target, mapping_, "molecules");
    static_cast<void>((*job)->run(limits_, stop_.get_token(), observer_, time_));
  });

  auto const report = import(source);

  EXPECT_EQ(report.totals.stored, 5U);
  EXPECT_THAT(query("SELECT id, typeof(mass), mass, year FROM molecules ORDER BY id"),
              ElementsAre("1|text|5|-", "2|text|6|-", "3|text|7|-", "4|text|8|-", "5|text|9|-",
                          "7|text|x|1999"));
}

TEST_F(SqliteUserTable, ARuleThatRollsBackTheBatchStopsTheRun) {
  query("CREATE TABLE molecules(id INTEGER, name TEXT)");
  query(
      "CREATE TRIGGER guard BEFORE INSERT ON molecules WHEN NEW.id = 5"
      " BEGIN SELECT RAISE(ROLLBACK, 'no five'); END");

  auto const report = import("id,name", {"1,a", "2,b", "3,c", "4,d", "5,e", "6,f"});

  EXPECT_EQ(report.ending, run_ending::target_stopped);
  EXPECT_THAT(report.why.what, HasSubstr("rolled back the whole batch at record 5"));
  EXPECT_THAT(query("SELECT id FROM molecules"), ElementsAre("1", "2", "3"));
  EXPECT_THAT(query("SELECT stored, rejected FROM holdfast_runs"), ElementsAre("3|0"));
}

TEST_F(SqliteUserTable, AConstraintThatWouldRollBackRejectsItsRecordAlone) {
  query("CREATE TABLE molecules(id INTEGER, name TEXT NOT NULL ON CONFLICT ROLLBACK)");

  auto const report = import("id,name", {"1,a", "2,", "3,c"});

  EXPECT_EQ(report.totals.stored, 2U);
  EXPECT_EQ(report.totals.rejected, 1U);
  EXPECT_THAT(query("SELECT id FROM molecules"), ElementsAre("1", "3"));
}

TEST_F(SqliteUserTable, ARowThatTheTableWouldIgnoreOrReplaceIsRejected) {
  query(
      "CREATE TABLE molecules(id INTEGER UNIQUE ON CONFLICT REPLACE,"
      " name TEXT UNIQUE ON CONFLICT IGNORE)");

  auto const report = import("id,name", {"1,a", "1,b", "2,a", "3,c"});

  EXPECT_EQ(report.totals.stored, 2U);
  EXPECT_EQ(report.totals.rejected, 2U);
  EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("1|a", "3|c"));
}

TEST_F(SqliteUserTable, ARowThatATriggerIgnoresIsRejectedWithAndWithoutAKey) {
  query("CREATE TABLE molecules(id INTEGER PRIMARY KEY, name TEXT)");
  query(
      "CREATE TRIGGER guard BEFORE INSERT ON molecules WHEN NEW.id = 2"
      " BEGIN SELECT RAISE(IGNORE); END");

  auto const plain = import("id,name", {"1,a", "2,b"});
  mapping_.key = {"id"};
  scripted_source more{"id,name", {"1,a", "2,b"}, "/data/more.csv"};
  auto const keyed = import(more);

  EXPECT_EQ(plain.totals.rejected, 1U);
  EXPECT_EQ(keyed.totals.duplicates, 1U);
  EXPECT_EQ(keyed.totals.rejected, 1U);
  EXPECT_THAT(query("SELECT DISTINCT reason, detail FROM holdfast_rejected"),
              ElementsAre("out_of_range|the table ignored it"));
}

TEST_F(SqliteUserTable, ATriggerKeepsTheConflictRulesThatItStates) {
  query("CREATE TABLE molecules(id INTEGER, name TEXT)");
  query("CREATE TABLE names(name TEXT UNIQUE)");
  query(
      "CREATE TRIGGER note AFTER INSERT ON molecules"
      " BEGIN INSERT OR IGNORE INTO names VALUES (NEW.name); END");

  auto const report = import("id,name", {"1,a", "2,a", "3,b"});

  EXPECT_EQ(report.totals.stored, 3U);
  EXPECT_THAT(query("SELECT name FROM names ORDER BY name"), ElementsAre("a", "b"));
}

TEST_F(SqliteUserTable, RowsMayGoThroughAView) {
  query("CREATE TABLE base(id INTEGER, name TEXT)");
  query("CREATE VIEW molecules AS SELECT * FROM base");
  EXPECT_THAT(problem_of("id,name"), HasSubstr("molecules is a view that takes no rows"));
  query(
      "CREATE TRIGGER through INSTEAD OF INSERT ON molecules"
      " BEGIN INSERT INTO base VALUES (NEW.id, NEW.name); END");

  auto const report = import("id,name", {"1,a", "2,b"});

  EXPECT_EQ(report.totals.stored, 2U);
  EXPECT_THAT(query("SELECT * FROM base"), ElementsAre("1|a", "2|b"));
}

TEST_F(SqliteUserTable, WhatCanTakeNoRowsIsAProblemUpFront) {
  query("CREATE TABLE other(id INTEGER)");
  query("CREATE INDEX molecules ON other(id)");
  EXPECT_THAT(problem_of("id"), HasSubstr("molecules is the name of an index"));
  query("DROP INDEX molecules");
  query("CREATE TABLE molecules(id INTEGER, twice AS (id * 2))");
  EXPECT_THAT(problem_of("id,twice"), HasSubstr("column twice of table molecules is a generated"));
  EXPECT_EQ(problem_of("id"), "none");
}

TEST_F(SqliteUserTable, TheSpellingOfKeyAndTableDoesNotMakeItForeign) {
  mapping_.key = {"ID"};
  import("id,mass", {"1,5"});
  scripted_source more{"id,mass", {"2,heavy"}, "/data/more.csv"};

  auto const report = import(more, "MOLECULES");

  EXPECT_EQ(report.totals.stored, 1U);
  EXPECT_EQ(report.table, "molecules");
  EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("1|5", "2|heavy"));
  EXPECT_THAT(query("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE TABLE%molecules%'"),
              ElementsAre("molecules"));
}

TEST_F(SqliteUserTable, ABatchOfRejectedRecordsAloneMakesNoTableAndTheNextOneDoes) {
  auto const report = import("id", {"!", "!", "!", "4"});

  EXPECT_EQ(report.ending, run_ending::finished) << describe(report.why);
  EXPECT_EQ(report.totals.stored, 1U);
  EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("4"));
}

TEST_F(SqliteUserTable, AKeyOfRealsIsText) {
  mapping_.key = {"k"};

  for (std::int64_t const size : {1, 100}) {
    limits_.batch_records = size;
    std::filesystem::remove(path());
    auto const report = import("k", {"1", "1.0", "abc", "1"});

    EXPECT_EQ(report.totals.stored, 3U) << size;
    EXPECT_THAT(query("SELECT typeof(k), k FROM molecules ORDER BY k"),
                ElementsAre("text|1", "text|1.0", "text|abc"))
        << size;
  }
}

TEST_F(SqliteUserTable, OneAndOnePointZeroDifferInEveryBatch) {
  mapping_.key = {"k"};

  for (std::int64_t const size : {1, 100}) {
    limits_.batch_records = size;
    std::filesystem::remove(path());
    EXPECT_EQ(import("k,v", {"a,1", "a,1.0", "a,1"}).totals.differs, 1U) << size;
  }
}

TEST_F(SqliteUserTable, ColumnsThatTheSourceHasNotKeepTheirDefaults) {
  query("CREATE TABLE molecules(id INTEGER PRIMARY KEY, name TEXT, state TEXT DEFAULT 'new')");
  mapping_.key = {"id"};

  import("id,name", {"1,a"});
  query("UPDATE molecules SET state = 'seen'");
  scripted_source more{"id,name", {"1,a", "2,b"}, "/data/more.csv"};
  auto const report = import(more);

  EXPECT_EQ(report.totals.duplicates, 1U);
  EXPECT_EQ(report.totals.differs, 0U);
  EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("1|a|seen", "2|b|new"));
}

TEST_F(SqliteUserTable, JsonKeepsItsNumbersAsWritten) {
  mapping_.fields = {{.name = "v",
                      .from = "",
                      .type = declared_type::json,
                      .required = false,
                      .min = {},
                      .max = {},
                      .min_length = {},
                      .max_length = {}}};

  import("v", {"1.10", "1e5"});

  EXPECT_THAT(query("SELECT v FROM molecules"), ElementsAre("1.10", "1e5"));
}

TEST_F(SqliteUserTable, ARebuildKeepsTheOrderOfRowsBesideAColumnNamedRowid) {
  import("rowid,mass", {"9,1", "3,2", "5,heavy"});

  import("rowid,mass", {"9,1", "3,2", "5,heavy", "1,4"});

  EXPECT_THAT(query("SELECT rowid, mass FROM molecules ORDER BY _rowid_"),
              ElementsAre("9|1", "3|2", "5|heavy", "1|4"));
}

TEST_F(SqliteUserTable, ADeferredConstraintIsNamedPlainly) {
  query("CREATE TABLE makers(id INTEGER PRIMARY KEY)");
  query(
      "CREATE TABLE molecules(id INTEGER,"
      " maker INTEGER REFERENCES makers(id) DEFERRABLE INITIALLY DEFERRED)");

  auto const report = import("id,maker", {"1,7"});

  EXPECT_EQ(report.ending, run_ending::target_stopped);
  EXPECT_THAT(report.why.what, HasSubstr("a deferred constraint of table molecules"));
  EXPECT_THAT(query("SELECT * FROM molecules"), IsEmpty());
}

}  // namespace
}  // namespace holdfast
