#include "holdfast/base/units.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(Units, ADurationIsPrintedInItsLargestFittingUnit) {
  EXPECT_EQ(to_text(duration{0}), "0s");
  EXPECT_EQ(to_text(duration{250ms}), "250ms");
  EXPECT_EQ(to_text(duration{1500ms}), "1.5s");
  EXPECT_EQ(to_text(duration{2min}), "2m");
  EXPECT_EQ(to_text(duration{168h}), "7d");
  EXPECT_EQ(to_text(duration{1}), "1ns");
  EXPECT_EQ(to_text(duration{1'000'001}), "1000.001us");
  EXPECT_EQ(to_text(duration{-250ms}), "-250ms");
  EXPECT_EQ(to_text(duration{off}), "off");
}

TEST(Units, TheShortestDurationHasAText) { EXPECT_EQ(to_text(duration::min()).front(), '-'); }

TEST(Units, ADurationNeedsAUnit) {
  EXPECT_EQ(parse_duration("5s"), 5s);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("0s"), 0s);
  EXPECT_EQ(parse_duration("2d"), 48h);
  EXPECT_EQ(parse_duration("7us"), 7us);
  EXPECT_EQ(parse_duration("off"), duration{off});
  for (auto const* text : {"5", "", "s", "5 s", "-5s", "5x", "5S", "1e3s", "infs", "nans", "5s ",
                           " 5s", "+5s", "200000d", "5ms5", "0x5s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Units, NoDurationReadsAsOffButOff) {
  EXPECT_EQ(parse_duration("9223372036854775807ns"), std::nullopt);
  EXPECT_FALSE(is_off(parse_duration("106751d").value()));
}

RC_GTEST_PROP(Units, AnyDurationBelowAMonthReadsBackFromItsText, ()) {
  auto const value = duration{*rc::gen::inRange<std::int64_t>(0, 2'592'000'000'000'000)};

  RC_ASSERT(parse_duration(to_text(value)) == value);
}

TEST(Units, ASizeIsPrintedInTheLargestUnitThatDividesIt) {
  EXPECT_EQ(to_text(byte_count{0}), "0B");
  EXPECT_EQ(to_text(byte_count{1500}), "1500B");
  EXPECT_EQ(to_text(16_MiB), "16MiB");
  EXPECT_EQ(to_text(1_GiB), "1GiB");
  EXPECT_EQ(to_text(byte_count{3'000'000}), "3MB");
}

TEST(Units, ASizeNeedsAUnit) {
  EXPECT_EQ(parse_bytes("16MiB"), 16_MiB);
  EXPECT_EQ(parse_bytes("5kB"), byte_count{5000});
  EXPECT_EQ(parse_bytes("0B"), byte_count{0});
  for (auto const* text : {"16", "", "B", "1.5MiB", "-1B", "16 MiB", "16mib",
                           "18446744073709551616B", "18446744073709551615KiB", "5KB"}) {
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(Units, AnySizeReadsBackFromItsText, (std::uint64_t bytes)) {
  RC_ASSERT(parse_bytes(to_text(byte_count{bytes})) == byte_count{bytes});
}

}  // namespace
}  // namespace holdfast
