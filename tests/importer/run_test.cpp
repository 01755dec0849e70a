#include "holdfast/importer/run.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constexpr instant start{};
constexpr run_limits small{
    .batch_records = 3, .batch_bytes = {100}, .batch_age = 1s, .give_up_after = 10s};

run_step reading() { return {run_action::read, {}}; }
run_step writing() { return {run_action::write, {}}; }
run_step waiting(instant until) { return {run_action::wait, until}; }
run_step ending() { return {run_action::end, {}}; }

TEST(RunMachine, ReadsUntilTheBatchIsFull) {
  run_machine run{small, start};

  EXPECT_EQ(run.next(start), reading());
  run.on_record(10, start);
  run.on_record(10, start);
  EXPECT_EQ(run.next(start), reading());
  run.on_record(10, start);
  EXPECT_EQ(run.next(start), writing());

  run.on_written(start);
  EXPECT_EQ(run.next(start), reading());
}

TEST(RunMachine, WritesABatchThatHasItsBytes) {
  run_machine run{small, start};

  run.on_record(99, start);
  EXPECT_EQ(run.next(start), reading());
  run.on_record(1, start);

  EXPECT_EQ(run.next(start), writing());
}

TEST(RunMachine, WritesABatchThatIsASecondOld) {
  run_machine run{small, start};
  run.on_record(1, start);

  EXPECT_EQ(run.next(start + 999ms), reading());
  EXPECT_EQ(run.next(start + 1s), writing());
}

TEST(RunMachine, WritesTheRestAtTheEndOfTheSource) {
  run_machine run{small, start};
  run.on_record(1, start);
  run.on_source_end();

  EXPECT_EQ(run.next(start), writing());
  run.on_written(start);
  EXPECT_EQ(run.next(start), ending());
  EXPECT_EQ(run.ending(), run_ending::finished);
}

TEST(RunMachine, AnEmptySourceEndsWithoutABatch) {
  run_machine run{small, start};
  run.on_source_end();

  EXPECT_EQ(run.next(start), ending());
  EXPECT_EQ(run.ending(), run_ending::finished);
}

TEST(RunMachine, WritesWhatItHoldsBeforeItWaitsForTheSource) {
  run_machine run{small, start};
  run.on_record(1, start);
  run.on_source_refused(5s, start);

  EXPECT_EQ(run.next(start), writing());
  run.on_written(start);
  EXPECT_EQ(run.next(start), waiting(start + 5s));
  EXPECT_EQ(run.next(start + 5s), reading());
}

TEST(RunMachine, GivesUpOnlyAfterTheSetTimeWithoutProgress) {
  run_machine run{small, start};
  run.on_source_refused(6s, start);
  EXPECT_EQ(run.next(start), waiting(start + 6s));

  run.on_record(1, start + 6s);
  run.on_written(start + 6s);
  run.on_source_refused(30s, start + 7s);

  EXPECT_EQ(run.next(start + 7s), waiting(start + 16s));
  EXPECT_EQ(run.next(start + 16s), ending());
  EXPECT_EQ(run.ending(), run_ending::gave_up);
}

TEST(RunMachine, WithoutALimitItNeverGivesUp) {
  run_limits patient = small;
  patient.give_up_after = off;
  run_machine run{patient, start};
  run.on_source_refused(1s, start + 24h);

  EXPECT_EQ(run.next(start + 24h), waiting(start + 24h + 1s));
}

TEST(RunMachine, ARefusedBatchIsKeptAndWrittenLater) {
  run_machine run{small, start};
  run.on_record(100, start);
  run.on_target_refused(2s, start);

  EXPECT_EQ(run.next(start), waiting(start + 2s));
  EXPECT_EQ(run.next(start + 2s), writing());
  EXPECT_EQ(run.records_waiting(), 1);
}

TEST(RunMachine, GivesUpOnATargetThatKeepsRefusing) {
  run_machine run{small, start};
  run.on_record(100, start);
  run.on_target_refused(9s, start);
  EXPECT_EQ(run.next(start), waiting(start + 9s));
  run.on_target_refused(9s, start + 9s);

  EXPECT_EQ(run.next(start + 9s), waiting(start + 10s));
  EXPECT_EQ(run.next(start + 10s), ending());
  EXPECT_EQ(run.ending(), run_ending::gave_up);
}

TEST(RunMachine, AnInterruptFinishesTheBatch) {
  run_machine run{small, start};
  run.on_record(1, start);
  run.on_interrupt();

  EXPECT_EQ(run.next(start), writing());
  run.on_written(start);
  EXPECT_EQ(run.next(start), ending());
  EXPECT_EQ(run.ending(), run_ending::interrupted);
}

TEST(RunMachine, AnInterruptEndsAWaitAtOnce) {
  run_machine run{small, start};
  run.on_source_refused(5s, start);
  run.on_interrupt();

  EXPECT_EQ(run.next(start), ending());
  EXPECT_EQ(run.ending(), run_ending::interrupted);
}

TEST(RunMachine, AnInterruptDoesNotWaitForATargetThatRefuses) {
  run_machine run{small, start};
  run.on_record(100, start);
  run.on_target_refused(5s, start);
  run.on_interrupt();

  EXPECT_EQ(run.next(start), ending());
  EXPECT_EQ(run.ending(), run_ending::interrupted);
}

TEST(RunMachine, AnInterruptAfterTheLastRecordIsAFinishedRun) {
  run_machine run{small, start};
  run.on_record(1, start);
  run.on_source_end();
  run.on_interrupt();
  run.on_written(start);

  EXPECT_EQ(run.next(start), ending());
  EXPECT_EQ(run.ending(), run_ending::finished);
}

TEST(RunMachine, CommitsWhatCameBeforeASourceThatStopped) {
  run_machine run{small, start};
  run.on_record(1, start);
  run.on_source_stopped();

  EXPECT_EQ(run.next(start), writing());
  run.on_written(start);
  EXPECT_EQ(run.next(start), ending());
  EXPECT_EQ(run.ending(), run_ending::source_stopped);
}

TEST(RunMachine, ATargetThatStoppedEndsTheRunWithTheBatchUnwritten) {
  run_machine run{small, start};
  run.on_record(100, start);
  run.on_target_stopped();

  EXPECT_EQ(run.next(start), ending());
  EXPECT_EQ(run.ending(), run_ending::target_stopped);
  EXPECT_EQ(run.records_waiting(), 1);
}

}  // namespace
}  // namespace holdfast
