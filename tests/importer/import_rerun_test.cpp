#include "importer/import_fixture.hpp"

#include <gmock/gmock.h>

namespace holdfast {
namespace {

using test::ImportTest;
using test::scripted_source;
using test::totals;
using ::testing::ElementsAre;

mapped_field number_up_to(std::string name, double max) {
  mapped_field field;
  field.name = std::move(name);
  field.max = max;
  return field;
}

TEST_F(ImportTest, ASecondRunCountsDuplicatesAndWritesNothing) {
  import("id", {"7", "7", "!bad", "8"});

  auto const report = import("id", {"7", "7", "!bad", "8"});

  EXPECT_FALSE(report.resumed);
  EXPECT_EQ(report.totals.read, 4U);
  EXPECT_EQ(report.totals.duplicates, 3U);
  EXPECT_EQ(report.totals.rejected, 1U);
  EXPECT_EQ(report.totals.reasons[static_cast<std::size_t>(rejection::ragged)], 1U);
  EXPECT_EQ(report.rows_in_table, 3U);
  EXPECT_THAT(query("SELECT count(*) FROM holdfast_rejected"), ElementsAre("1"));
}

TEST_F(ImportTest, AFileThatGrewGivesItsNewRecordsAlone) {
  import("id", {"1", "2"});

  auto const report = import("id", {"1", "2", "3"});

  EXPECT_EQ(report.totals, totals(1, 2));
  EXPECT_THAT(query("SELECT id FROM molecules"), ElementsAre("1", "2", "3"));
}

TEST_F(ImportTest, AThirdRunRemembersWhatBothEarlierOnesStored) {
  import("id", {"1", "2"});
  import("id", {"1", "9", "3"});

  auto const report = import("id", {"1", "2", "3"});

  EXPECT_EQ(report.totals, totals(0, 3));
  EXPECT_THAT(query("SELECT id FROM molecules"), ElementsAre("1", "2", "9", "3"));
}

TEST_F(ImportTest, AnUnfinishedRunIsResumedAndItsCountersGoOn) {
  auto const cut = import("id", {"1", "2", "3", "4", "#stop"});
  EXPECT_EQ(cut.ending, run_ending::source_stopped);
  EXPECT_EQ(cut.why.what, "cut short");
  EXPECT_EQ(cut.totals, totals(4));

  auto const report = import("id", {"1", "2", "3", "4", "5"});

  EXPECT_TRUE(report.resumed);
  EXPECT_EQ(report.skipped, 4U);
  EXPECT_EQ(report.totals, totals(5));
  EXPECT_THAT(query("SELECT state, sequence FROM holdfast_runs"), ElementsAre("finished|3"));
}

TEST_F(ImportTest, AChangeBeforeThePlaceOfResumptionIsTold) {
  import("id", {"1", "2", "3", "4", "#stop"});

  auto const report = import("id", {"1", "x", "3", "4", "5"});

  EXPECT_EQ(report.changed, 1U);
  EXPECT_EQ(report.totals, totals(6));
  EXPECT_THAT(query("SELECT id FROM molecules"), ElementsAre("1", "2", "3", "4", "x", "5"));
}

TEST_F(ImportTest, ASourceThatBecameShorterIsTold) {
  import("id", {"1", "2", "3", "4", "#stop"});

  auto const report = import("id", {"1", "2", "3"});

  EXPECT_EQ(report.ending, run_ending::finished);
  EXPECT_EQ(report.gone, 1U);
  EXPECT_EQ(report.totals, totals(4));
}

TEST_F(ImportTest, ASourceThatCanGoOnIsNotReadAgain) {
  scripted_source first{"id", {"1", "2", "3", "4", "#stop"}};
  first.let_resume();
  import(first);
  scripted_source second{"id", {"1", "2", "3", "4", "#refuse", "5"}};
  second.let_resume();
  second.before_record([](std::uint64_t position) { EXPECT_GE(position, 4U); });

  auto const report = import(second);

  EXPECT_EQ(report.skipped, 0U);
  EXPECT_EQ(report.gone, 0U);
  EXPECT_EQ(report.totals, totals(5));
}

TEST_F(ImportTest, ADroppedTableIsImportedAnew) {
  import("id", {"1", "2"});
  query("DROP TABLE molecules");

  auto const report = import("id", {"1", "2"});

  EXPECT_EQ(report.totals, totals(2));
  EXPECT_EQ(report.rows_in_table, 2U);
}

TEST_F(ImportTest, WhatTheChecksRejectedIsJudgedAgainByTheNextRun) {
  mapping_.fields = {number_up_to("mass", 4.0)};
  import("mass", {"1", "9", "2", "!bad", "12"});
  mapping_.fields[0].max = 10.0;

  auto const report = import("mass", {"1", "9", "2", "!bad", "12"});

  EXPECT_EQ(report.totals.stored, 1U);
  EXPECT_EQ(report.totals.duplicates, 2U);
  EXPECT_EQ(report.totals.rejected, 2U);
  EXPECT_THAT(query("SELECT mass FROM molecules"), ElementsAre("1", "2", "9"));
  EXPECT_THAT(query("SELECT position, reason FROM holdfast_rejected ORDER BY position"),
              ElementsAre("3|ragged", "4|out_of_range"));
}

TEST_F(ImportTest, ARecordThatIsStoredAtLastIsADuplicateFromThenOn) {
  mapping_.fields = {number_up_to("mass", 4.0)};
  import("mass", {"1", "9"});
  mapping_.fields[0].max = 10.0;
  import("mass", {"1", "9"});

  auto const report = import("mass", {"1", "9"});

  EXPECT_EQ(report.totals, totals(0, 2));
  EXPECT_EQ(report.rows_in_table, 2U);
}

TEST_F(ImportTest, ARecordThatIsRejectedAgainHasOneRowAndCostsNoMoreFingerprints) {
  mapping_.key = {"id"};
  import("id,name", {"1,a", ",b"});

  auto const report = import("id,name", {"1,a", ",b"});

  EXPECT_EQ(report.totals.rejected, 1U);
  EXPECT_THAT(query("SELECT count(*) FROM holdfast_rejected"), ElementsAre("1"));
  EXPECT_THAT(query("SELECT count(fingerprints) FROM holdfast_batches"), ElementsAre("1"));
}

TEST_F(ImportTest, WithAKeyAnImportThatFindsNothingNewEndsWell) {
  mapping_.key = {"id"};
  import("id,name", {"1,a", "2,b"});

  auto const again = import("id,name", {"1,a", "2,b"});
  scripted_source bad{"id,name", {"!bad"}, "/data/bad.csv"};
  auto const rejected = import(bad);
  auto const grown = import("id,name", {"1,a", "2,b", "3,c"});

  EXPECT_EQ(again.totals, totals(0, 2));
  EXPECT_EQ(again.ending, run_ending::finished);
  EXPECT_EQ(rejected.totals.rejected, 1U);
  EXPECT_EQ(grown.totals, totals(1, 2));
  EXPECT_EQ(grown.rows_in_table, 3U);
}

TEST_F(ImportTest, TheReasonOfARecordThatIsRejectedAgainIsTheNewOne) {
  mapping_.fields = {number_up_to("mass", 4.0), number_up_to("charge", 4.0)};
  import("mass,charge", {"1,1", "9,"});
  mapping_.fields[0].max = 10.0;
  mapping_.fields[1].required = true;

  auto const report = import("mass,charge", {"1,1", "9,"});

  EXPECT_EQ(report.totals.rejected, 1U);
  EXPECT_THAT(query("SELECT position, reason FROM holdfast_rejected"), ElementsAre("1|missing"));
}

TEST_F(ImportTest, ADroppedTableForgetsItsDuplicatesAndRejectedRecordsToo) {
  mapping_.key = {"id"};
  import("id,name", {"1,a", "!bad", ",x"});
  scripted_source other{"id,name", {"1,a", "2,b"}, "/data/more.csv"};
  import(other);
  query("DROP TABLE molecules");
  scripted_source again{"id,name", {"1,a", "2,b"}, "/data/more.csv"};

  auto const report = import(again);

  EXPECT_EQ(report.totals, totals(2));
  EXPECT_THAT(query("SELECT count(*) FROM holdfast_rejected"), ElementsAre("0"));
  EXPECT_THAT(query("SELECT count(*) FROM holdfast_duplicates"), ElementsAre("0"));
}

TEST_F(ImportTest, RunsWithoutStoredRecordsAreDiscardedWithTheTableToo) {
  mapping_.key = {"id"};
  import("id", {"1"});
  scripted_source other{"id", {"1"}, "/data/more.csv"};
  import(other);
  query("DROP TABLE molecules");
  scripted_source again{"id", {"1"}, "/data/more.csv"};

  EXPECT_EQ(import(again).totals, totals(1));
}

TEST_F(ImportTest, AnotherTableUnderTheSameNameIsFilledAnewWhereItIsEmpty) {
  import("id", {"1", "2"});
  query("DROP TABLE molecules");
  query("CREATE TABLE molecules(id INTEGER)");

  auto const report = import("id", {"1", "2"});

  EXPECT_EQ(report.totals, totals(2));
  EXPECT_EQ(report.missing_rows, 0U);
}

TEST_F(ImportTest, RowsThatAreGoneAreTold) {
  import("id", {"1", "2", "3"});
  query("DELETE FROM molecules WHERE id > 1");

  auto const report = import("id", {"1", "2", "3"});

  EXPECT_EQ(report.totals, totals(0, 3));
  EXPECT_EQ(report.missing_rows, 2U);
  EXPECT_THAT(describe(report), ::testing::HasSubstr("2 rows that were stored are not in the"));
}

}  // namespace
}  // namespace holdfast
