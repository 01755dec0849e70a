#include "holdfast/importer/json_lines_reader.hpp"
#include "importer/texts.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using testing::read_all;
using testing::window_on;
using lines = std::vector<std::string>;

json_lines_reader reader_of(std::string text, text_limits limits = {},
                            std::size_t chunk = 1 << 20) {
  return {window_on(std::move(text), chunk), "test.jsonl", limits};
}

lines lines_of(std::string text, std::size_t chunk = 1 << 20) {
  auto reader = reader_of(std::move(text), {}, chunk);
  return read_all(reader).lines;
}

struct nasty {
  char const* what;
  std::string text;
  lines expected;
};

std::vector<nasty> texts_to_read() {
  using namespace std::string_literals;
  std::string const bad = "!malformed_json";
  return {
      {"two lines", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n", {"1|x", "2|y"}},
      {"CRLF, blank lines, no final line end", "\r\n{\"a\":1}\r\n\n  \n{\"a\":2}", {"1", "2"}},
      {"a byte order mark", "\xef\xbb\xbf{\"a\":1}\n", {"1"}},
      {"keys in another order, missing, new",
       "{\"a\":1,\"b\":2}\n{\"b\":3,\"a\":4}\n{\"c\":5}\n{}\n",
       {"1|2", "4|3", "||5", ""}},
      {"the last of a doubled key",
       "{\"a\":1,\"b\":2,\"a\":3}\n{\"a\":1,\"a\":null}\n",
       {"3|2", ""}},
      {"every kind",
       "{\"s\":\"t\",\"n\":-1.50e+3,\"t\":true,\"f\":false,\"0\":null,\"l\":[1, 2],\"o\":{ "
       "\"x\":{}}}\n",
       {"t|-1.50e+3|true|false||[1, 2]|{ \"x\":{}}"}},
      {"a number beyond every type stays as written",
       "{\"a\":123456789012345678901234567890.5e-400}\n",
       {"123456789012345678901234567890.5e-400"}},
      {"escapes",
       R"({"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00","b":"plain"})",
       {"\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80|plain"}},
      {"an escaped key",
       R"({"\u0061":1}
{"a":2})",
       {"1", "2"}},
      {"blanks everywhere", " { \"a\" : \"x\" , \"b\" : [ ] } \n", {"x|[ ]"}},
      {"invalid UTF-8",
       "{\"a\":\"\xff\"}\n{\"a\":\"\xc3\xa9\"}\n{\"\xc3\":1}\n",
       {"!invalid_utf8", "\xc3\xa9", "!invalid_utf8"}},
      {"NUL",
       "{\"a\":\"x\0\"}\n{\"a\":\"\\u0000\"}\n{\"\\u0000\":1}\n{\"a\":2}\n"s,
       {"!embedded_nul", "!embedded_nul", "!embedded_nul", "2"}},
      {"an array of objects",
       "[{\"a\":1},\n {\"a\":\n2} ,{\"a\":\"],[\\\"\"}\n]\n",
       {"1", "2", "],[\""}},
      {"an empty array", " [ ] ", {}},
      {"an array with elements that are no objects",
       "[{\"a\":1},2,[3],{\"a\":},\"x\",{\"a\":4}]",
       {"1", bad, bad, bad, bad, "4"}},
      {"lines behind an array", "[{\"a\":1}]\n{\"a\":2}\n", {"1", "2"}},
  };
}

std::vector<nasty> malformed_texts() {
  std::string const bad = "!malformed_json";
  return {
      {"no objects",
       "1\n\"x\"\n[1]\nnull\ntrue\nx\n{\"a\":1}\n",
       {bad, bad, bad, bad, bad, bad, "1"}},
      {"an array in the first line alone", "[1,2]\n{\"a\":1}\n", {bad, "1"}},
      {"cut objects",
       "{\n{\"a\"\n{\"a\":\n{\"a\":1\n{\"a\":1,\n{\"a\":\"x\n{\"a\":[1\n{\"a\":1}\n",
       {bad, bad, bad, bad, bad, bad, bad, "1"}},
      {"commas and colons",
       "{\"a\":1,}\n{,\"a\":1}\n{\"a\":1 \"b\":2}\n{\"a\" 1}\n{\"a\"::1}\n{a:1}\n",
       {bad, bad, bad, bad, bad, bad}},
      {"something behind",
       "{\"a\":1}x\n{\"a\":1}{\"a\":2}\n{\"a\":1},\n{\"a\":1}}\n{\"a\":1}]\n",
       {bad, bad, bad, bad, bad}},
      {"no numbers",
       "{\"a\":01}\n{\"a\":1.}\n{\"a\":.5}\n{\"a\":+1}\n{\"a\":1e}\n{\"a\":-}\n{\"a\":NaN}\n{\"a\":"
       "1x}\n{\"a\":0x1}\n",
       {bad, bad, bad, bad, bad, bad, bad, bad, bad}},
      {"no literals",
       "{\"a\":tru}\n{\"a\":nul}\n{\"a\":nulll}\n{\"a\":truex}\n{\"a\":fals}\n",
       {bad, bad, bad, bad, bad}},
      {"bad nested values",
       "{\"a\":[1,,2]}\n{\"a\":{\"b\":}}\n{\"a\":[1}\n{\"a\":[tru]}\n{\"a\":[\"\\q\"]}\n{\"a\":[1 "
       "2]}\n{\"a\":[01]}\n",
       {bad, bad, bad, bad, bad, bad, bad}},
      {"bad strings",
       "{\"a\":\"\\q\"}\n{\"a\":\"\\u12\"}\n{\"a\":\"\\ud800\"}\n{\"a\":\"\\udc00x\"}\n{\"a\":"
       "\"x\ty\"}\n{\"a\":\"x\"y}\n",
       {bad, bad, bad, bad, bad, bad}},
  };
}

TEST(JsonLinesReader, ReadsEveryNastyTextAsWritten) {
  for (auto const& texts : {texts_to_read(), malformed_texts()}) {
    for (auto const& [what, text, expected] : texts) {
      EXPECT_EQ(lines_of(text), expected) << what;
    }
  }
}

TEST(JsonLinesReader, ReadsTheSameWhenBytesComeOneByOne) {
  for (auto const& texts : {texts_to_read(), malformed_texts()}) {
    for (auto const& [what, text, expected] : texts) {
      EXPECT_EQ(lines_of(text, 1), expected) << what;
    }
  }
}

TEST(JsonLinesReader, TellsTheKindsOfCells) {
  auto reader = reader_of(R"({"s":"","n":1,"b":true,"z":null,"l":[],"e":"\n"})");

  auto const seen = read_all(reader);

  std::vector<cell_kind> kinds;
  for (cell const& each : seen.records.at(0).cells) kinds.push_back(each.kind);
  EXPECT_EQ(kinds, (std::vector{cell_kind::string, cell_kind::number, cell_kind::boolean,
                                cell_kind::absent, cell_kind::nested, cell_kind::string}));
}

TEST(JsonLinesReader, ARejectedLineAddsNoColumnsAndKeepsItsRawBytes) {
  auto reader = reader_of("{\"a\":1}\r\n{\"a\":1,\"x\":2,}\r\n{\"b\":2,\"A\":3}\r\n");

  auto const seen = read_all(reader);

  EXPECT_EQ(seen.lines, (lines{"1", "!malformed_json", "|2|3"}));
  EXPECT_EQ(reader.columns(), (lines{"a", "b", "A_2"}));
  EXPECT_EQ(seen.records[1].raw(), "{\"a\":1,\"x\":2,}");
  EXPECT_EQ(seen.records[1].line, 2U);
  EXPECT_EQ(seen.records[2].position, 2U);
}

TEST(JsonLinesReader, SaysWhatIsWrongWithALine) {
  auto reader = reader_of("[1]\n{\"a\":01}\n{\"a\":1} x\n");

  auto const seen = read_all(reader);

  EXPECT_EQ(seen.records[0].detail, "not a JSON object");
  EXPECT_EQ(seen.records[1].detail, "not a JSON number");
  EXPECT_EQ(seen.records[2].detail, "the JSON object does not end, or something follows it");
}

TEST(JsonLinesReader, DeepNestingIsRejectedAndShallowerIsRead) {
  auto const nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}\n";
  };

  EXPECT_EQ(
      lines_of(nested(400) + nested(600) + nested(100'000)),
      (lines{std::string(400, '[') + std::string(400, ']'), "!malformed_json", "!malformed_json"}));
}

TEST(JsonLinesReader, ALineBeyondTheLimitIsRejectedAndReadingGoesOn) {
  text_limits const limits{.record = 2_KiB, .kept_of_bad = 1_KiB};
  std::string const text = "{\"a\":\"" + std::string(50'000, 'x') + "\"}\n{\"a\":1}\n";
  for (std::size_t const chunk : {1UL, 1UL << 20U}) {
    auto reader = reader_of(text, limits, chunk);

    auto const seen = read_all(reader);

    EXPECT_EQ(seen.lines, (lines{"!too_large", "1"}));
    EXPECT_EQ(seen.records[0].raw().size(), 1024U);
    EXPECT_EQ(seen.records[1].line, 2U);
  }
}

TEST(JsonLinesReader, MoreColumnsThanAllowedRejectTheRecordThatBringsThem) {
  auto reader =
      reader_of("{\"a\":1,\"b\":2}\n{\"c\":3,\"d\":4}\n{\"b\":5,\"c\":6}\n", {.columns = 3});

  auto const seen = read_all(reader);

  EXPECT_EQ(seen.lines, (lines{"1|2", "!too_many_columns", "|5|6"}));
}

TEST(JsonLinesReader, StopsAtAReadErrorWithoutTheLineItCut) {
  problem const failure{{"test.jsonl"}, "cut", {}};
  json_lines_reader reader{window_on("{\"a\":1}\n{\"a\":2}", 1 << 20, failure), "test.jsonl", {}};

  auto const seen = read_all(reader);

  EXPECT_EQ(seen.lines, (lines{"1"}));
  ASSERT_EQ(seen.ending.status, read_status::stopped);
  EXPECT_EQ(seen.ending.why.where.line, 2U);
}

TEST(JsonLinesReader, StopsWhereAnArrayIsBroken) {
  struct broken {
    std::string text;
    std::string what;
  };
  for (auto const& [text, what] : {
           broken{"[{\"a\":1}\n,", "the array does not end: the file was cut"},
           broken{"[{\"a\":1}\n{\"a\":2}]", "a comma or ] is missing before {"},
           broken{"[{\"a\":1},\n{\"a\":[", "the array does not end: the file was cut"},
       }) {
    auto reader = reader_of(text);

    auto const seen = read_all(reader);

    EXPECT_EQ(seen.lines, (lines{"1"})) << text;
    ASSERT_EQ(seen.ending.status, read_status::stopped) << text;
    EXPECT_EQ(seen.ending.why.what, what);
    EXPECT_EQ(seen.ending.why.where.line, 2U);
  }
}

}  // namespace
}  // namespace holdfast
