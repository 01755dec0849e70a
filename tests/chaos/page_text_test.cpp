#include "chaos/page_text.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

record_set three_records() {
  return *record_set::parse(
      "{\"id\": 1, \"w\": 46.10}\n"
      "{\"id\": 2, \"names\": [\"a\"]}\n"
      "{\"id\": 3}\n",
      "test");
}

page_content page_of(std::vector<page_record> records, std::uint64_t offset, bool has_next) {
  page_content page;
  page.offset = offset;
  page.limit = 1;
  page.total_count = 3;
  page.has_next = has_next;
  page.records = std::move(records);
  return page;
}

TEST(PageText, RecordsAreCopiedAsTheyWereWritten) {
  auto const body = page_text(page_of({{0, {}}, {2, {}}}, 0, false), three_records(), "molecules",
                              {"/m.json", ""});

  EXPECT_EQ(body, R"({"molecules": [{"id": 1, "w": 46.10}, {"id": 3}], "page_meta": )"
                  R"({"limit":1,"next":null,"offset":0,"previous":null,"total_count":3}})");
}

TEST(PageText, LinksKeepTheOtherParametersAsTheyWereEncoded) {
  auto const body = page_text(page_of({{1, {}}}, 1, true), three_records(), "molecules",
                              {"/m.json", "order_by=id&q=%C3%A4"});

  EXPECT_NE(body.find(R"("next":"/m.json?limit=1&offset=2&order_by=id&q=%C3%A4")"),
            std::string::npos);
  EXPECT_NE(body.find(R"("previous":"/m.json?limit=1&offset=0&order_by=id&q=%C3%A4")"),
            std::string::npos);
}

TEST(PageText, AFlawChangesItsRecordAlone) {
  auto const records = three_records();
  auto const with = [&](std::uint64_t number, page_flaw flaw) {
    return page_text(page_of({{number, flaw}, {2, {}}}, 0, false), records, "m", {"/m", ""});
  };

  EXPECT_NE(with(0, page_flaw::text_numbers).find(R"([{"id":"1","w":"46.1"}, {"id": 3}])"),
            std::string::npos);
  EXPECT_NE(with(1, page_flaw::null_nested).find(R"([{"id":2,"names":null}, {"id": 3}])"),
            std::string::npos);
  EXPECT_NE(with(0, page_flaw::unknown_field).find(R"("chaos_unknown":true}, {"id": 3}])"),
            std::string::npos);
}

TEST(PageText, ACopyIsWrittenAsItsOriginalWas) {
  auto const body = page_text(page_of({{0, {}}, {0, page_flaw::duplicates_within}}, 0, false),
                              three_records(), "m", {"/m", ""});

  EXPECT_TRUE(body.starts_with(R"({"m": [{"id": 1, "w": 46.10}, {"id": 1, "w": 46.10}])"));
}

TEST(PageText, BytesThatAreNoTextDoNotBreakTheJson) {
  auto const body = page_text(page_of({}, 0, true), three_records(), "m", {"/m", "q=\xff\"\\"});

  EXPECT_NE(body.find("q=\xEF\xBF\xBD\\\"\\\\"), std::string::npos);
}

}  // namespace
}  // namespace holdfast
