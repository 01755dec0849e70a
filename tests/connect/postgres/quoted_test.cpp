#include "holdfast/connect/postgres/quoted.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace holdfast::postgres {
namespace {

using namespace std::string_view_literals;

TEST(PostgresQuoted, ANameStandsInQuotes) {
  EXPECT_EQ(quoted("molecules"), "\"molecules\"");
  EXPECT_EQ(quoted("Übung 1; --"), "\"Übung 1; --\"");
}

TEST(PostgresQuoted, AQuoteWithinIsDoubled) {
  EXPECT_EQ(quoted("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quoted("\""), "\"\"\"\"");
}

TEST(PostgresQuoted, WhatCanBeNoNameIsNone) {
  EXPECT_EQ(quoted(""), std::nullopt);
  EXPECT_EQ(quoted("a\0b"sv), std::nullopt);
  EXPECT_EQ(quoted("\0"sv), std::nullopt);
}

TEST(PostgresQuoted, BytesThatAreNoUtf8AreNoName) {
  EXPECT_EQ(quoted("a\xff"), std::nullopt);
  EXPECT_EQ(quoted("\xc3\""), std::nullopt);
  EXPECT_EQ(quoted("\xc3"), std::nullopt);
  EXPECT_EQ(quoted("\xed\xa0\x80"), std::nullopt);
}

TEST(PostgresQuoted, ASchemaStandsBeforeItsName) {
  EXPECT_EQ(quoted("public", "a.b"), "\"public\".\"a.b\"");
  EXPECT_EQ(quoted("", "a"), std::nullopt);
  EXPECT_EQ(quoted("public", ""), std::nullopt);
}

TEST(PostgresQuoted, ANameOfSixtyThreeBytesFits) {
  EXPECT_TRUE(fits(std::string(63, 'a')));
  EXPECT_FALSE(fits(std::string(64, 'a')));
}

}  // namespace
}  // namespace holdfast::postgres
