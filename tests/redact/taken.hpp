#pragma once

#include "holdfast/redact/redactor.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace holdfast {

/// Short for `redacted_mark` in tables of tests.
inline std::string with_marks(std::string_view shown) {
  std::string text;
  for (char const c : shown) {
    if (c == '~') {
      text += redacted_mark;
    } else {
      text += c;
    }
  }
  return text;
}

/// A text, and what must come out of it; `~` stands for the mark.
struct redaction_case {
  std::string_view given;
  std::string_view shown;
};

/// Holds each case to its result, and redacts the result again, which must change nothing.
template <class Cases>
void expect_cases(Cases const& cases, redactor const& by = redactor{},
                  text_end end = text_end::whole) {
  for (redaction_case const& each : cases) {
    std::string const shown = by.redact(each.given, end);
    EXPECT_EQ(shown, with_marks(each.shown)) << each.given;
    EXPECT_EQ(by.redact(shown, end), shown) << each.given;
  }
}

/// Holds each text to come out as it went in, without any copy of it.
template <class Texts>
void expect_unchanged(Texts const& texts, redactor const& by = redactor{}) {
  for (std::string_view const text : texts) {
    std::string changed;
    std::string_view const shown = by.redact(text, changed);
    EXPECT_EQ(shown, text);
    EXPECT_EQ(shown.data(), text.data()) << text;
  }
}

}  // namespace holdfast
