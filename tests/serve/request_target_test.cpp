#include "serve/request_target.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using parts = std::vector<std::string>;

TEST(RequestTarget, APathIsTakenApartAndDecoded) {
  auto const target = parse_target("/breakers/import.page/events");

  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, (parts{"breakers", "import.page", "events"}));
  EXPECT_EQ(parse_target("/breakers/a%2Fb%20c/")->path, (parts{"breakers", "a/b c"}));
  EXPECT_EQ(parse_target("/")->path, parts{});
}

TEST(RequestTarget, AQueryIsReadInOrder) {
  auto const target = parse_target("/readyz?verbose&exclude=a&exclude=b%26c&x=");

  ASSERT_TRUE(target);
  EXPECT_TRUE(target->has("verbose"));
  EXPECT_FALSE(target->has("exclude=a"));
  EXPECT_EQ(target->values_of("exclude"), (std::vector<std::string_view>{"a", "b&c"}));
  EXPECT_EQ(target->values_of("x"), std::vector<std::string_view>{""});
}

TEST(RequestTarget, TricksWithPathsAreRefused) {
  for (char const* text : {"", "*", "breakers", "http://host/breakers", "//breakers",
                           "/breakers//x", "/breakers/../x", "/breakers/%2e%2e/x", "/.", "/%00",
                           "/a%0Ab", "/%", "/%4", "/%zz", "/%ff", "/a#b", "/1/2/3/4/5/6/7/8/9"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(RequestTarget, AQueryIsBounded) {
  std::string text = "/?";
  for (int i = 0; i < 33; ++i) text += "a=1&";

  EXPECT_FALSE(parse_target(text));
}

}  // namespace
}  // namespace holdfast
