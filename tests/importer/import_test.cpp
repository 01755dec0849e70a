#include "importer/import_fixture.hpp"

#include <gmock/gmock.h>

namespace holdfast {
namespace {

using test::ImportTest;
using test::scripted_source;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using rows = std::vector<std::string>;

import_totals totals(std::uint64_t stored, std::uint64_t duplicates = 0,
                     std::uint64_t differs = 0) {
  return {.read = stored + duplicates,
          .stored = stored,
          .duplicates = duplicates,
          .differs = differs,
          .rejected = 0,
          .reasons = {}};
}

mapped_field number_up_to(std::string name, double max) {
  mapped_field field;
  field.name = std::move(name);
  field.max = max;
  return field;
}

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

TEST_F(ImportTest, ARefusalIsAWaitThatEndsByItself) {
  auto const report = import("id", {"1", "#refuse", "2", "#refuse", "3"});

  EXPECT_EQ(report.ending, run_ending::finished);
  EXPECT_EQ(report.totals, totals(3));
  EXPECT_EQ(time_.slept(), std::chrono::seconds{4});
}

TEST_F(ImportTest, ItGivesUpAfterTheSetTimeAndKeepsWhatItHas) {
  limits_.give_up_after = std::chrono::seconds{3};

  auto const report = import("id", {"1", "#refuse", "#refuse", "2"});

  EXPECT_EQ(report.ending, run_ending::gave_up);
  EXPECT_EQ(report.why.what, "the circuit is open");
  EXPECT_EQ(report.totals, totals(1));
  EXPECT_THAT(query("SELECT state FROM holdfast_runs"), ElementsAre("running"));
}

TEST_F(ImportTest, AnInterruptCommitsWhatWasRead) {
  scripted_source source{"id", {"1", "2", "3", "4", "5", "6"}};
  source.before_record([this](std::uint64_t position) {
    if (position == 4) stop_.request_stop();
  });

  auto const report = import(source);

  EXPECT_EQ(report.ending, run_ending::interrupted);
  EXPECT_EQ(report.totals, totals(5));
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

TEST_F(ImportTest, AWaitForAnOpenCircuitTellsTheFailureBehindIt) {
  limits_.give_up_after = std::chrono::seconds{3};

  auto const report = import("id", {"1", "#fail", "#open", "#open", "#open"});

  EXPECT_EQ(report.ending, run_ending::gave_up);
  EXPECT_THAT(report.why.what, ::testing::StartsWith("the circuit is open; last failure: "));
  EXPECT_THAT(report.why.what, ::testing::HasSubstr("Service Unavailable"));
}

TEST_F(ImportTest, ASecondProcessOnTheSameFeedStopsTheFirst) {
  scripted_source source{"id", {"1", "2", "3", "4", "5", "6", "7"}};
  source.before_record([this](std::uint64_t position) {
    if (position != 4) return;
    query("UPDATE holdfast_runs SET sequence = sequence + 1");
  });

  auto const report = import(source);

  EXPECT_EQ(report.ending, run_ending::target_stopped);
  EXPECT_THAT(report.why.what, ::testing::HasSubstr("another process is importing"));
  EXPECT_THAT(query("SELECT id FROM molecules"), ElementsAre("1", "2", "3"));
}

TEST_F(ImportTest, ALockedDatabaseIsWaitedFor) {
  auto other = sqlite::database::open(path(), {});
  ASSERT_TRUE(other);
  scripted_source source{"id", {"1", "2", "3", "4"}};
  limits_.give_up_after = std::chrono::nanoseconds{1};
  source.before_record([&](std::uint64_t position) {
    bool const locked = position != 3 || other->exec("BEGIN IMMEDIATE").has_value();
    EXPECT_TRUE(locked);
  });

  auto const report = import(source);

  EXPECT_EQ(report.ending, run_ending::gave_up);
  EXPECT_THAT(report.why.what, ::testing::HasSubstr("the database is busy"));
  EXPECT_EQ(report.totals, totals(3));
}

TEST_F(ImportTest, ANewerLedgerIsRefusedWithARemedy) {
  import("id", {"1"});
  query("UPDATE holdfast_meta SET value = '2'");
  target_ = open_target();

  auto const found = target_->check();

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].what, "its ledger has version 2, and this program knows versions up to 1");
  EXPECT_NE(found[0].remedy, "");
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
