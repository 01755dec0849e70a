#include "holdfast/base/excerpt.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

TEST(Excerpt, ShowsAShortTextAsItIs) {
  EXPECT_EQ(excerpt("plain, ä and 🌊"), "plain, ä and 🌊");
  EXPECT_EQ(excerpt(""), "");
}

TEST(Excerpt, EscapesWhatWouldMoveATerminal) {
  EXPECT_EQ(excerpt("a\nb\tc\x1b[31m\x7f"), "a\\nb\\tc\\x1b[31m\\x7f");
  EXPECT_EQ(excerpt(std::string_view{"\0", 1}), "\\x00");
  EXPECT_EQ(excerpt("\xC2\x9B"), "\\xc2\\x9b");
  EXPECT_EQ(excerpt("\xC2\xA0"), "\xC2\xA0");
}

TEST(Excerpt, EscapesWhatTurnsTheDirectionOfText) {
  EXPECT_EQ(excerpt("a\u202Eb\u2066c\u061Cd\u2028"),
            "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6c\\xd8\\x9cd\\xe2\\x80\\xa8");
}

TEST(Excerpt, EscapesBytesThatAreNoText) { EXPECT_EQ(excerpt("a\xFF\xC3"), "a\\xff\\xc3"); }

TEST(Excerpt, CutsBetweenCharacters) {
  EXPECT_EQ(excerpt("abcdef", 3), "abc…");
  EXPECT_EQ(excerpt("abc", 3), "abc");
  EXPECT_EQ(excerpt("abä", 3), "ab…");
}

RC_GTEST_PROP(Excerpt, IsAlwaysBoundedPrintableText, ()) {
  auto const text = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());

  std::string const shown = excerpt(text, 10);

  RC_ASSERT(shown.size() <= 4 * 10 + 3);
  for (std::size_t at = 0; at < shown.size();) {
    std::size_t const length = utf8_length(std::string_view{shown}.substr(at));
    RC_ASSERT(length > 0U);
    RC_ASSERT(static_cast<unsigned char>(shown[at]) >= 0x20U);
    at += length;
  }
}

TEST(Utf8Length, KnowsWellFormedSequencesOnly) {
  EXPECT_EQ(utf8_length("a"), 1U);
  EXPECT_EQ(utf8_length("ä"), 2U);
  EXPECT_EQ(utf8_length("€x"), 3U);
  EXPECT_EQ(utf8_length("\xF4\x8F\xBF\xBF"), 4U);
  for (auto const* bad : {"", "\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF",
                          "\xED\xA0\x80", "\xE2\x82", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xFF", "\xE2\x28\xA1"}) {
    EXPECT_EQ(utf8_length(bad), 0U) << excerpt(bad);
  }
}

}  // namespace
}  // namespace holdfast
