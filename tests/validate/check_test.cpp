#include "holdfast/validate/check.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

value text(std::string_view of) { return value::of(of); }
value whole(std::int64_t of) { return value::of(of); }

std::string first_complaint(rule const& demanded, value const& judged) {
  auto const found = check(schema{{{"mass", {demanded}}}}, std::array{judged});
  return found.empty() ? "" : describe(found.front());
}

TEST(Check, ARecordThatKeepsItsRulesGivesNoFinding) {
  schema const by{{{"id", {required_rule{}, kind_rule{value_kind::integer}}},
                   {"mass", {range_rule{0, 100}}},
                   {"name", {length_rule{1, 5}}}}};

  EXPECT_TRUE(check(by, std::array{whole(7), value::of(18.5), text("water")}).empty());
}

TEST(Check, EveryBrokenFieldIsFoundOnce) {
  schema const by{{{"id", {required_rule{}, kind_rule{value_kind::integer}}},
                   {"mass", {range_rule{0, 100}, range_rule{0, 10}}},
                   {"name", {required_rule{}}}}};

  auto const found = check(by, std::array{text("x"), value::of(100.5)});

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(describe(found[0]), "id: 'x' has the wrong type; allowed: integer");
  EXPECT_EQ(describe(found[1]), "mass: 100.5 is out of range; allowed: 0 .. 100");
  EXPECT_EQ(describe(found[2]), "name: is missing, and required");
  EXPECT_EQ(found[2].field, 2U);
  EXPECT_EQ(name_of(found[2].broken), "required");
}

TEST(Check, NullBreaksNoRuleButRequired) {
  EXPECT_EQ(first_complaint(range_rule{1, 2}, value{}), "");
  EXPECT_EQ(first_complaint(length_rule{1, 2}, value{}), "");
  EXPECT_EQ(first_complaint(kind_rule{value_kind::text}, value{}), "");
  EXPECT_NE(first_complaint(required_rule{}, value{}), "");
}

TEST(Check, AnEmptyTextIsNoMissingValue) {
  EXPECT_EQ(first_complaint(required_rule{}, text("")), "");
}

TEST(Check, IntegersAreRealsToo) {
  EXPECT_EQ(first_complaint(kind_rule{value_kind::real}, whole(7)), "");
  EXPECT_NE(first_complaint(kind_rule{value_kind::integer}, value::of(7.0)), "");
}

TEST(Check, BothEndsOfARangeBelongToIt) {
  EXPECT_TRUE(keeps(range_rule{-1.5, 2}, value::of(-1.5)));
  EXPECT_TRUE(keeps(range_rule{-1.5, 2}, whole(2)));
  EXPECT_FALSE(keeps(range_rule{-1.5, 2}, whole(-2)));
  EXPECT_FALSE(keeps(range_rule{-1.5, 2}, whole(3)));
}

TEST(Check, NotANumberIsInNoRange) {
  EXPECT_FALSE(keeps(range_rule{}, value::of(std::numeric_limits<double>::quiet_NaN())));
}

TEST(Check, IntegersThatNoDoubleHoldsAreComparedExactly) {
  EXPECT_FALSE(keeps(range_rule{0, 9007199254740992.0}, whole(9007199254740993)));
  EXPECT_TRUE(keeps(range_rule{0, 9007199254740992.0}, whole(9007199254740992)));
  EXPECT_FALSE(keeps(range_rule{9007199254740994.0, 1e300}, whole(9007199254740993)));
  EXPECT_TRUE(keeps(range_rule{0, 0x1p63}, whole(greatest)));
  EXPECT_FALSE(keeps(range_rule{0x1p63, 1e300}, whole(greatest)));
  EXPECT_TRUE(keeps(range_rule{-0x1p63, 0}, whole(least)));
  EXPECT_FALSE(keeps(range_rule{-9.3e18, -9.25e18}, whole(least)));
  EXPECT_TRUE(keeps(range_rule{-9.3e18, 0}, whole(least)));
}

TEST(Check, ARangeWithOneEndSaysSo) {
  constexpr double none = std::numeric_limits<double>::infinity();
  EXPECT_EQ(first_complaint(range_rule{-273.15, none}, whole(-300)),
            "mass: -300 is out of range; allowed: >= -273.15");
  EXPECT_EQ(first_complaint(range_rule{-none, 5}, whole(6)),
            "mass: 6 is out of range; allowed: <= 5");
}

TEST(Check, LengthCountsCharactersNotBytes) {
  EXPECT_TRUE(keeps(length_rule{0, 3}, text("äöü")));
  EXPECT_FALSE(keeps(length_rule{0, 2}, text("äöü")));
  EXPECT_FALSE(keeps(length_rule{4, 9}, text("äöü")));
  EXPECT_TRUE(keeps(length_rule{1, 1}, text("\xF0\x9F\x8C\x8A")));
  EXPECT_FALSE(keeps(length_rule{2, 9}, text("\xF0\x9F\x8C\x8A")));
  EXPECT_TRUE(keeps(length_rule{0, 9}, whole(1234567890123)));
  EXPECT_EQ(first_complaint(length_rule{0, 2}, text("abc")),
            "mass: 'abc' has a length that is out of range; allowed: <= 2 characters");
}

TEST(Check, OnlyTheBeginningOfALongValueIsShown) {
  std::string const longest(1'000'000, 'x');

  auto const found = check(schema{{{"name", {length_rule{0, 10}}}}}, std::array{text(longest)});

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].shown, std::string(60, 'x') + "…");
  EXPECT_LT(found[0].what.size(), 200U);
}

TEST(Check, ValuesBeyondTheSchemaAreNotJudged) {
  EXPECT_TRUE(check(schema{}, std::array{value{}}).empty());
}

}  // namespace
}  // namespace holdfast
