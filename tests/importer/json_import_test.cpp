#include "holdfast/importer/json_lines_reader.hpp"
#include "importer/import_fixture.hpp"
#include "importer/memory_bytes.hpp"

#include <random>

#include <gmock/gmock.h>

namespace holdfast {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Records of JSON, whose columns come with them.
class JsonImport : public test::ImportTest {
 protected:
  source_report import_json(std::vector<std::string> const& lines, std::int64_t batch = 3) {
    limits_.batch_records = batch;
    std::string text;
    for (std::string const& line : lines) text += line + '\n';
    json_lines_reader source{testing::window_on(text), "/data/molecules.jsonl", {}};
    return import(source);
  }
  /// Everything that an import leaves behind but the sizes of its batches.
  std::vector<std::string> everything_after(source_report const& report) {
    source_report counted;
    counted.totals = report.totals;
    std::vector<std::string> all{describe(counted)};
    for (char const* sql :
         {"SELECT sql FROM sqlite_schema WHERE name = 'molecules'", "SELECT * FROM molecules",
          "SELECT position, reason, detail FROM holdfast_rejected ORDER BY position"}) {
      auto const rows = query(sql);
      all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
  }
  void start_anew() {
    target_.reset();
    for (char const* end : {"", "-wal", "-shm"}) std::filesystem::remove(path() + end);
  }
};

TEST_F(JsonImport, WholeNumbersBeyond64BitsKeepTheirDigits) {
  mapping_.key = {"id"};

  auto const report =
      import_json({R"({"id": 9223372036854775808})", R"({"id": 9223372036854775809})",
                   R"({"id": -9223372036854775809})", R"({"id": 7})"});

  EXPECT_EQ(report.totals, test::totals(4));
  EXPECT_THAT(
      query("SELECT id FROM molecules ORDER BY rowid"),
      ElementsAre("9223372036854775808", "9223372036854775809", "-9223372036854775809", "7"));
}

TEST_F(JsonImport, AnEmptyObjectIsRejectedWhereverItStands) {
  for (std::int64_t const batch : {1, 2, 3, 100}) {
    start_anew();

    auto const report = import_json({"{}", R"({"a":1})", "{}", R"({"b":null})", "{}"}, batch);

    EXPECT_EQ(report.totals.stored, 2U) << batch;
    EXPECT_EQ(report.totals.reasons[static_cast<std::size_t>(rejection::missing)], 3U) << batch;
    EXPECT_THAT(query("SELECT a, b FROM molecules"), ElementsAre("1|-", "-|-")) << batch;
    EXPECT_THAT(query("SELECT DISTINCT reason, detail FROM holdfast_rejected"),
                ElementsAre("missing|there is nothing in it to store"));
  }
}

TEST_F(JsonImport, AnEmptyObjectIsRejectedAgainByTheNextRun) {
  import_json({"{}", R"({"a":1})"});

  auto const report = import_json({"{}", R"({"a":1})"});

  EXPECT_EQ(report.totals.rejected, 1U);
  EXPECT_EQ(report.totals.duplicates, 1U);
  EXPECT_THAT(query("SELECT a FROM molecules"), ElementsAre("1"));
  EXPECT_THAT(query("SELECT count(*) FROM holdfast_rejected"), ElementsAre("1"));
}

TEST_F(JsonImport, EmptyObjectsAloneMakeNoTable) {
  auto const report = import_json({"{}", "{}", "{}", "{}"});

  EXPECT_EQ(report.ending, run_ending::finished) << describe(report.why);
  EXPECT_EQ(report.totals.rejected, 4U);
  EXPECT_THAT(query("SELECT name FROM sqlite_schema WHERE name = 'molecules'"), ElementsAre());
}

TEST_F(JsonImport, TheColumnsOfAMappingDoNotFillAnEmptyObject) {
  mapping_.fields.resize(1);
  mapping_.fields[0].name = "a";

  EXPECT_EQ(import_json({"{}", R"({"b":1})"}).totals.rejected, 1U);
  EXPECT_THAT(query("SELECT a FROM molecules"), ElementsAre("-"));
}

TEST_F(JsonImport, AGeneratedColumnStopsTheRunAtTheFirstRecordThatNamesIt) {
  for (char const* kind : {"VIRTUAL", "STORED"}) {
    for (std::int64_t const batch : {1, 2, 3, 100}) {
      start_anew();
      query("CREATE TABLE molecules(id INTEGER, twice GENERATED ALWAYS AS (id * 2) " +
            std::string{kind} + ")");

      auto const report =
          import_json({R"({"id":1})", R"({"id":2})", R"({"id":3,"Twice":6})"}, batch);

      EXPECT_EQ(report.ending, run_ending::source_stopped);
      EXPECT_EQ(report.why.where.line, 3U);
      EXPECT_EQ(report.why.what, "column Twice of table molecules is a generated one");
      EXPECT_THAT(report.why.remedy, HasSubstr("--mapping"));
      EXPECT_EQ(report.totals.stored, 2U) << batch;
      EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("1|2", "2|4")) << batch;
    }
  }
}

TEST_F(JsonImport, AGeneratedColumnThatTheMappingLeavesOutIsNoObstacle) {
  query("CREATE TABLE molecules(id INTEGER, twice AS (id * 2))");
  import_json({R"({"id":1})", R"({"id":2,"twice":4})"});
  mapping_.fields.resize(1);
  mapping_.fields[0].name = "id";

  auto const report = import_json({R"({"id":1})", R"({"id":2,"twice":4})"});

  EXPECT_TRUE(report.resumed);
  EXPECT_EQ(report.totals.stored, 2U);
  EXPECT_THAT(query("SELECT * FROM molecules"), ElementsAre("1|2", "2|4"));
}

TEST_F(JsonImport, TableAndCountsDoNotDependOnWhereBatchesEnd) {
  std::vector<std::string> const records{"{}",
                                         R"({"a":null})",
                                         R"({"a":1})",
                                         R"({"a":"x"})",
                                         R"({"a":1.10})",
                                         R"({"b":true})",
                                         R"({"b":2,"a":3})",
                                         "broken",
                                         "[]"};
  std::mt19937 draw{7};  // NOLINT(cert-msc51-cpp): the same lists each time
  for (int round = 0; round < 12; ++round) {
    std::vector<std::string> lines{"{}", records[draw() % records.size()]};
    while (lines.size() < 7) lines.push_back(records[draw() % records.size()]);
    std::vector<std::string> expected;
    for (std::int64_t const batch : {100, 3, 2, 1}) {
      start_anew();
      auto const seen = everything_after(import_json(lines, batch));
      if (expected.empty()) expected = seen;
      EXPECT_EQ(seen, expected) << "round " << round << ", batches of " << batch;
    }
  }
}

}  // namespace
}  // namespace holdfast
