#include "importer/postgres_copy_text.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace holdfast::postgres {
namespace {

std::string cell(std::string_view text) {
  copy_text row;
  row.add(text);
  return row.bytes();
}

std::string cell(value const& of, column_type column) {
  copy_text row;
  row.add(of, column);
  return row.bytes();
}

TEST(CopyText, CellsStandBetweenTabsAndRowsEndInANewline) {
  copy_text rows;
  rows.add(std::string_view{"a"});
  rows.add_null();
  rows.add(std::int64_t{-7});
  rows.end_row();
  rows.add(std::string_view{});
  rows.end_row();

  EXPECT_EQ(rows.bytes(), "a\t\\N\t-7\n\n");
}

TEST(CopyText, WhatWouldEndACellIsEscapedAndNothingElse) {
  EXPECT_EQ(cell("a\tb\nc\rd\\e"), "a\\tb\\nc\\rd\\\\e");
  EXPECT_EQ(cell("\\N"), "\\\\N");
  EXPECT_EQ(cell("\\."), "\\\\.");
  EXPECT_EQ(cell("\b\f\v\x01\x7f\xc3\xa9\"',"), "\b\f\v\x01\x7f\xc3\xa9\"',");
}

TEST(CopyText, BytesAreHexadecimalDigits) {
  copy_text row;
  row.add_bytes(std::string_view{"\0\xff\\n", 4});

  EXPECT_EQ(row.bytes(), "\\\\x00ff5c6e");
}

TEST(CopyText, ValuesAreWrittenAsTheirColumnReadsThem) {
  EXPECT_EQ(cell(value{}, column_type::integer), "\\N");
  EXPECT_EQ(cell(value::of(true), column_type::boolean), "true");
  EXPECT_EQ(cell(value::of(std::numeric_limits<std::int64_t>::min()), column_type::integer),
            "-9223372036854775808");
  EXPECT_EQ(cell(value::of(1e16), column_type::real), "1e+16");
  EXPECT_EQ(cell(value::of(1e16), column_type::number), "10000000000000000.0");
  EXPECT_EQ(cell(value::of(std::string_view{"a\tb"}), column_type::text), "a\\tb");
}

TEST(CopyText, ARealHasDigitsBehindItsPointInNumeric) {
  EXPECT_EQ(numeric_text("1.0"), "1.0");
  EXPECT_EQ(numeric_text("1e-05"), "1e-05");
  EXPECT_EQ(numeric_text("1e+16"), "10000000000000000.0");
  EXPECT_EQ(numeric_text("-1.2345678901234568e+17"), "-123456789012345680.0");
  EXPECT_EQ(numeric_text("9.5e+22"), "95000000000000000000000.0");
}

}  // namespace
}  // namespace holdfast::postgres
