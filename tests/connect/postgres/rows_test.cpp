#include "holdfast/connect/postgres/rows.hpp"

#include <array>
#include <cmath>
#include <string>

#include <gtest/gtest.h>
#include <libpq-fe.h>

namespace holdfast::postgres {
namespace {

/// One row of text columns c0, c1 …; null pointers are NULL.
template <std::size_t Count>
rows row_of(std::array<char const*, Count> const& values) {
  PGresult* const made = PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK);
  std::array<std::string, Count> names;
  std::array<PGresAttDesc, Count> columns{};
  for (std::size_t at = 0; at < Count; ++at) {
    names[at] = "c" + std::to_string(at);
    columns[at].name = names[at].data();
  }
  PQsetResultAttrs(made, static_cast<int>(Count), columns.data());
  for (std::size_t at = 0; at < Count; ++at) {
    std::string text{values[at] == nullptr ? "" : values[at]};
    int const length = values[at] == nullptr ? -1 : static_cast<int>(text.size());
    PQsetvalue(made, 0, static_cast<int>(at), values[at] == nullptr ? nullptr : text.data(),
               length);
  }
  return rows{made};
}

TEST(PostgresRows, OfNoAnswerAreEmpty) {
  rows const none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.columns(), 0U);
  EXPECT_EQ(none.column("a"), std::nullopt);
  EXPECT_EQ(none.affected(), 0U);
  EXPECT_EQ(none.tag(), "");
}

TEST(PostgresRows, AWholeNumberIsOneOfSixtyFourBits) {
  auto const row = row_of(std::array{"9223372036854775807", "-9223372036854775808",
                                     "9223372036854775808", "1.0", "", " 1"});
  EXPECT_EQ(row.integer(0, 0), 9223372036854775807);
  EXPECT_EQ(row.integer(0, 1), -9223372036854775807 - 1);
  for (std::size_t at = 2; at < 6; ++at) EXPECT_EQ(row.integer(0, at), std::nullopt) << at;
}

TEST(PostgresRows, ARealNumberMayBeNoneOrInfinite) {
  auto const row = row_of(std::array{"0.1", "NaN", "Infinity", "-Infinity", "-0", "x"});
  EXPECT_EQ(row.real(0, 0), 0.1);
  EXPECT_TRUE(std::isnan(row.real(0, 1).value()));
  EXPECT_EQ(row.real(0, 2), HUGE_VAL);
  EXPECT_EQ(row.real(0, 3), -HUGE_VAL);
  EXPECT_TRUE(std::signbit(row.real(0, 4).value()));
  EXPECT_EQ(row.real(0, 5), std::nullopt);
}

TEST(PostgresRows, NullIsNoValueOfAnyType) {
  auto const row = row_of(std::array<char const*, 2>{nullptr, ""});
  EXPECT_TRUE(row.is_null(0, 0));
  EXPECT_FALSE(row.is_null(0, 1));
  EXPECT_EQ(row.text(0, 0), "");
  EXPECT_EQ(row.integer(0, 0), std::nullopt);
  EXPECT_EQ(row.real(0, 0), std::nullopt);
  EXPECT_EQ(row.boolean(0, 0), std::nullopt);
}

TEST(PostgresRows, ABooleanIsOneLetter) {
  auto const row = row_of(std::array{"t", "f", "true"});
  EXPECT_EQ(row.boolean(0, 0), true);
  EXPECT_EQ(row.boolean(0, 1), false);
  EXPECT_EQ(row.boolean(0, 2), std::nullopt);
}

TEST(PostgresRows, ColumnsHaveNames) {
  auto const row = row_of(std::array{"a", "b"});
  EXPECT_EQ(row.column_name(1), "c1");
  EXPECT_EQ(row.column("c1"), 1U);
  EXPECT_EQ(row.column("C1"), std::nullopt);
}

TEST(PostgresRowsDeathTest, AskingBeyondTheLastEndsTheProgram) {
  auto const row = row_of(std::array{"a"});
  EXPECT_DEATH((void)row.text(1, 0), "below size");
  EXPECT_DEATH((void)row.text(0, 1), "below");
  EXPECT_DEATH((void)row.column_name(1), "below columns");
  EXPECT_DEATH((void)rows{}.is_null(0, 0), "below");
}

}  // namespace
}  // namespace holdfast::postgres
