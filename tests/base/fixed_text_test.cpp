#include "holdfast/base/fixed_text.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

TEST(FixedText, KeepsWhatFits) {
  fixed_text<5> text{"abc"};
  EXPECT_EQ(text, "abc");
  EXPECT_EQ(text.append("de"), "abcde");
  EXPECT_TRUE(fixed_text<5>{}.empty());
}

TEST(FixedText, CutsWhatDoesNotFitAndAddsNothingAfterwards) {
  fixed_text<5> text{"abcdefgh"};
  EXPECT_EQ(text, "abcde");

  fixed_text<5> cut{"abc"};
  cut.append("xyz").append("!");
  EXPECT_EQ(cut, "abcxy");
}

TEST(FixedText, NeverCutsACharacterInTwo) {
  EXPECT_EQ(fixed_text<4>{"abcä"}, "abc");
  EXPECT_EQ(fixed_text<5>{"abcä"}, "abcä");
  EXPECT_EQ(fixed_text<3>{"\xF0\x9F\x8C\x8A"}, "");
}

TEST(FixedText, AfterACutNothingShorterSlipsIn) {
  fixed_text<4> text{"abcä"};
  text.append("x");
  EXPECT_EQ(text, "abc");
}

TEST(FixedText, TextsAreEqualIfTheirBytesAre) {
  EXPECT_EQ((fixed_text<3>{"abcd"}), (fixed_text<3>{"abce"}));
  EXPECT_FALSE((fixed_text<3>{"ab"} == fixed_text<3>{"abc"}));
}

RC_GTEST_PROP(FixedText, IsAlwaysABeginningOfWhatItWasGiven, (std::string const& given)) {
  fixed_text<7> const text{std::string_view{given}};

  RC_ASSERT(given.starts_with(text.view()));
  RC_ASSERT(given.size() > 7 || text.view() == given);
}

}  // namespace
}  // namespace holdfast
