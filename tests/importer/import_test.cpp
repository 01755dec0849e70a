#include "importer/import_fixture.hpp"

#include <gmock/gmock.h>

namespace holdfast {
namespace {

using test::ImportTest;
using test::scripted_source;
using test::totals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(ImportTest, EveryRecordIsStoredInTheOrderOfTheSource) {
  auto const report = import("id,name", {"1,aspirin", "2,caffeine", "3,", "4,ethanol"});

  EXPECT_EQ(report.ending, run_ending::finished);
  EXPECT_EQ(report.totals, totals(4));
  EXPECT_EQ(report.rows_in_table, 4U);
  EXPECT_THAT(
      query("SELECT id, typeof(id), name FROM molecules"),
      ElementsAre("1|integer|aspirin", "2|integer|caffeine", "3|integer|-", "4|integer|ethanol"));
}

TEST_F(ImportTest, WithoutAKeyEqualRecordsAreAllStored) {
  auto const report = import("id", {"7", "7", "7", "7"});

  EXPECT_EQ(report.totals, totals(4));
}

TEST_F(ImportTest, TheFirstOfAKeyWins) {
  mapping_.key = {"id"};
  limits_.batch_records = 100;

  auto const report = import("id,name", {"1,aspirin", "1,aspirin", "1,other", "2,x", "1,aspirin"});

  EXPECT_EQ(report.totals, totals(2, 3, 1));
  EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("1|aspirin", "2|x"));
  EXPECT_THAT(query("SELECT position, key, differs, raw FROM holdfast_duplicates"),
              ElementsAre("1|1|0|-", "2|1|1|1,other", "4|1|0|-"));
}

TEST_F(ImportTest, DuplicatesAreTheSameAcrossBatches) {
  mapping_.key = {"id"};
  limits_.batch_records = 1;

  auto const report = import("id,name", {"1,aspirin", "1,aspirin", "1,other", "2,x", "1,aspirin"});

  EXPECT_EQ(report.totals, totals(2, 3, 1));
}

TEST_F(ImportTest, AnAbsentCellIsOtherContentThanAnEmptyOne) {
  mapping_.key = {"id"};

  auto const report = import("id,name", {"1,", "1,x", "1,"});

  EXPECT_EQ(report.totals, totals(1, 2, 1));
}

TEST_F(ImportTest, AKeyOfSeveralColumnsIsOneKey) {
  mapping_.key = {"source", "id"};

  auto const report = import("source,id", {"a,1", "a,2", "b,1", "a,1"});

  EXPECT_EQ(report.totals, totals(3, 1));
}

TEST_F(ImportTest, ARecordWithoutItsKeyIsRejected) {
  mapping_.key = {"id"};

  auto const report = import("id,name", {"1,a", ",b"});

  EXPECT_EQ(report.totals.rejected, 1U);
  EXPECT_THAT(query("SELECT position, line, reason, raw FROM holdfast_rejected"),
              ElementsAre("1|3|missing|,b"));
}

TEST_F(ImportTest, RecordsFromTwoSourcesMeetInOneTable) {
  mapping_.key = {"id"};
  import("id,name", {"1,a", "2,b"});
  scripted_source other{"id,name", {"2,b", "3,c", "1,z"}, "/data/more.csv"};

  auto const report = import(other);

  EXPECT_EQ(report.totals, totals(1, 2, 1));
  EXPECT_EQ(report.rows_in_table, 3U);
}

TEST_F(ImportTest, AColumnThatTheKeyNamesTwiceIsAProblem) {
  mapping_.key = {"id", "name", "ID"};
  scripted_source source{"id,name", {}};

  auto const job = import_job::prepare(source, *target_, mapping_, "molecules");

  ASSERT_FALSE(job);
  EXPECT_EQ(job.error()[0].what, "the key names column ID twice");
}

TEST_F(ImportTest, AKeptColumnNeverOverwritesAMappedOne) {
  mapping_.fields.resize(1);
  mapping_.fields[0].name = "x";
  mapping_.fields[0].from = "y";
  mapping_.unknown = unknown_columns::keep;

  import("y,x,z", {"1,2,3"});

  EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("1|3"));
}

TEST_F(ImportTest, AHeaderAloneMakesTheTable) {
  mapping_.key = {"id"};

  auto const report = import("id,name", {});

  EXPECT_EQ(report.ending, run_ending::finished);
  EXPECT_THAT(query("SELECT name FROM pragma_table_info('molecules')"), ElementsAre("id", "name"));
  EXPECT_EQ(import("id,name", {"1,a"}).totals, totals(1));
}

TEST_F(ImportTest, ANewerLedgerIsRefusedWithARemedy) {
  import("id", {"1"});
  query("UPDATE holdfast_meta SET value = '2'");
  target_ = open_target();

  auto const found = target_->check();

  EXPECT_EQ(found.status, target_status::stopped);
  EXPECT_EQ(found.why.what, "its ledger has version 2, and this program knows versions up to 1");
  EXPECT_NE(found.why.remedy, "");
}

TEST_F(ImportTest, AnotherKeyThanTheTablesIsAProblem) {
  mapping_.key = {"id"};
  import("id,name", {"1,a"});
  target_ = open_target();
  scripted_source source{"id,name", {}};

  mapping_.key = {"name"};
  auto const other = import_job::prepare(source, *target_, mapping_, "molecules");
  mapping_.key = {};
  auto const none = import_job::prepare(source, *target_, mapping_, "molecules");

  ASSERT_FALSE(other);
  EXPECT_EQ(other.error()[0].what, "table molecules has no unique key on name");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error()[0].what, "table molecules was made with the key id");
}

TEST_F(ImportTest, AKeyThatTheSourceDoesNotHaveIsAProblem) {
  mapping_.key = {"cas"};
  scripted_source source{"id,name", {}};

  auto const job = import_job::prepare(source, *target_, mapping_, "molecules");

  ASSERT_FALSE(job);
  EXPECT_EQ(job.error()[0].what, "there is no column cas, which the key names");
  EXPECT_EQ(job.error()[0].remedy, "columns are: id, name");
}

TEST_F(ImportTest, NothingOfOursIsAddedToTheUsersTable) {
  import("id,name", {"1,a"});

  EXPECT_THAT(query("SELECT name FROM pragma_table_info('molecules')"), ElementsAre("id", "name"));
}

TEST(TableName, ComesFromTheFile) {
  EXPECT_EQ(table_named_after("/data/molecules.csv.gz"), "molecules");
  EXPECT_EQ(table_named_after("tox21.csv"), "tox21");
  EXPECT_EQ(table_named_after(".hidden.csv"), ".hidden");
  EXPECT_EQ(table_named_after("-"), "records");
}

TEST(TableName, OfOursAreRefused) {
  EXPECT_THAT(check_table_name("molecules"), IsEmpty());
  EXPECT_EQ(check_table_name("Holdfast_runs").size(), 1U);
  EXPECT_EQ(check_table_name("sqlite_master").size(), 1U);
  EXPECT_EQ(check_table_name("").size(), 1U);
}

}  // namespace
}  // namespace holdfast
