#include "holdfast/importer/progress.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constexpr instant start{};

progress read_so_far(std::uint64_t records) {
  progress seen;
  seen.read_here = records;
  seen.totals.read = records;
  seen.totals.stored = records;
  return seen;
}

TEST(Progress, TheFirstSampleGivesTheRateOfTheWholeTime) {
  progress_meter meter{start};

  meter.sample(read_so_far(500), start + 2s);

  EXPECT_DOUBLE_EQ(meter.rate(), 250);
}

TEST(Progress, TheRateFollowsTheLastSeconds) {
  progress_meter meter{start};
  meter.sample(read_so_far(3000), start + 3s);

  meter.sample(read_so_far(3000), start + 6s);

  EXPECT_DOUBLE_EQ(meter.rate(), 500);
}

TEST(Progress, TheTimeLeftComesFromTheRecordsThatTheServiceHolds) {
  progress_meter meter{start};
  progress seen = read_so_far(100);
  seen.source.records_total = 400;
  meter.sample(seen, start + 1s);

  EXPECT_EQ(meter.time_left(seen), duration{3s});
}

TEST(Progress, TheTimeLeftOfAFileComesFromItsBytes) {
  progress_meter meter{start};
  progress seen = read_so_far(100);
  seen.source.bytes_read = 1000;
  seen.source.bytes_total = 3000;
  meter.sample(seen, start + 1s);

  EXPECT_EQ(meter.time_left(seen), duration{2s});
}

TEST(Progress, NoTimeLeftIsGivenWhereNothingMoves) {
  progress_meter meter{start};
  progress seen = read_so_far(0);
  seen.source.records_total = 400;
  meter.sample(seen, start + 1s);

  EXPECT_EQ(meter.time_left(seen), std::nullopt);
}

TEST(Progress, TheLineLeavesOutWhatIsZeroOrUnknown) {
  progress_meter meter{start};

  EXPECT_EQ(progress_line(progress{}, meter, start), "0 stored");
}

TEST(Progress, TheLineTellsAllThatIsKnown) {
  progress_meter meter{start};
  progress seen = read_so_far(1500);
  seen.totals = {.read = 1500, .stored = 1490, .duplicates = 7, .differs = 2, .rejected = 3};
  seen.source.retries = 4;
  seen.target_retries = 1;
  seen.source.circuit = "closed";
  seen.source.records_total = 3000;
  meter.sample(seen, start + 1s);

  EXPECT_EQ(progress_line(seen, meter, start + 1s),
            "1,490 stored, 7 duplicates, 2 of them differ, 3 rejected, 1,500 records/s, 5 retries,"
            " circuit closed, 1s left");
}

TEST(Progress, TheLineSaysWhyNothingMoves) {
  progress_meter meter{start};
  progress seen = read_so_far(10);
  seen.waiting_for = "http 503";
  seen.waiting_until = start + 8s;

  EXPECT_EQ(progress_line(seen, meter, start), "10 stored, waiting 8s: http 503");
}

TEST(Progress, NumbersHaveSeparators) {
  EXPECT_EQ(with_separators(0), "0");
  EXPECT_EQ(with_separators(999), "999");
  EXPECT_EQ(with_separators(1000), "1,000");
  EXPECT_EQ(with_separators(1234567), "1,234,567");
}

TEST(Progress, TimesAreRoundedToWhatMatters) {
  EXPECT_EQ(rough_time(999ms), "0s");
  EXPECT_EQ(rough_time(59s), "59s");
  EXPECT_EQ(rough_time(125s), "2m 5s");
  EXPECT_EQ(rough_time(12000s), "3h 20m");
}

TEST(Progress, ALineIsCutBetweenCharacters) {
  EXPECT_EQ(cut_to("abc", 3), "abc");
  EXPECT_EQ(cut_to("abc", 2), "ab");
  EXPECT_EQ(cut_to("a\xC3\xA9z", 2), "a\xC3\xA9");
}

}  // namespace
}  // namespace holdfast
