#include "holdfast/connect/sqlite/statement.hpp"

#include "holdfast/connect/sqlite/database.hpp"

#include <cstring>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace holdfast::sqlite {
namespace {

using namespace std::string_view_literals;

struct Statement : ::testing::Test {
  database db = database::open(":memory:").value();

  statement prepared(std::string_view sql) { return db.prepare(sql).value(); }
};

TEST_F(Statement, EveryTypeOfValueComesBackAsItWasBound) {
  statement echo = prepared("SELECT ?1, ?2, ?3, ?4, ?5, ?6");
  ASSERT_TRUE(echo.bind_null(1));
  ASSERT_TRUE(echo.bind(2, true));
  ASSERT_TRUE(echo.bind(3, std::numeric_limits<std::int64_t>::min()));
  ASSERT_TRUE(echo.bind(4, 0.1));
  ASSERT_TRUE(echo.bind(5, "kelp"));
  ASSERT_TRUE(echo.bind(6, std::as_bytes(std::span{"\x00\xFF", 2})));

  ASSERT_EQ(echo.step().value(), step_result::row);

  EXPECT_TRUE(echo.is_null(0));
  EXPECT_EQ(echo.type(0), value_type::null);
  EXPECT_EQ(echo.int64(1), 1);
  EXPECT_EQ(echo.type(2), value_type::integer);
  EXPECT_EQ(echo.int64(2), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(echo.type(3), value_type::real);
  EXPECT_EQ(echo.real(3), 0.1);
  EXPECT_EQ(echo.type(4), value_type::text);
  EXPECT_EQ(echo.text(4), "kelp");
  EXPECT_EQ(echo.type(5), value_type::blob);
  ASSERT_EQ(echo.blob(5).size(), 2U);
  EXPECT_EQ(echo.blob(5)[1], std::byte{0xFF});
  EXPECT_EQ(echo.step().value(), step_result::done);
}

TEST_F(Statement, AnEmptyTextIsATextAndNotNull) {
  statement echo = prepared("SELECT typeof(?1), typeof(?2)");
  ASSERT_TRUE(echo.bind(1, std::string_view{}));
  ASSERT_TRUE(echo.bind_in_place(2, std::string_view{}));

  ASSERT_EQ(echo.step().value(), step_result::row);

  EXPECT_EQ(echo.text(0), "text");
  EXPECT_EQ(echo.text(1), "text");
}

TEST_F(Statement, ANulInsideATextIsKept) {
  statement echo = prepared("SELECT ?1");
  ASSERT_TRUE(echo.bind(1, "a\0b"sv));

  ASSERT_EQ(echo.step().value(), step_result::row);

  EXPECT_EQ(echo.text(0), "a\0b"sv);
}

TEST_F(Statement, ATextBoundByCopyMayGoAwayAtOnce) {
  statement echo = prepared("SELECT ?1");
  {
    std::string const short_lived(1000, 'x');
    ASSERT_TRUE(echo.bind(1, short_lived));
  }

  ASSERT_EQ(echo.step().value(), step_result::row);

  EXPECT_EQ(echo.text(0), std::string(1000, 'x'));
}

TEST_F(Statement, ATextBoundInPlaceIsNotCopied) {
  std::string text = "old";
  statement echo = prepared("SELECT ?1");
  ASSERT_TRUE(echo.bind_in_place(1, text));
  std::memcpy(text.data(), "new", 3);

  ASSERT_EQ(echo.step().value(), step_result::row);

  EXPECT_EQ(echo.text(0), "new");
}

TEST_F(Statement, APreparedInsertRunsManyTimes) {
  ASSERT_TRUE(db.exec("CREATE TABLE t(a)"));
  statement insert = prepared("INSERT INTO t VALUES (?1)");

  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(insert.bind(1, i));
    ASSERT_TRUE(insert.run());
  }

  statement count = prepared("SELECT count(*), sum(a) FROM t");
  ASSERT_EQ(count.step().value(), step_result::row);
  EXPECT_EQ(count.int64(0), 100);
  EXPECT_EQ(count.int64(1), 4950);
}

TEST_F(Statement, AfterAFailedRunTheStatementCanRunAgain) {
  ASSERT_TRUE(db.exec("CREATE TABLE t(a PRIMARY KEY)"));
  statement insert = prepared("INSERT INTO t VALUES (?1)");
  ASSERT_TRUE(insert.bind(1, 7));
  ASSERT_TRUE(insert.run());

  auto const second = insert.run();
  ASSERT_TRUE(insert.bind(1, 8));
  auto const third = insert.run();

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().category, category::integrity);
  EXPECT_EQ(second.error().advice, advice::never);
  EXPECT_EQ(second.error().code, (failure_code{code_kind::sqlite, "SQLITE_CONSTRAINT_PRIMARYKEY"}));
  EXPECT_EQ(second.error().text.view(), "UNIQUE constraint failed: t.a");
  EXPECT_TRUE(third);
}

TEST_F(Statement, AParameterThatDoesNotExistIsAFailure) {
  statement echo = prepared("SELECT ?1");

  auto const bound = echo.bind(2, 1);

  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, (failure_code{code_kind::sqlite, "SQLITE_RANGE"}));
}

TEST_F(Statement, ColumnsHaveNames) {
  statement const select = prepared("SELECT 1 AS one, 2 AS \"tw\"\"o\"");

  EXPECT_EQ(select.column_count(), 2);
  EXPECT_EQ(select.column_name(0), "one");
  EXPECT_EQ(select.column_name(1), "tw\"o");
  EXPECT_EQ(select.parameter_count(), 0);
}

TEST_F(Statement, ClearedBindingsReadAsNull) {
  statement echo = prepared("SELECT ?1");
  ASSERT_TRUE(echo.bind(1, 5));
  echo.clear_bindings();

  ASSERT_EQ(echo.step().value(), step_result::row);

  EXPECT_TRUE(echo.is_null(0));
}

TEST_F(Statement, OutlivesItsDatabaseObject) {
  statement echo = prepared("SELECT 42");
  { database const gone = std::move(db); }

  ASSERT_EQ(echo.step().value(), step_result::row);

  EXPECT_EQ(echo.int64(0), 42);
}

}  // namespace
}  // namespace holdfast::sqlite
