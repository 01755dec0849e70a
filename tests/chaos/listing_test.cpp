#include "chaos/listing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

TEST(Listing, WithoutFaultsEveryRecordStandsAtItsNumber) {
  listing const plain{3, {}, random_bits{1}};

  EXPECT_EQ(plain.size(), 3U);
  EXPECT_EQ(plain[2], (page_record{2, {}}));
}

RC_GTEST_PROP(Listing, DuplicatesAddRecordsAndNeverReplaceOne, (std::uint64_t seed)) {
  listing const doubled{
      50, {.duplicates_within = 0.3, .duplicates_across = 0.3}, random_bits{seed}};
  std::uint64_t originals = 0;
  for (std::uint64_t offset = 0; offset < doubled.size(); ++offset) {
    auto const [number, flaw] = doubled[offset];
    if (!flaw) {
      RC_ASSERT(number == originals++);
    } else if (*flaw == page_flaw::duplicates_within) {
      RC_ASSERT(number == originals - 1);
    } else {
      RC_ASSERT(number < originals - 1);
    }
  }

  RC_ASSERT(originals == 50U);
}

TEST(Listing, ARecordIsChangedInOneWayAtMost) {
  listing const changed{
      300, {.null_nested = 0.3, .text_numbers = 0.3, .unknown_field = 0.4}, random_bits{1}};
  int nulls = 0, texts = 0, unknown = 0;
  for (std::uint64_t offset = 0; offset < changed.size(); ++offset) {
    ASSERT_TRUE(changed[offset].flaw);
    auto const flaw = *changed[offset].flaw;
    ++(flaw == page_flaw::null_nested ? nulls : flaw == page_flaw::text_numbers ? texts : unknown);
  }

  EXPECT_EQ(changed.size(), 300U);
  EXPECT_NEAR(nulls, 90, 30);
  EXPECT_NEAR(texts, 90, 30);
  EXPECT_NEAR(unknown, 120, 30);
}

}  // namespace
}  // namespace holdfast
