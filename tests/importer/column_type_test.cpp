#include "holdfast/importer/column_type.hpp"

#include "importer/number_spelling.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using enum column_type;

column_type untyped(std::string_view text) { return type_of(cell_kind::text, text); }
column_type json_number(std::string_view text) { return type_of(cell_kind::number, text); }

TEST(ColumnType, OnlyTheCanonicalSpellingOfAnIntegerIsOne) {
  for (auto const* text : {"0", "7", "-3", "10", "999999999999999999", "9223372036854775807",
                           "-9223372036854775808"}) {
    EXPECT_EQ(untyped(text), integer) << text;
  }
  for (auto const* text :
       {"007", "+5", " 5", "5 ", "-0", "00", "--1", "-", "", "1,000", "0x10", "9223372036854775808",
        "-9223372036854775809", "99999999999999999999", "123456789012345678901234567890", "١"}) {
    EXPECT_EQ(untyped(text), column_type::text) << text;
  }
}

TEST(ColumnType, OnlyTheShortestSpellingOfARealIsANumber) {
  for (auto const* text :
       {"1.0", "-0.77", "0.0", "-0.0", "1e-05", "9.1e+69", "432.42999999999995", "0.0001",
        "123456789012345.6", "1e+16", "1234567890123456.0", "5e-324", "1.7976931348623157e+308",
        "-2.2250738585072014e-308", "0.1", "100.0", "9007199254740993.0"}) {
    bool const reads_back = std::string_view{text} != "9007199254740993.0";
    EXPECT_EQ(untyped(text), reads_back ? number : column_type::text) << text;
  }
  for (auto const* text : {"1.10",
                           "1.",
                           ".5",
                           "nan",
                           "inf",
                           "-inf",
                           "1E5",
                           "1e5",
                           "1e+5",
                           "1e05",
                           "01.5",
                           "-.5",
                           "00.5",
                           "0.00001",
                           "0.00",
                           "1.0e-05",
                           "1e-5",
                           "1e16",
                           "10000000000000000.0",
                           "1e400",
                           "1e-400",
                           "0.1000000000000000055",
                           "1.5.2",
                           "1..5",
                           "1.5 ",
                           "0x1p3",
                           "1e",
                           "e1",
                           "-",
                           ".",
                           "1_0.5",
                           "1.2.3.4",
                           "2024-01-02",
                           "1.5e+",
                           "infinity",
                           "-nan",
                           "0e+00",
                           "1,5"}) {
    EXPECT_EQ(untyped(text), column_type::text) << text;
  }
}

TEST(ColumnType, JsonNumbersAreNumbersInAnySpelling) {
  EXPECT_EQ(json_number("7"), integer);
  EXPECT_EQ(json_number("1.10"), number);
  EXPECT_EQ(json_number("1E5"), number);
  EXPECT_EQ(json_number("-0"), number);
  EXPECT_EQ(json_number("-0.0"), number);
  EXPECT_EQ(json_number("9223372036854775807"), integer);
}

TEST(ColumnType, JsonNumbersThatADoubleWouldChangeBeyondRecognitionAreText) {
  EXPECT_EQ(json_number("9223372036854775808"), text);
  EXPECT_EQ(json_number("123456789012345678901234567890"), text);
  EXPECT_EQ(json_number("1e400"), text);
  EXPECT_EQ(json_number("1e-400"), text);
}

TEST(ColumnType, OtherJsonKindsKeepTheirKind) {
  EXPECT_EQ(type_of(cell_kind::boolean, "true"), boolean);
  EXPECT_EQ(type_of(cell_kind::string, "7"), text);
  EXPECT_EQ(type_of(cell_kind::nested, "[1]"), text);
  EXPECT_EQ(type_of(cell_kind::absent, ""), undecided);
}

TEST(ColumnType, UntypedWordsAreNoBooleans) { EXPECT_EQ(untyped("true"), text); }

TEST(ColumnType, JoiningWidensAsLittleAsPossible) {
  EXPECT_EQ(join(integer, integer), integer);
  EXPECT_EQ(join(integer, number), number);
  EXPECT_EQ(join(boolean, boolean), boolean);
  EXPECT_EQ(join(boolean, integer), text);
  EXPECT_EQ(join(number, text), text);
  EXPECT_EQ(join(json, text), text);
}

TEST(ColumnType, JoiningIsCommutativeAssociativeAndIdempotent) {
  for (auto const& a : names_of<column_type>::table) {
    EXPECT_EQ(join(a.value, a.value), a.value);
    EXPECT_EQ(join(a.value, undecided), a.value);
    for (auto const& b : names_of<column_type>::table) {
      EXPECT_EQ(join(a.value, b.value), join(b.value, a.value));
      for (auto const& c : names_of<column_type>::table) {
        EXPECT_EQ(join(join(a.value, b.value), c.value), join(a.value, join(b.value, c.value)));
      }
    }
  }
}

TEST(ColumnType, AColumnWidensCellByCell) {
  column_type column = undecided;
  column = widened(column, cell_kind::absent, "");
  EXPECT_EQ(column, undecided);
  column = widened(column, cell_kind::text, "7");
  EXPECT_EQ(column, integer);
  column = widened(column, cell_kind::text, "7.5");
  EXPECT_EQ(column, number);
  column = widened(column, cell_kind::text, "7.50");
  EXPECT_EQ(column, text);
  column = widened(column, cell_kind::text, "7");
  EXPECT_EQ(column, text);
}

}  // namespace
}  // namespace holdfast
