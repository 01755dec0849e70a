#include "holdfast/connect/postgres/statement.hpp"

#include "holdfast/connect/postgres/quoted.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace holdfast::postgres {
namespace {

TEST(PostgresStatement, TheSameTextHasTheSameName) {
  EXPECT_EQ(statement{"SELECT 1"}.name(), statement{"SELECT 1"}.name());
  EXPECT_EQ(statement{"SELECT 1"}.sql(), "SELECT 1");
}

TEST(PostgresStatement, TheNameIsTheSameInEveryProgram) {
  EXPECT_EQ(statement{"SELECT 1"}.name(), "holdfast_9a256aaf26886d7d5f4483afff7073cf");
}

TEST(PostgresStatement, AnotherTextHasAnotherName) {
  std::set<std::string> names;
  for (int each = 0; each < 10'000; ++each) {
    names.insert(statement{"SELECT " + std::to_string(each)}.name());
  }
  names.insert(statement{""}.name());
  names.insert(statement{"SELECT 1 "}.name());
  names.insert(statement{"select 1"}.name());
  EXPECT_EQ(names.size(), 10'003U);
}

TEST(PostgresStatement, ANameNeedsNoQuotesAndFits) {
  std::string const name = statement{"SELECT \"x\"; --"}.name();
  EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"), std::string::npos);
  EXPECT_TRUE(fits(name));
}

}  // namespace
}  // namespace holdfast::postgres
