#include "importer/import_fixture.hpp"

#include <gmock/gmock.h>

namespace holdfast {
namespace {

using test::ImportTest;
using test::scripted_source;
using test::totals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

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

TEST_F(ImportTest, AWaitForAnOpenCircuitTellsTheFailureBehindIt) {
  limits_.give_up_after = std::chrono::seconds{3};

  auto const report = import("id", {"1", "#fail", "#open", "#open", "#open"});

  EXPECT_EQ(report.ending, run_ending::gave_up);
  EXPECT_THAT(report.why.what, StartsWith("the circuit is open; last failure: "));
  EXPECT_THAT(report.why.what, HasSubstr("Service Unavailable"));
}

TEST_F(ImportTest, ASecondProcessOnTheSameFeedStopsTheFirst) {
  scripted_source source{"id", {"1", "2", "3", "4", "5", "6", "7"}};
  source.before_record([this](std::uint64_t position) {
    if (position != 4) return;
    query("UPDATE holdfast_runs SET sequence = sequence + 1");
  });

  auto const report = import(source);

  EXPECT_EQ(report.ending, run_ending::target_stopped);
  EXPECT_THAT(report.why.what, HasSubstr("another process is importing"));
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
  EXPECT_THAT(report.why.what, HasSubstr("the database is busy"));
  EXPECT_EQ(report.totals, totals(3));
}

TEST_F(ImportTest, ATargetWhoseSharedGuardIsHeldOpenIsAskedEachSecond) {
  guard const shared{write_operation, surroundings{.time = &time_, .seed = 1}};
  auto const target = open_sqlite_target({.path = path(), .time = &time_, .shared_guard = shared});
  feed const one{"/data/molecules.csv", "molecules"};
  run_start run;
  shared.force_open("the disk is exchanged", std::chrono::minutes{10});

  auto const held = target->begin(one, run);

  EXPECT_EQ(held.status, target_status::refused);
  EXPECT_EQ(held.retry_after, std::chrono::seconds{1});
  EXPECT_THAT(held.why.what, HasSubstr("db.import.write: the circuit is open"));
  EXPECT_EQ(held.why.remedy, "wait, or close the circuit");
  shared.reset("it is exchanged");
  EXPECT_EQ(target->begin(one, run).status, target_status::done);
}

TEST_F(ImportTest, ADatabaseThatIsLockedAtTheFirstLookIsBusyAndNotBroken) {
  for (char const* lock : {"BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"}) {
    target_ = open_target();
    auto other = sqlite::database::open(path(), {.wal = false});
    ASSERT_TRUE(other->exec("PRAGMA journal_mode = DELETE; CREATE TABLE IF NOT EXISTS t(id)"));
    ASSERT_TRUE(other->exec(lock));

    auto const checked = target_->check();
    auto const shape = target_->shape_of("t");
    EXPECT_EQ(checked.status, target_status::refused) << lock;
    EXPECT_THAT(checked.why.what, StartsWith("the database is busy")) << lock;
    ASSERT_FALSE(shape) << lock;
    EXPECT_EQ(shape.error().status, target_status::refused) << lock;

    ASSERT_TRUE(other->exec("ROLLBACK"));
    EXPECT_EQ(target_->check().status, target_status::done) << lock;
    EXPECT_TRUE(target_->shape_of("t").has_value()) << lock;
  }
}

}  // namespace
}  // namespace holdfast
