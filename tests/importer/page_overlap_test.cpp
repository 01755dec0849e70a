#include "importer/page_overlap.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

std::string raw(int number) { return "{\"id\": " + std::to_string(number) + "}"; }

/// A page of the records with these numbers.
page_body page_of(std::vector<int> const& numbers, std::uint64_t limit) {
  page_body page{.meta = {.limit = limit}};
  for (int const number : numbers) {
    std::string const text = raw(number);
    page.records.emplace_back(page.text.size(), text.size());
    page.text += text;
  }
  return page;
}

std::vector<std::string> records_of(page_body const& page) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < page.records.size(); ++i) all.emplace_back(page.record(i));
  return all;
}

std::vector<std::string> raws(std::vector<int> const& numbers) {
  return records_of(page_of(numbers, 0));
}

page_overlap behind(std::vector<int> const& numbers) {
  page_overlap overlap;
  for (int const number : numbers) overlap.delivered(raw(number));
  return overlap;
}

TEST(PageOverlap, APageThatHoldsWhatItShouldIsLeftAlone) {
  auto page = page_of({3, 4, 5}, 3);

  EXPECT_EQ(behind({1, 2}).trim(page, 2, 3), std::nullopt);
  EXPECT_EQ(records_of(page), raws({3, 4, 5}));
}

// It may have slipped back by one while it lacks one; or the listing has a record twice.
TEST(PageOverlap, APageThatBeginsWithWhatCameBeforeIsAskedForAgainAndBelievedIfItStaysTheSame) {
  page_overlap overlap = behind({1, 2});
  auto page = page_of({2, 3, 4}, 3);
  EXPECT_TRUE(overlap.trim(page, 2, 3));
  auto other = page_of({2, 3, 5}, 3);
  EXPECT_TRUE(overlap.trim(other, 2, 3)) << "it has changed";

  EXPECT_EQ(overlap.trim(other, 2, 3), std::nullopt);
  EXPECT_EQ(records_of(other), raws({2, 3, 5}));
  EXPECT_EQ(overlap.trim(page, 2, 3), std::nullopt) << "such listings are known by now";
}

TEST(PageOverlap, AnOverlapThatLacksARecordIsAFailureAndNotCutAtItsEnd) {
  for (std::vector<int> const& seen :
       {std::vector{7, 9, 10, 11, 12, 13}, std::vector{7, 8, 10, 11, 12, 13}}) {
    auto page = page_of(seen, 4);
    EXPECT_TRUE(behind({6, 7, 8, 9}).trim(page, 10, 4));
    EXPECT_EQ(records_of(page), raws(seen)) << "nothing is thrown away";
  }
}

TEST(PageOverlap, ItReachesOverSeveralShortPages) {
  auto page = page_of({3, 4, 5, 6}, 1);

  EXPECT_EQ(behind({1, 2, 3, 4, 5}).trim(page, 6, 1), std::nullopt);
  EXPECT_EQ(records_of(page), raws({6}));
}

TEST(PageOverlap, ItReachesBackOverALostRecord) {
  auto overlap = behind({1, 2});
  overlap.lost();
  auto page = page_of({2, 3, 4, 5}, 2);

  EXPECT_EQ(overlap.trim(page, 4, 2), std::nullopt);
  EXPECT_EQ(records_of(page), raws({4, 5}));
}

TEST(PageOverlap, LostRecordsAloneProveNothing) {
  page_overlap overlap = behind({1, 2});
  overlap.lost();
  auto page = page_of({4, 5, 6}, 2);

  EXPECT_TRUE(overlap.trim(page, 4, 2));
}

TEST(PageOverlap, AnOverlapWithRecordsMissingIsAFailure) {
  auto page = page_of({3, 4, 5, 6, 7}, 4);

  auto const failed = behind({1, 2, 3, 4, 5}).trim(page, 6, 4);

  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->category, category::transient);
  EXPECT_EQ(failed->text.view(),
            "the page begins with 3 records that came before, and too few follow");
}

TEST(PageOverlap, WhatFollowsBeyondTheLimitIsTheNextPages) {
  auto page = page_of({4, 5, 6, 7}, 3);

  EXPECT_EQ(behind({1, 2, 3}).trim(page, 4, 3), std::nullopt);
  EXPECT_EQ(records_of(page), raws({4, 5, 6}));
}

TEST(PageOverlap, BothEndsMayStickOut) {
  auto page = page_of({3, 4, 5, 6}, 2);

  EXPECT_EQ(behind({1, 2, 3}).trim(page, 4, 2), std::nullopt);
  EXPECT_EQ(records_of(page), raws({4, 5}));
}

TEST(PageOverlap, WhereNothingIsKnownTooManyAreAFailure) {
  auto page = page_of({4, 5, 6}, 2);

  auto const failed = page_overlap{}.trim(page, 4, 2);

  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->text.view(), "the page holds 3 records, more than its limit of 2");
}

TEST(PageOverlap, AtTheStartTheLimitDecides) {
  auto page = page_of({0, 1, 2}, 2);

  EXPECT_EQ(page_overlap{}.trim(page, 0, 2), std::nullopt);
  EXPECT_EQ(records_of(page), raws({0, 1}));
}

TEST(PageOverlap, ATotalThatIsTooSmallCutsNothing) {
  auto page = page_of({4, 5, 6}, 3);

  EXPECT_EQ(behind({1, 2, 3}).trim(page, 4, 1), std::nullopt);
  EXPECT_EQ(records_of(page), raws({4, 5, 6}));
}

TEST(PageOverlap, OnlyTheLastRecordsAreKnown) {
  page_overlap overlap;
  for (int i = 0; i <= static_cast<int>(page_overlap::most_known); ++i) overlap.delivered(raw(i));
  std::vector<int> all;
  for (int i = 0; i <= static_cast<int>(page_overlap::most_known) + 1; ++i) all.push_back(i);
  auto page = page_of(all, 1);

  EXPECT_TRUE(overlap.trim(page, all.size() - 1, 1));
}

TEST(PageOverlap, IsSavedAndRestored) {
  auto overlap = behind({1, 2});
  overlap.lost();
  page_overlap other;
  ASSERT_TRUE(other.restore(overlap.save()));
  auto page = page_of({2, 3, 4}, 1);

  EXPECT_EQ(other.trim(page, 4, 1), std::nullopt);
  EXPECT_EQ(records_of(page), raws({4}));
  EXPECT_EQ(other.save(), overlap.save());
}

TEST(PageOverlap, SixteenRecordsAreSaved) {
  page_overlap overlap;
  for (int i = 0; i < 20; ++i) overlap.lost();

  EXPECT_EQ(overlap.save(), "-,-,-,-,-,-,-,-,-,-,-,-,-,-,-,-");
}

TEST(PageOverlap, NothingElseIsRestored) {
  auto overlap = behind({1});
  std::string const before = overlap.save();
  for (std::string const wrong :
       {"", ",", "-,", ",-", "--", "00c0ffee", "00C0FFEE00C0FFEE", "00c0ffee00c0ffee0",
        "00c0ffee00c0ffee;", " 00c0ffee00c0ffe", "-,-,-,-,-,-,-,-,-,-,-,-,-,-,-,-,-"}) {
    EXPECT_FALSE(overlap.restore(wrong)) << wrong;
  }
  EXPECT_EQ(overlap.save(), before);
}

}  // namespace
}  // namespace holdfast
