#include "holdfast/importer/report.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

source_report finished() {
  source_report report;
  report.source = "/data/molecules.csv";
  report.table = "molecules";
  report.took = 1500ms;
  return report;
}

TEST(Report, TellsTheCountsAndTheRowsOfTheTable) {
  source_report report = finished();
  for (int i = 0; i < 1200; ++i) report.totals.count(fate::stored, rejection::none);
  report.rows_in_table = 1300;

  EXPECT_EQ(describe(report),
            "/data/molecules.csv -> molecules\n"
            "  1,200 read = 1,200 stored + 0 duplicates + 0 rejected\n"
            "  1.5s\n"
            "  1,300 rows in table molecules");
}

TEST(Report, TellsReasonsDuplicatesAndEffort) {
  source_report report = finished();
  report.totals.count(fate::stored, rejection::none);
  report.totals.count(fate::duplicate, rejection::none);
  report.totals.count(fate::differs, rejection::none);
  report.totals.count(fate::rejected, rejection::ragged);
  report.totals.count(fate::rejected, rejection::missing);
  report.totals.count(fate::rejected, rejection::ragged);
  report.stats.requests = 9;
  report.stats.failed_requests = 4;
  report.stats.retries = 3;
  report.target_retries = 1;
  report.took = 125s;

  EXPECT_TRUE(report.totals.add_up());
  EXPECT_EQ(describe(report),
            "/data/molecules.csv -> molecules\n"
            "  6 read = 1 stored + 2 duplicates (1 differ) + 3 rejected\n"
            "  rejected: 2 ragged, 1 missing (table holdfast_rejected)\n"
            "  2m 5s, 9 requests, 4 of them failed, 4 retries");
}

TEST(Report, TellsThatARunWasResumedAndThatItsSourceChanged) {
  source_report report = finished();
  report.resumed = true;
  report.skipped = 5000;
  report.changed = 2;

  EXPECT_EQ(describe(report),
            "/data/molecules.csv -> molecules\n"
            "  0 read = 0 stored + 0 duplicates + 0 rejected\n"
            "  resumed: the counts are those of the whole run; 5,000 records were there already\n"
            "  the source has changed: 2 records have other content than before, and were read as"
            " new ones\n"
            "  1.5s");
}

TEST(Report, SaysWhyARunStoppedAndHowToGoOn) {
  source_report report = finished();
  EXPECT_EQ(describe_ending(report), "");

  report.ending = run_ending::gave_up;
  report.why = {{"http://127.0.0.1/", 0, 0}, "the circuit is open", ""};

  EXPECT_EQ(describe_ending(report),
            "gave up waiting: http://127.0.0.1/  the circuit is open\n"
            "not finished: nothing is lost, start the same command again to go on");
}

TEST(Totals, ThatDoNotAddUpAreSeen) {
  import_totals totals;
  totals.count(fate::differs, rejection::none);
  EXPECT_TRUE(totals.add_up());

  ++totals.read;

  EXPECT_FALSE(totals.add_up());
}

}  // namespace
}  // namespace holdfast
