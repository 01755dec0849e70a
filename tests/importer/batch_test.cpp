#include "holdfast/importer/batch.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

record line(std::uint64_t position, std::string const& text) {
  record made;
  made.position = position;
  made.line = position + 2;
  made.bytes = text + "|text";
  made.raw_size = text.size();
  made.cells = {{cell_kind::text, 0, static_cast<std::uint32_t>(text.size())}};
  return made;
}

TEST(Batch, KeepsTheBytesOfItsRecords) {
  batch kept;
  kept.add_new(line(7, "first"), 1, rejection::none, {});
  kept.add_new(line(8, "second"), 2, rejection::ragged, "one cell");

  auto const entries = kept.entries();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(kept.first(), 7U);
  EXPECT_EQ(kept.end(), 9U);
  EXPECT_EQ(kept.raw(entries[0]), "first");
  EXPECT_EQ(kept.text(entries[1], kept.cells(entries[1])[0]), "second");
  EXPECT_EQ(entries[1].line, 10U);
  EXPECT_EQ(entries[1].detail, "one cell");
}

TEST(Batch, CountsKnownRecordsAsDuplicatesOrAsRejectedAgain) {
  batch kept;
  kept.add_known(0, {1, fate::stored, rejection::none});
  kept.add_known(1, {2, fate::differs, rejection::none});
  kept.add_known(2, {3, fate::rejected, rejection::ragged});

  EXPECT_EQ(kept.known().read, 3U);
  EXPECT_EQ(kept.known().duplicates, 2U);
  EXPECT_EQ(kept.known().differs, 0U);
  EXPECT_EQ(kept.known().rejected, 1U);
  EXPECT_FALSE(kept.nothing_to_write());
}

TEST(Batch, OfSkippedRecordsAloneHasNothingToWrite) {
  batch kept;
  kept.add_skipped(0, {1, fate::stored, rejection::none});

  EXPECT_TRUE(kept.nothing_to_write());
  EXPECT_EQ(kept.end(), 1U);
}

TEST(Batch, IsEmptyAfterClear) {
  batch kept;
  kept.add_new(line(7, "first"), 1, rejection::none, {});

  kept.clear(0);

  EXPECT_TRUE(kept.nothing_to_write());
  EXPECT_EQ(kept.size_in_bytes(), 0U);
  kept.add_new(line(3, "other"), 1, rejection::none, {});
  EXPECT_EQ(kept.first(), 3U);
}

}  // namespace
}  // namespace holdfast
