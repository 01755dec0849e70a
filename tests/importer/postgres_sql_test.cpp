#include "importer/postgres_sql.hpp"

#include "holdfast/importer/postgres_target.hpp"

#include <gtest/gtest.h>

namespace holdfast::postgres {
namespace {

table_schema molecules(std::vector<std::string> key = {"id"}) {
  table_schema schema{"molecules", std::move(key), std::nullopt};
  static_cast<void>(schema.add({.name = "id", .type = column_type::integer}));
  static_cast<void>(schema.add({.name = "na\"me", .type = column_type::text}));
  return schema;
}

TEST(PostgresSql, NamesAreQuotedWhateverTheyHold) {
  EXPECT_EQ(sql_name("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(sql_name(std::string_view{"a\0b", 3}),
            "\"a\xEF\xBF\xBD"
            "b\"");
}

TEST(PostgresSql, EachTypeHasADeclarationAndACommentThatNamesIt) {
  for (auto const& [type, name] : names_of<column_type>::table) {
    EXPECT_FALSE(declaration_of(type).empty());
    EXPECT_EQ(commented_type(column_comment(type)), type) << name;
  }
  EXPECT_EQ(commented_type("my own words"), std::nullopt);
  EXPECT_EQ(commented_type("holdfast import: dragon"), std::nullopt);
}

TEST(PostgresSql, TypesOfOthersAreTextUnlessAValueReadsTheSameHereAndThere) {
  EXPECT_EQ(foreign_type("int2"), column_type::integer);
  EXPECT_EQ(foreign_type("float4"), column_type::real);
  EXPECT_EQ(foreign_type("jsonb"), column_type::json);
  EXPECT_EQ(foreign_type("numeric"), column_type::text);
  EXPECT_EQ(foreign_type("timestamptz"), column_type::text);
}

TEST(PostgresSql, ATableIsMadeWithItsKeyAndItsComments) {
  EXPECT_EQ(create_table(molecules()),
            "CREATE TABLE \"molecules\" (\"id\" bigint, \"na\"\"me\" text, PRIMARY KEY (\"id\"));"
            " COMMENT ON TABLE \"molecules\" IS 'made by holdfast import';"
            " COMMENT ON COLUMN \"molecules\".\"id\" IS 'holdfast import: integer';"
            " COMMENT ON COLUMN \"molecules\".\"na\"\"me\" IS 'holdfast import: text'");
}

TEST(PostgresSql, AllChangesOfATableAreOneRewrite) {
  auto schema = molecules({});
  schema.set_applied();
  static_cast<void>(schema.add({.name = "mass", .type = column_type::number}));
  schema.widen(0, column_type::number);

  EXPECT_EQ(alter_table(schema),
            "ALTER TABLE \"molecules\" ALTER COLUMN \"id\" TYPE numeric USING \"id\"::numeric,"
            " ADD COLUMN \"mass\" numeric;"
            " COMMENT ON COLUMN \"molecules\".\"id\" IS 'holdfast import: number';"
            " COMMENT ON COLUMN \"molecules\".\"mass\" IS 'holdfast import: number'");
}

TEST(PostgresSql, AnUndecidedColumnThatBecomesTextIsOnlyNamedAnew) {
  table_schema schema{"t", {}, std::nullopt};
  static_cast<void>(schema.add({.name = "a"}));
  schema.set_applied();
  schema.widen(0, column_type::text);

  EXPECT_EQ(alter_table(schema), "COMMENT ON COLUMN \"t\".\"a\" IS 'holdfast import: text'");
}

TEST(PostgresSql, NothingToChangeIsNoStatement) {
  auto schema = molecules();
  schema.set_applied();

  EXPECT_EQ(alter_table(schema), "");
}

TEST(PostgresSql, TheNumberOfARowTakesNoNameOfTheSource) {
  table_schema schema{"t", {}, std::nullopt};
  static_cast<void>(schema.add({.name = "HOLDFAST_number"}));

  EXPECT_EQ(number_column(schema), "holdfast_number_");
}

TEST(PostgresTarget, IsNamedByAUriOrByKeyWords) {
  EXPECT_TRUE(names_postgres("postgresql://lab@db/lab"));
  EXPECT_TRUE(names_postgres("postgres://db"));
  EXPECT_TRUE(names_postgres("host=db dbname=lab"));
  EXPECT_TRUE(names_postgres("service=lab"));
  EXPECT_FALSE(names_postgres("holdfast.db"));
  EXPECT_FALSE(names_postgres("./host=db"));
  EXPECT_FALSE(names_postgres("a=b.db"));
  EXPECT_FALSE(names_postgres(""));
}

}  // namespace
}  // namespace holdfast::postgres
