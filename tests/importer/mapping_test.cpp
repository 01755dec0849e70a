#include "holdfast/importer/mapping.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> complaints(std::string_view text) {
  auto const read = parse_mapping(text, "m.yaml");
  std::vector<std::string> lines;
  if (!read) {
    for (problem const& each : read.error()) lines.push_back(describe(each));
  }
  return lines;
}

TEST(Mapping, AFileNamesTableKeyAndFields) {
  auto const read = parse_mapping(
      "table: molecules\n"
      "key: [cas]\n"
      "records: molecules\n"
      "fields:\n"
      "  - {name: cas, required: true}\n"
      "  - {name: alogp, from: molecule_properties.alogp, type: real, min: -20, max: 20.5}\n"
      "  - {name: smiles, type: text, max_length: 5000}\n",
      "m.yaml");

  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read->table, "molecules");
  EXPECT_THAT(read->key, ElementsAre("cas"));
  EXPECT_EQ(read->records, "molecules");
  ASSERT_EQ(read->fields.size(), 3U);
  EXPECT_TRUE(read->fields[0].required);
  EXPECT_EQ(read->fields[0].type, std::nullopt);
  EXPECT_EQ(read->fields[0].source(), "cas");
  EXPECT_EQ(read->fields[1].source(), "molecule_properties.alogp");
  EXPECT_EQ(read->fields[1].type, declared_type::real);
  EXPECT_EQ(read->fields[1].min, -20);
  EXPECT_EQ(read->fields[2].max_length, 5000U);
}

TEST(Mapping, ColumnsThatAreNotListedAreDroppedOnlyIfSomeAreListed) {
  EXPECT_TRUE(parse_mapping("table: t", "m.yaml")->keeps_unknown());
  EXPECT_FALSE(parse_mapping("fields: [{name: a}]", "m.yaml")->keeps_unknown());
  EXPECT_TRUE(
      parse_mapping("fields: [{name: a}]\nunknown_columns: keep", "m.yaml")->keeps_unknown());
}

TEST(Mapping, EverythingWrongIsToldAtOnce) {
  EXPECT_THAT(complaints("tabel: x\n"
                         "fields:\n"
                         "  - {from: a}\n"
                         "  - {name: b, type: intger}\n"
                         "  - {name: c, type: text, min: 1}\n"
                         "  - {name: d, min: 5, max: 4}\n"
                         "  - {name: e, type: real, max_length: 4}\n"
                         "  - {name: f, min: off}\n"),
              ElementsAre(HasSubstr("m.yaml:1:1  tabel: unknown key; did you mean table?"),
                          HasSubstr("m.yaml:3:5  fields[0].name: is missing, and required"),
                          HasSubstr("m.yaml:4:21  fields[1].type: 'intger' is not known here; did "
                                    "you mean integer?"),
                          "m.yaml:5:32  fields[2].min: min bounds numbers, but the type is text",
                          "m.yaml:6:20  fields[3].min: min is above max",
                          "m.yaml:7:39  fields[4].max_length: max_length bounds texts, but the "
                          "type is real",
                          "m.yaml:8:20  fields[5].min: 'off' is no value of this field"));
}

TEST(Mapping, AKeyMustBeAmongTheFieldsAndNamesMustDiffer) {
  EXPECT_THAT(complaints("key: [id, cas, CAS]\nfields: [{name: cas}, {name: Cas}]"),
              ElementsAre("m.yaml:1:7  key[0]: 'id' is not among the fields\n    allowed: cas, Cas",
                          "m.yaml:1:16  key[2]: 'CAS' is given twice",
                          "m.yaml:2:30  fields[1].name: 'Cas' is the name of an earlier field too\n"
                          "    allowed: names that differ in more than case"));
}

TEST(Mapping, AWrongFieldDoesNotHideAWrongKey) {
  EXPECT_THAT(complaints("key: [id]\nfields:\n  - {name: cas, tpye: text}"),
              ElementsAre(HasSubstr("'id' is not among the fields"), HasSubstr("unknown key")));
}

TEST(Mapping, WithUnknownColumnsKeptAKeyMayBeOneOfThem) {
  EXPECT_THAT(complaints("key: [id]"), IsEmpty());
  EXPECT_THAT(complaints("key: [id]\nfields: [{name: a}]\nunknown_columns: keep"), IsEmpty());
}

TEST(Mapping, TablesOfTheLedgerAndOfTheDatabaseAreReserved) {
  EXPECT_THAT(complaints("table: Holdfast_runs"), ElementsAre(HasSubstr("are reserved")));
  EXPECT_THAT(complaints("table: sqlite_master"), ElementsAre(HasSubstr("are reserved")));
}

TEST(Mapping, NamesThatNoDatabaseTakesAreRefused) {
  EXPECT_THAT(complaints("fields: [{name: ''}]"), ElementsAre(HasSubstr("may not be empty")));
  EXPECT_THAT(complaints("fields: [{name: \"a\\nb\"}]"), ElementsAre(HasSubstr("control")));
  EXPECT_THAT(complaints("table: " + std::string(64, 'x')), ElementsAre(HasSubstr("too long")));
}

TEST(Mapping, AFileThatIsNotThereIsOneProblem) {
  auto const read = read_mapping("/nonexistent/m.yaml");

  ASSERT_FALSE(read);
  EXPECT_EQ(describe(read.error()),
            "/nonexistent/m.yaml  can't be read: No such file or directory\n"
            "    check the path and its permissions");
}

TEST(Mapping, ItsRulesAreASchemaInWhichTheKeyIsRequired) {
  auto const read = parse_mapping(
      "key: [a]\nfields: [{name: a}, {name: b, min: 0}, {name: c, required: true, max_length: 3}]",
      "m.yaml");

  schema const by = schema_of(*read);

  ASSERT_EQ(by.fields.size(), 3U);
  EXPECT_EQ(by.fields[0].name, "a");
  ASSERT_EQ(by.fields[0].rules.size(), 1U);
  EXPECT_EQ(name_of(by.fields[0].rules[0]), "required");
  ASSERT_EQ(by.fields[1].rules.size(), 1U);
  EXPECT_EQ(std::get<range_rule>(by.fields[1].rules[0]).least, 0);
  EXPECT_TRUE(std::isinf(std::get<range_rule>(by.fields[1].rules[0]).most));
  ASSERT_EQ(by.fields[2].rules.size(), 2U);
  EXPECT_EQ(std::get<length_rule>(by.fields[2].rules[1]).most, 3U);
}

}  // namespace
}  // namespace holdfast
