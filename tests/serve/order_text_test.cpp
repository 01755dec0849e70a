#include "serve/order_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

wall_time const noon{std::chrono::hours{12}};

expected<order_record, problems> read(std::string_view body, order_kind what = order_kind::open) {
  return understand_order("import.page", what, body, noon);
}

TEST(OrderText, AnOrderSaysWhyForHowLongAndWho) {
  auto const order = read(R"({"why": "maintenance", "for": "10m", "author": "ann"})");

  ASSERT_TRUE(order) << describe(order.error());
  EXPECT_EQ(order->operation, "import.page");
  EXPECT_EQ(order->why, "maintenance");
  EXPECT_EQ(order->author, "ann");
  EXPECT_EQ(order->until, noon + 10min);
  EXPECT_EQ(order->given_at, noon);
}

TEST(OrderText, WithoutAnEndItHasNone) {
  EXPECT_EQ(read(R"({"why": "x"})")->until, std::nullopt);
  EXPECT_EQ(read(R"({"why": "x", "for": "off"})")->until, std::nullopt);
}

TEST(OrderText, ToCloseNeedsNoReasonAndNoBody) {
  EXPECT_TRUE(read("", order_kind::close));
  EXPECT_TRUE(read("{}", order_kind::reset));
  EXPECT_FALSE(read("", order_kind::open));
}

TEST(OrderText, WhatClosesACircuitHasNoEnd) {
  EXPECT_FALSE(read(R"({"for": "10m"})", order_kind::close));
  EXPECT_FALSE(read(R"({"for": "10m"})", order_kind::reset));
}

TEST(OrderText, AllThatIsWrongIsToldAtOnce) {
  auto const order = read(R"({"for": "soon", "until": "x"})");

  ASSERT_FALSE(order);
  std::string const told = describe(order.error());
  EXPECT_EQ(order.error().size(), 3U) << told;
  EXPECT_NE(told.find("why?"), std::string::npos);
  EXPECT_NE(told.find("'soon' is no duration"), std::string::npos);
  EXPECT_NE(told.find("no such field"), std::string::npos);
}

TEST(OrderText, WhatIsNoObjectOfTextsIsRefused) {
  for (char const* body : {"x", "[]", "null", "\"why\"", R"({"why": 1})", R"({"why": {}})",
                           R"({"why": ["x"]})", R"({"why": "a", "why": "b"})", R"({"why": "a"} x)",
                           R"({"why": "a")", "{\"why\": \"\xFF\"}"}) {
    EXPECT_FALSE(read(body)) << body;
  }
}

TEST(OrderText, DepthIsNotFollowed) { EXPECT_FALSE(read(std::string(100'000, '['))); }

TEST(OrderText, ALongReasonIsRefusedAndASecretInItIsNotKept) {
  EXPECT_FALSE(read(R"({"why": ")" + std::string(81, 'x') + R"("})"));

  auto const order = read(R"({"why": "password=hunter2secret leaked"})");
  ASSERT_TRUE(order);
  EXPECT_EQ(order->why.view().find("hunter2secret"), std::string_view::npos);
}

}  // namespace
}  // namespace holdfast
