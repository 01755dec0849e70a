#include "holdfast/importer/value.hpp"

#include "importer/number_spelling.hpp"

#include <bit>
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

std::string printed(value const& of) {
  number_text room;
  return std::string{text_of(of, room)};
}

value inferred(cell_kind kind, std::string_view text) {
  return inferred_value(kind, text, type_of(kind, text));
}

// What Python 3.11's repr says of each.
TEST(Value, RealsPrintAsPythonsReprWritesThem) {
  struct row {
    double number;
    char const* repr;
  };
  for (auto const& [number, repr] :
       std::initializer_list<row>{{0.0, "0.0"},
                                  {-0.0, "-0.0"},
                                  {1, "1.0"},
                                  {-0.77, "-0.77"},
                                  {1e-4, "0.0001"},
                                  {1e-5, "1e-05"},
                                  {123456.789, "123456.789"},
                                  {1e15, "1000000000000000.0"},
                                  {1e16, "1e+16"},
                                  {1.5e16, "1.5e+16"},
                                  {9.1e69, "9.1e+69"},
                                  {5e-324, "5e-324"},
                                  {0.1 + 0.2, "0.30000000000000004"},
                                  {1e100, "1e+100"},
                                  {9007199254740992.0, "9007199254740992.0"},
                                  {-2.2250738585072014e-308, "-2.2250738585072014e-308"},
                                  {1.7976931348623157e308, "1.7976931348623157e+308"}}) {
    EXPECT_EQ(printed(value::of(number)), repr);
  }
}

RC_GTEST_PROP(Value, EveryFiniteDoublePrintsAsACanonicalNumberThatReadsBack, (std::uint64_t bits)) {
  auto const number = std::bit_cast<double>(bits);
  RC_PRE(std::isfinite(number));

  std::string const text = printed(value::of(number));
  value const back = inferred(cell_kind::text, text);

  RC_ASSERT(type_of(cell_kind::text, text) == column_type::number);
  RC_ASSERT(std::bit_cast<std::uint64_t>(back.real) == bits);
  RC_ASSERT(printed(back) == text);
}

RC_GTEST_PROP(Value, EveryIntegerPrintsAsItReads, (std::int64_t number)) {
  std::string const text = std::to_string(number);

  RC_ASSERT(type_of(cell_kind::text, text) == column_type::integer);
  RC_ASSERT(inferred(cell_kind::text, text) == value::of(number));
  RC_ASSERT(printed(value::of(number)) == text);
}

RC_GTEST_PROP(Value, WhateverIsInferredFromUntypedTextPrintsAsItWasWritten, ()) {
  auto const text =
      *rc::gen::container<std::string>(rc::gen::elementOf(std::string{"00123456789..--+eE "}));

  RC_ASSERT(printed(inferred(cell_kind::text, text)) == text);
  RC_ASSERT(printed(inferred_value(cell_kind::text, text, column_type::number)) == text ||
            type_of(cell_kind::text, text) == column_type::text);
}

RC_GTEST_PROP(Value, ShortDecimalsAreCanonicalExactlyIfTheyPrintAsWritten, ()) {
  auto const whole = *rc::gen::inRange<std::uint64_t>(0, 100'000'000);
  auto const rest = *rc::gen::container<std::string>(rc::gen::inRange('0', ':'));
  RC_PRE(!rest.empty());
  std::string const text = std::to_string(whole) + "." + rest.substr(0, 8);

  number_text room;
  bool const prints_alike = write_real(finite_real(text).value(), room) == text;

  RC_ASSERT(is_canonical_real(text) == prints_alike);
}

TEST(Value, JsonNumbersKeepTheirNumber) {
  EXPECT_EQ(inferred(cell_kind::number, "1.10"), value::of(1.1));
  EXPECT_EQ(inferred(cell_kind::number, "1E2"), value::of(100.0));
  EXPECT_EQ(inferred(cell_kind::number, "12345678901234567890"),
            value::of(std::string_view{"12345678901234567890"}));
  EXPECT_TRUE(std::signbit(inferred(cell_kind::number, "-0").real));
}

TEST(Value, AnAbsentCellIsNullInEveryType) {
  for (auto const& type : names_of<column_type>::table) {
    EXPECT_EQ(inferred_value(cell_kind::absent, "", type.value), value{});
    EXPECT_EQ(declared_value(cell_kind::absent, "", type.value), value{});
  }
}

TEST(Value, ANumberInAWiderColumnStaysWhatItIs) {
  EXPECT_EQ(inferred_value(cell_kind::text, "7", column_type::number), value::of(std::int64_t{7}));
  EXPECT_EQ(inferred_value(cell_kind::text, "7", column_type::text),
            value::of(std::string_view{"7"}));
}

TEST(Value, ACellThatItsInferredTypeCannotHoldKeepsItsText) {
  EXPECT_EQ(inferred_value(cell_kind::text, "007", column_type::boolean).text, "007");
  EXPECT_EQ(inferred_value(cell_kind::string, "7", column_type::integer).text, "7");
}

TEST(Value, BooleansPrintAsJsonWritesThem) {
  EXPECT_EQ(inferred(cell_kind::boolean, "true"), value::of(true));
  EXPECT_EQ(printed(inferred(cell_kind::boolean, "false")), "false");
}

struct declared_row {
  column_type type;
  char const* text;
  value result;
};

TEST(Value, DeclaredTypesReadMoreSpellings) {
  using enum column_type;
  for (auto const& row :
       std::initializer_list<declared_row>{{boolean, "TRUE", value::of(true)},
                                           {boolean, "no", value::of(false)},
                                           {boolean, "1", value::of(true)},
                                           {integer, "007", value::of(std::int64_t{7})},
                                           {integer, "-0", value::of(std::int64_t{0})},
                                           {real, "7", value::of(7.0)},
                                           {real, ".5", value::of(0.5)},
                                           {real, "1E5", value::of(1e5)},
                                           {number, "007", value::of(std::int64_t{7})},
                                           {number, "1.50", value::of(1.5)}}) {
    EXPECT_EQ(declared_value(cell_kind::text, row.text, row.type), row.result) << row.text;
  }
}

TEST(Value, WhatADeclaredTypeCannotHoldIsRefused) {
  using enum column_type;
  auto const refusal = [](column_type type, std::string_view text) {
    auto const read = declared_value(cell_kind::text, text, type);
    return read ? "accepted" : read.error();
  };
  EXPECT_EQ(refusal(integer, "abc"), "'abc' is no integer");
  EXPECT_EQ(refusal(integer, "1.0"), "'1.0' is no integer");
  EXPECT_EQ(refusal(integer, " 5"), "' 5' is no integer");
  EXPECT_EQ(refusal(integer, "+5"), "'+5' is no integer");
  EXPECT_EQ(refusal(integer, "9223372036854775808"),
            "'9223372036854775808' is beyond an integer of 64 bits");
  EXPECT_EQ(refusal(number, "9223372036854775808"),
            "'9223372036854775808' is a whole number beyond 64 bits; declare the field as text");
  EXPECT_EQ(refusal(boolean, "ja"), "'ja' is no boolean (true, false, yes, no, 1, 0)");
  EXPECT_EQ(refusal(json, "{"), "'{' is no JSON document");
  for (auto const* text :
       {"nan", "inf", "-infinity", "1e999", "1e-999", "0x10", "", "1,5", "1.5 "}) {
    EXPECT_EQ(refusal(real, text), "'" + std::string{text} + "' is no number that a double holds");
  }
}

TEST(Value, ARefusalShowsOnlyTheBeginningOfALongCell) {
  auto const read =
      declared_value(cell_kind::text, std::string(5'000'000, 'x'), column_type::integer);
  EXPECT_LT(read.error().size(), 100U);
}

TEST(Value, DeclaredJsonIsKeptAsWrittenIfItIsJson) {
  auto const good = [](std::string_view text) {
    return declared_value(cell_kind::text, text, column_type::json).has_value();
  };
  for (auto const* text :
       {"{}", "[]", R"([1, -2.5e+10, "a\u00e9\n", true, false, null, {"a": {}}])", R"("x")", "0",
        " 7 ", "-0", "1e999", "123456789012345678901234567890", "{\"\": [\n]}", R"("ä")"}) {
    EXPECT_TRUE(good(text)) << text;
  }
  for (auto const* text : {"",          " ",          "x",         "'a'",         "[1,]",   "[,1]",
                           "{,}",       R"({"a"})",   R"({"a":})", "{a: 1}",      "[1 2]",  "01",
                           "1.",        ".5",         "+1",        "1e",          "- 1",    "tru",
                           "nulls",     R"("a)",      R"("a\x")",  R"("\u12g4")", "\"\t\"", "[1]]",
                           "1 2",       "]",          "\"\xff\"",  R"("\)",       "NaN",    "[1",
                           R"({"a":1)", R"({"a":1,})"}) {
    EXPECT_FALSE(good(text)) << text;
  }
  EXPECT_FALSE(good(std::string_view{"\"a\0\"", 4}));
}

TEST(Value, DeeplyNestedJsonIsRefusedWithoutExhaustingTheStack) {
  auto const nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_TRUE(declared_value(cell_kind::nested, nested(500), column_type::json));
  EXPECT_FALSE(declared_value(cell_kind::nested, nested(502), column_type::json));
  EXPECT_FALSE(declared_value(cell_kind::text, nested(1'000'000), column_type::json));
}

}  // namespace
}  // namespace holdfast
