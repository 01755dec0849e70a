#include "holdfast/importer/feed_history.hpp"

#include <map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

constexpr std::uint64_t print(std::uint64_t n) { return n << 8U; }
constexpr ledger_mark stored(std::uint64_t n) { return {print(n), fate::stored, rejection::none}; }

/// A ledger in memory: spans by run, in order.
class ScriptedLedger {
 public:
  void add(std::int64_t run, std::int64_t batch, std::uint64_t first,
           std::vector<ledger_mark> marks) {
    spans_[run].push_back({batch, first, marks.size()});
    marks_[batch] = std::move(marks);
  }

  feed_history history() {
    std::vector<std::int64_t> runs;
    for (auto const& [run, spans] : spans_) runs.push_back(run);
    return {runs,
            {.next_span = [this](span_cursor const& after) { return next(after); },
             .marks_of = [this](std::int64_t batch) { return marks(batch); }}};
  }

  int reads = 0;
  int reads_of_marks = 0;

 private:
  expected<std::optional<mark_span>, failure> next(span_cursor const& after) {
    ++reads;
    for (mark_span const& span : spans_[after.run]) {
      if (std::pair{span.first, span.batch} > std::pair{after.first, after.batch}) return span;
    }
    return std::optional<mark_span>{};
  }

  expected<std::vector<ledger_mark>, failure> marks(std::int64_t batch) {
    ++reads_of_marks;
    return marks_.at(batch);
  }

  std::map<std::int64_t, std::vector<mark_span>> spans_;
  std::map<std::int64_t, std::vector<ledger_mark>> marks_;
};

TEST(FeedHistory, FindsARecordByPositionAndFingerprint) {
  ScriptedLedger ledger;
  ledger.add(1, 1, 0, {stored(10), stored(11)});
  ledger.add(1, 2, 2, {stored(12)});
  feed_history history = ledger.history();

  EXPECT_EQ(*history.find(0, print(10)), stored(10));
  EXPECT_EQ(*history.find(1, print(99)), std::nullopt);
  EXPECT_EQ(*history.find(2, print(12)), stored(12));
  EXPECT_EQ(*history.find(3, print(12)), std::nullopt);
}

TEST(FeedHistory, TheEarliestRunThatHasTheRecordSays) {
  ScriptedLedger ledger;
  ledger.add(1, 1, 0, {stored(10)});
  ledger.add(2, 2, 0, {{print(10), fate::rejected, rejection::ragged}});
  feed_history history = ledger.history();

  EXPECT_EQ((*history.find(0, print(10)))->what(), fate::stored);
}

TEST(FeedHistory, ARunThatStoredTheRecordSaysMoreThanOneWhoseChecksRejectedIt) {
  ScriptedLedger ledger;
  ledger.add(1, 1, 0, {{print(10), fate::rejected, rejection::out_of_range}});
  ledger.add(2, 2, 0, {stored(10)});
  feed_history history = ledger.history();

  EXPECT_EQ((*history.find(0, print(10)))->what(), fate::stored);
}

TEST(FeedHistory, RunsWhoseSpansLieAheadAreFoundWhenTheirPositionComes) {
  ScriptedLedger ledger;
  for (std::int64_t run = 1; run <= 50; ++run) {
    auto const at = static_cast<std::uint64_t>(run * 7 % 50);
    ledger.add(run, 2 * run, at, {stored(at)});
    ledger.add(run, 2 * run + 1, at + 100, {stored(at + 100)});
  }
  feed_history history = ledger.history();

  for (std::uint64_t position = 0; position < 150; ++position) {
    bool const known = position < 50 || position >= 100;
    EXPECT_EQ(history.find(position, print(position))->has_value(), known) << position;
  }
}

TEST(FeedHistory, SpansOfOneRunMayCoverTheSamePositions) {
  ScriptedLedger ledger;
  ledger.add(1, 1, 0, {stored(10), stored(11), stored(12)});
  ledger.add(1, 7, 0, {stored(20)});
  ledger.add(1, 8, 1, {stored(21)});
  feed_history history = ledger.history();

  EXPECT_EQ(*history.find(0, print(20)), stored(20));
  EXPECT_EQ(*history.find(1, print(11)), stored(11));
  EXPECT_EQ(*history.find(2, print(12)), stored(12));
}

TEST(FeedHistory, PositionsMayBeLeftOut) {
  ScriptedLedger ledger;
  ledger.add(1, 1, 0, {stored(10)});
  ledger.add(1, 2, 1, {stored(11)});
  ledger.add(1, 3, 1000, {stored(12)});
  feed_history history = ledger.history();

  EXPECT_EQ(*history.find(999, print(12)), std::nullopt);
  EXPECT_EQ(*history.find(1000, print(12)), stored(12));
}

TEST(FeedHistory, NothingIsReadOnceAllRunsAreAtTheirEnd) {
  ScriptedLedger ledger;
  ledger.add(1, 1, 0, {stored(10)});
  feed_history history = ledger.history();
  EXPECT_EQ(*history.find(5, print(1)), std::nullopt);
  int const reads = ledger.reads;

  EXPECT_EQ(*history.find(6, print(1)), std::nullopt);

  EXPECT_EQ(ledger.reads, reads);
}

TEST(FeedHistory, TheMarksOfWhatLiesAheadAreNotRead) {
  ScriptedLedger ledger;
  for (std::int64_t run = 1; run <= 1000; ++run) {
    auto const at = static_cast<std::uint64_t>(run) * 10;
    ledger.add(run, run, at, std::vector<ledger_mark>(10, stored(at)));
  }
  feed_history history = ledger.history();

  for (std::uint64_t position = 0; position < 30; ++position) {
    EXPECT_EQ(history.find(position, print(1))->has_value(), false);
  }

  EXPECT_EQ(ledger.reads_of_marks, 2);
}

TEST(FeedHistory, ABatchThatWasDeletedMeanwhileKnowsNothing) {
  feed_history history{
      {1},
      {.next_span =
           [](span_cursor const& after) {
             bool const first = after.batch == 0;
             return first ? std::optional{mark_span{1, 0, 3}} : std::optional<mark_span>{};
           },
       .marks_of = [](std::int64_t) { return std::vector<ledger_mark>{}; }}};

  EXPECT_EQ(*history.find(0, print(1)), std::nullopt);
  EXPECT_EQ(*history.find(2, print(1)), std::nullopt);
}

TEST(FeedHistory, AFailureOfTheLedgerIsHandedOn) {
  failure broken;
  broken.text = "disk I/O error";
  feed_history history{{1},
                       {.next_span = [&](span_cursor const&) { return unexpected{broken}; },
                        .marks_of = [&](std::int64_t) { return unexpected{broken}; }}};
  feed_history without_marks{{1},
                             {.next_span =
                                  [](span_cursor const&) {
                                    return std::optional{mark_span{1, 0, 1}};
                                  },
                              .marks_of = [&](std::int64_t) { return unexpected{broken}; }}};

  EXPECT_EQ(history.find(0, 0).error().text, "disk I/O error");
  EXPECT_EQ(without_marks.find(0, 0).error().text, "disk I/O error");
}

TEST(LedgerMark, KeepsFateReasonAndFingerprintInEightBytes) {
  ledger_mark const mark{0x0123456789ABCDEF, fate::rejected, rejection::unreadable_remote};

  EXPECT_EQ(ledger_mark::from_bits(mark.bits()), mark);
  EXPECT_EQ(mark.what(), fate::rejected);
  EXPECT_EQ(mark.why(), rejection::unreadable_remote);
  EXPECT_TRUE(mark.is_of(0x0123456789ABCDEF));
  EXPECT_TRUE(mark.is_of(0x0123456789ABCD00));
  EXPECT_FALSE(mark.is_of(0x0123456789ABCEEF));
}

}  // namespace
}  // namespace holdfast
