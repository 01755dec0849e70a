#include "importer/import_fixture.hpp"

#include <gmock/gmock.h>

namespace holdfast {
namespace {

using test::ImportTest;
using test::scripted_source;
using ::testing::ElementsAre;

class SqliteTable : public ImportTest {};

TEST_F(SqliteTable, TypesAreInferredAndShown) {
  import("id,name,mass,empty", {"1,aspirin,180.16,", "2,caffeine,194,"});

  EXPECT_THAT(observer_.columns,
              ElementsAre("id integer, name text, mass number, empty undecided"));
  EXPECT_THAT(query("SELECT typeof(mass), mass FROM molecules"),
              ElementsAre("real|180.16", "integer|194"));
  EXPECT_THAT(query("SELECT sql FROM sqlite_schema WHERE name = 'molecules'"),
              ElementsAre(R"(CREATE TABLE "molecules"("id" INTEGER, "name" TEXT, "mass", )"
                          R"("empty" UNDECIDED))"));
}

TEST_F(SqliteTable, ALaterTextWidensTheColumnAndEveryCellKeepsItsText) {
  import("id,mass", {"1,1.0", "2,7", "3,1e-05", "4,n/a"});

  EXPECT_THAT(query("SELECT id, typeof(mass), mass FROM molecules"),
              ElementsAre("1|text|1.0", "2|text|7", "3|text|1e-05", "4|text|n/a"));
}

TEST_F(SqliteTable, WideningKeepsIndexesTriggersAndViewsOfTheUser) {
  import("id,mass", {"1,5"});
  query("CREATE INDEX by_mass ON molecules(mass)");
  query("CREATE VIEW heavy AS SELECT * FROM molecules");
  query("CREATE TRIGGER watch AFTER INSERT ON molecules BEGIN SELECT 1; END");

  import("id,mass", {"1,5", "2,heavy"});

  EXPECT_THAT(query("SELECT name FROM sqlite_schema WHERE name IN ('by_mass', 'heavy', 'watch')"
                    " ORDER BY name"),
              ElementsAre("by_mass", "heavy", "watch"));
  EXPECT_THAT(query("SELECT * FROM heavy"), ElementsAre("1|5", "2|heavy"));
}

TEST_F(SqliteTable, WideningDeletesNothingInTablesThatReferToIt) {
  mapping_.key = {"id"};
  import("id,mass", {"1,5"});
  query("CREATE TABLE assay(molecule REFERENCES molecules(id) ON DELETE CASCADE)");
  query("INSERT INTO assay VALUES (1)");

  import("id,mass", {"1,5", "2,heavy"});

  EXPECT_THAT(query("SELECT molecule FROM assay"), ElementsAre("1"));
}

TEST_F(SqliteTable, SeveralColumnsAreWidenedAtOnce) {
  import("a,b,c", {"1,2,3", "1,2,3", "1,2,3", "x,2.5,3"});

  EXPECT_THAT(observer_.columns,
              ElementsAre("a integer, b integer, c integer", "a text, b number, c integer"));
}

TEST_F(SqliteTable, AColumnThatWasEmptyGetsItsTypeLater) {
  import("id,year", {"1,", "2,", "3,", "4,1999"});

  EXPECT_THAT(query("SELECT typeof(year) FROM molecules"),
              ElementsAre("null", "null", "null", "integer"));
}

TEST_F(SqliteTable, ANewColumnIsAddedBehindTheOthers) {
  import("id,name", {"1,a"});
  scripted_source more{"id,mass,name", {"2,180.16,b"}, "/data/more.csv"};

  import(more);

  EXPECT_THAT(query("SELECT id, name, mass FROM molecules"), ElementsAre("1|a|-", "2|b|180.16"));
  EXPECT_THAT(query("SELECT name FROM pragma_table_info('molecules')"),
              ElementsAre("id", "name", "mass"));
}

TEST_F(SqliteTable, TheTypesOfASecondRunAreThoseOfTheTable) {
  import("id", {"1", "x"});
  scripted_source more{"id", {"2"}, "/data/more.csv"};

  import(more);

  EXPECT_THAT(query("SELECT typeof(id) FROM molecules"), ElementsAre("text", "text", "text"));
}

TEST_F(SqliteTable, ATableOfTheUserKeepsItsTypesAndConstraints) {
  query(
      "CREATE TABLE molecules(id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
      " mass REAL CHECK (mass > 0))");
  mapping_.key = {"id"};

  auto const report = import("id,name,mass", {"1,a,5", "x,b,5", "3,,5", "4,d,-1", "5,e,"});

  EXPECT_EQ(report.totals.stored, 2U);
  EXPECT_EQ(report.totals.rejected, 3U);
  EXPECT_THAT(query("SELECT position, reason FROM holdfast_rejected"),
              ElementsAre("1|wrong_type", "2|missing", "3|out_of_range"));
  EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("1|a|5.0", "5|e|-"));
}

TEST_F(SqliteTable, AKeyMayBeAUniqueIndexOfTheUser) {
  query("CREATE TABLE molecules(id INTEGER, name TEXT)");
  query("CREATE UNIQUE INDEX by_id ON molecules(id)");
  mapping_.key = {"ID"};

  auto const report = import("id,name", {"1,a", "1,b"});

  EXPECT_EQ(report.totals.stored, 1U);
  EXPECT_EQ(report.totals.differs, 1U);
}

TEST_F(SqliteTable, NamesAreQuoted) {
  import(R"(order,"a" b,select)", {"1,2,3"});

  EXPECT_THAT(query(R"(SELECT "order", """a"" b", "select" FROM molecules)"), ElementsAre("1|2|3"));
}

TEST_F(SqliteTable, ATableOfManyColumnsWithAKeyIsCompared) {
  std::string header = "id";
  std::string line = "1";
  for (int i = 1; i < 1900; ++i) {
    header += ",c" + std::to_string(i);
    line += ",v";
  }
  mapping_.key = {"id"};

  auto const report = import(header, {line, line});

  EXPECT_EQ(report.totals.stored, 1U);
  EXPECT_EQ(report.totals.duplicates, 1U);
  EXPECT_EQ(report.totals.differs, 0U);
}

TEST_F(SqliteTable, ASourceBeyondTheColumnLimitIsOneProblemUpFront) {
  std::string header = "id";
  for (int i = 1; i < 1902; ++i) header += ",c" + std::to_string(i);
  scripted_source source{header, {}};

  auto const job = import_job::prepare(source, *target_, mapping_, "molecules");

  ASSERT_FALSE(job);
  ASSERT_EQ(job.error().size(), 1U);
  EXPECT_EQ(job.error()[0].what, "table molecules would need 1902 columns, and can have 1900");
}

TEST_F(SqliteTable, AMappingDeclaresTypesRangesAndNames) {
  mapping_.fields = {{.name = "chembl_id",
                      .from = "id",
                      .type = {},
                      .required = true,
                      .min = {},
                      .max = {},
                      .min_length = {},
                      .max_length = {}},
                     {.name = "mass",
                      .from = "",
                      .type = declared_type::real,
                      .required = false,
                      .min = 0,
                      .max = 1000,
                      .min_length = {},
                      .max_length = {}}};

  auto const report =
      import("id,mass,rest", {"CHEMBL25,180,x", ",5,x", "CHEMBL1,abc,x", "CHEMBL2,2000,x"});

  EXPECT_EQ(report.totals.stored, 1U);
  EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("CHEMBL25|180.0"));
  EXPECT_THAT(query("SELECT reason FROM holdfast_rejected"),
              ElementsAre("missing", "wrong_type", "out_of_range"));
}

TEST_F(SqliteTable, ARejectedRecordWidensNothing) {
  mapping_.key = {"id"};

  import("id,mass", {"1,5", ",heavy"});

  EXPECT_THAT(observer_.columns, ElementsAre("id integer, mass integer"));
}

TEST_F(SqliteTable, ATypeThatContradictsTheTableIsAProblem) {
  import("id,mass", {"1,heavy"});
  mapping_.fields = {{.name = "mass",
                      .from = "",
                      .type = declared_type::real,
                      .required = false,
                      .min = {},
                      .max = {},
                      .min_length = {},
                      .max_length = {}}};
  scripted_source source{"id,mass", {}};
  target_ = open_target();

  auto const job = import_job::prepare(source, *target_, mapping_, "molecules");

  ASSERT_FALSE(job);
  EXPECT_EQ(job.error()[0].what, "column mass is text in table molecules, and real in the mapping");
}

}  // namespace
}  // namespace holdfast
