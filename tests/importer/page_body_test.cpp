#include "importer/page_body.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast {
namespace {

constexpr char const* json = "application/json; charset=utf-8";

TEST(PageBody, RecordsAndMetaAreRead) {
  auto const page = read_page_body(
      R"({"molecules": [ {"a": 1} , {"b":[1,{"c":"]"}]}],
          "page_meta": {"limit": 2, "next": "/x?offset=2", "offset": 0, "previous": null,
                        "total_count": 5}})",
      json, "");

  ASSERT_TRUE(page) << describe(page.error());
  ASSERT_EQ(page->records.size(), 2U);
  EXPECT_EQ(page->record(0), R"({"a": 1})");
  EXPECT_EQ(page->record(1), R"({"b":[1,{"c":"]"}]})");
  EXPECT_EQ(page->meta.limit, 2U);
  EXPECT_EQ(page->meta.offset, 0U);
  EXPECT_EQ(page->meta.total_count, 5U);
  EXPECT_EQ(page->meta.next, "/x?offset=2");
}

TEST(PageBody, TheMetaMayComeFirstAndSayLittle) {
  auto const page = read_page_body(
      R"({"page_meta":{"next":null,"total_count":-1,"limit":"20"},"atc":[]})", json, "");
  auto const none_at_once = read_page_body(R"({"page_meta":{"limit":0},"atc":[]})", json, "");

  ASSERT_TRUE(page) << describe(page.error());
  EXPECT_TRUE(page->records.empty());
  EXPECT_EQ(page->meta.next, "");
  EXPECT_EQ(page->meta.total_count, std::nullopt);
  EXPECT_EQ(page->meta.limit, std::nullopt);
  EXPECT_EQ(none_at_once->meta.limit, std::nullopt);
}

TEST(PageBody, TheListMayBeNamed) {
  std::string const two = R"({"not_found":["x"],"molecules":[{"a":1}],"page_meta":{}})";

  auto const named = read_page_body(two, json, "molecules");
  auto const unnamed = read_page_body(two, json, "");
  auto const absent = read_page_body(two, json, "activities");

  ASSERT_TRUE(named);
  EXPECT_EQ(named->record(0), R"({"a":1})");
  EXPECT_EQ(unnamed.error().text.view(), "the page has more than one list");
  EXPECT_EQ(absent.error().text.view(), "the page has no list of records");
  EXPECT_EQ(absent.error().category, category::data);
}

TEST(PageBody, HtmlInPlaceOfJsonMayPass) {
  for (auto const& [text, type] :
       {std::pair{"<!DOCTYPE html><h1>Proxy Error</h1>", "application/json"},
        std::pair{"\n <html>", ""}, std::pair{R"({"m":[],"page_meta":{}})", "Text/HTML"}}) {
    auto const page = read_page_body(text, type, "");
    ASSERT_FALSE(page) << text;
    EXPECT_EQ(page.error().category, category::transient);
    EXPECT_EQ(page.error().fault, fault::dependency);
    EXPECT_EQ(page.error().advice, advice::after_backoff);
  }
}

TEST(PageBody, APageCutAnywhereMayPass) {
  std::string const whole =
      R"({"molecules":[{"a":"x\"y"},{"b":[true,null]}],"page_meta":{"total_count":2}})";
  ASSERT_TRUE(read_page_body(whole, json, ""));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto const page = read_page_body(whole.substr(0, size), json, "");
    ASSERT_FALSE(page) << size;
    EXPECT_EQ(page.error().category, category::transient) << size;
  }
}

TEST(PageBody, BrokenJsonInsideARecordIsSeen) {
  for (auto const* record :
       {"{\"a\":tru}", "{\"a\":1.}", "{\"a\":\"\\x\"}", "{\"a\" 1}", "{\"a\":1,}"}) {
    std::string const text = std::string{R"({"m":[)"} + record + R"(],"page_meta":{}})";
    EXPECT_FALSE(read_page_body(text, json, "")) << text;
  }
}

TEST(PageBody, WellFormedJsonOfAnotherShapeSaysSo) {
  EXPECT_EQ(read_page_body("[1,2]", json, "").error().text.view(),
            "the page is JSON, but no object");
  EXPECT_EQ(read_page_body(R"({"molecule_chembl_id":"CHEMBL25"})", json, "").error().text.view(),
            "the page has no page_meta");
}

TEST(PageBody, AnyBytesGiveAPageOrAFailure) {
  rc::check([](std::string const& bytes) {
    auto const page = read_page_body(bytes, json, "");
    RC_ASSERT(page || page.error().fault == fault::dependency);
  });
}

}  // namespace
}  // namespace holdfast
