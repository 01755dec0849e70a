#include "holdfast/importer/csv_reader.hpp"

#include "importer/texts.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using testing::read_all;
using testing::window_on;
using lines = std::vector<std::string>;

std::unique_ptr<csv_reader> reader_of(std::string text, csv_options options = {},
                                      std::size_t chunk = 1 << 20) {
  auto opened = csv_reader::open(window_on(std::move(text), chunk), "test.csv", options);
  return opened ? std::move(*opened) : nullptr;
}

lines lines_of(std::string text, std::size_t chunk = 1 << 20) {
  return read_all(*reader_of(std::move(text), {}, chunk)).lines;
}

struct nasty {
  char const* what;
  std::string text;
  lines expected;
};

std::vector<nasty> nasty_texts() {
  using namespace std::string_literals;
  return {
      {"LF", "a,b\n1,2\n3,4\n", {"1|2", "3|4"}},
      {"CRLF", "a,b\r\n1,2\r\n3,4\r\n", {"1|2", "3|4"}},
      {"bare CR", "a,b\r1,2\r3,4\r", {"1|2", "3|4"}},
      {"all line ends mixed", "a,b\r1,2\n3,4\r\n5,6", {"1|2", "3|4", "5|6"}},
      {"no final line end", "a,b\n1,2", {"1|2"}},
      {"a final delimiter", "a,b\n1,", {"1|"}},
      {"blank lines", "\n\r\na,b\n\n1,2\n\r\n\r\r\n3,4\n\n", {"1|2", "3|4"}},
      {"header only", "a,b\n", {}},
      {"header without line end", "a,b", {}},
      {"empty cells", "a,b,c\n,,\n\"\",2,\"\"\n", {"||", "|2|"}},
      {"one column with a quoted empty cell", "a\n\"\"\nx\n", {"", "x"}},
      {"blanks are data", "a,b\n 1 , 2\n", {" 1 | 2"}},
      {"quoted delimiter and line breaks", "a,b\n\"1,2\",\"x\ny\r\nz\rw\"\n", {"1,2|x\ny\r\nz\rw"}},
      {"doubled quotes",
       "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n\"\"\"\"\"\",x\n",
       {"say \"hi\"|\"", "\"\"|x"}},
      {"quotes in an unquoted field", "a,b\n5\" pipe,x\"\"y\n", {"5\" pipe|x\"\"y"}},
      {"a blank before a quote", "a,b\n \"1\",2\n", {" \"1\"|2"}},
      {"ragged", "a,b\n1\n1,2,3\n1,2\n", {"!ragged", "!ragged", "1|2"}},
      {"text behind a closing quote", "a,b\n\"1\"x,2\n3,4\n", {"!broken_quote", "3|4"}},
      {"a blank behind a closing quote", "a,b\n\"1\" ,2\n3,4\n", {"!broken_quote", "3|4"}},
      {"a quote that never closes", "a,b\n1,\"2\n3,4\n5,6\n", {"!broken_quote", "3|4", "5|6"}},
      {"a quote that never closes, CR", "a,b\r1,\"2\r3,4\r", {"!broken_quote", "3|4"}},
      {"a quote that never closes in the last line", "a,b\n1,2\n3,\"4", {"1|2", "!broken_quote"}},
      {"a stray quote before a quoted record",
       "a,b\n1,\"oops\n2,\"x,y\"\n3,4\n",
       {"!broken_quote", "2|x,y", "3|4"}},
      {"a stray quote before a record of two lines",
       "a,b\n1,\"oops\n2,\"x\ny\"\n3,4\n",
       {"!broken_quote", "2|x\ny", "3|4"}},
      {"two stray quotes in one line", "a,b\n\"\"x\"\",2\n3,4\n", {"!broken_quote", "3|4"}},
      {"invalid UTF-8", "a,b\n1,\xff\n\xc3\xa9,2\n", {"!invalid_utf8", "\xc3\xa9|2"}},
      {"a character cut at a delimiter", "a,b\n\xc3,1\n2,3\n", {"!invalid_utf8", "2|3"}},
      {"a character cut at the end", "a,b\n1,2\n3,\xe2\x82", {"1|2", "!invalid_utf8"}},
      {"NUL", "a,b\n1,\0\n3,4\n"s, {"!embedded_nul", "3|4"}},
      {"UTF-8 byte order mark", "\xef\xbb\xbf"s + "a,b\n1,2\n", {"1|2"}},
      {"semicolons", "a;b\n1,5;2\n", {"1,5|2"}},
      {"tabs", "a\tb\n1\t2\n", {"1|2"}},
      {"blank lines before a header of semicolons", "\n\r\na;b\n1;2\n", {"1|2"}},
      {"bars", "a|b\n1|2\n", {"1|2"}},
      {"a comma inside a quoted name of a semicolon file", "\"a,b\";c\n1;2\n", {"1|2"}},
  };
}

TEST(CsvReader, ReadsEveryNastyTextAsWritten) {
  for (auto const& [what, text, expected] : nasty_texts()) {
    EXPECT_EQ(lines_of(text), expected) << what;
  }
}

TEST(CsvReader, ReadsTheSameWhenBytesComeOneByOne) {
  for (auto const& [what, text, expected] : nasty_texts()) {
    EXPECT_EQ(lines_of(text, 1), expected) << what;
  }
}

TEST(CsvReader, AnEmptyCellIsAbsentAndAnyOtherIsText) {
  auto const seen = read_all(*reader_of("a,b,c\n,\"\",x\n"));

  EXPECT_EQ(seen.records[0].cells[0].kind, cell_kind::absent);
  EXPECT_EQ(seen.records[0].cells[1].kind, cell_kind::absent);
  EXPECT_EQ(seen.records[0].cells[2].kind, cell_kind::text);
}

TEST(CsvReader, CountsPositionsFromZeroAndLinesFromOne) {
  auto const seen = read_all(*reader_of("a,b\n\n1,\"x\ny\r\nz\"\n\"bad\"x\n2,3\n"));

  ASSERT_EQ(seen.lines, (lines{"1|x\ny\r\nz", "!broken_quote", "2|3"}));
  EXPECT_EQ(seen.records[0].line, 3U);
  EXPECT_EQ(seen.records[1].line, 6U);
  EXPECT_EQ(seen.records[2].line, 7U);
  EXPECT_EQ(seen.records[2].position, 2U);
}

TEST(CsvReader, ARejectedRecordKeepsItsRawBytesAndSaysWhy) {
  auto const seen = read_all(*reader_of("a,b\r\n1,2,3\r\n1,\"x\r\n4,\xff\r\n\"5\"y,6\r\n"));

  ASSERT_EQ(seen.lines, (lines{"!ragged", "!broken_quote", "!invalid_utf8", "!broken_quote"}));
  EXPECT_EQ(seen.records[0].raw(), "1,2,3");
  EXPECT_EQ(seen.records[0].detail, "3 fields where the header has 2");
  EXPECT_TRUE(seen.records[0].cells.empty());
  EXPECT_EQ(seen.records[1].raw(), "1,\"x");
  EXPECT_EQ(seen.records[1].detail, "field 2 opens a quote that is not closed");
  EXPECT_EQ(seen.records[2].raw(), "4,\xff");
  EXPECT_EQ(seen.records[3].detail, "field 1 has text behind its closing quote");
}

TEST(CsvReader, AnAcceptedRecordKeepsItsRawBytesInFrontOfUnquotedTexts) {
  auto const seen = read_all(*reader_of("a,b\n\"x\"\"y\",\"z\"\n"));

  EXPECT_EQ(seen.records[0].raw(), "\"x\"\"y\",\"z\"");
  EXPECT_EQ(seen.lines, (lines{"x\"y|z"}));
}

TEST(CsvReader, NamesColumnsSoThatATableCanHaveThem) {
  auto const reader = reader_of("Name,name,,\"na\"\"me\",NAME,,x\xff\n");

  EXPECT_EQ(reader->columns(),
            (lines{"Name", "name_2", "column_3", "na\"me", "NAME_3", "column_6", "x\xef\xbf\xbd"}));
}

TEST(CsvReader, AGivenDelimiterWinsOverTheHeaderLine) {
  auto const seen = read_all(*reader_of("a,b;c\n1,2;3\n", {.delimiter = ';', .limits = {}}));

  EXPECT_EQ(seen.lines, (lines{"1,2|3"}));
}

TEST(CsvReader, RefusesATextWithoutAHeader) {
  auto const opened = csv_reader::open(window_on("\n\r\n"), "test.csv", {});

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().where.source, "test.csv");
  EXPECT_EQ(opened.error().what, "there is no header line: the file is empty");
}

TEST(CsvReader, RefusesAHeaderWithABrokenQuoteAndSaysWhere) {
  auto const opened = csv_reader::open(window_on("\na,\"b\n1,2\n"), "test.csv", {});

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().where, (text_position{"test.csv", 2, 0}));
  EXPECT_EQ(opened.error().what,
            "the header can't be read: field 2 opens a quote that is not closed");
}

TEST(CsvReader, TellsOfUtf16WithoutAMarkWhenTheHeaderHoldsNul) {
  auto const opened = csv_reader::open(window_on(std::string{"a\0,\0b\0\n\0", 8}), "test.csv", {});

  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().remedy.find("iconv -f UTF-16LE"), std::string::npos);
}

TEST(CsvReader, ARecordBeyondTheLimitIsRejectedAndReadingGoesOnBehindItsLine) {
  csv_options const options{.limits = {.record = 2_KiB, .kept_of_bad = 1_KiB}};
  std::string const fits(2046, 'x');  // with "1," the limit exactly
  std::string const text =
      "a,b\n1," + fits + "\n2," + fits + "y\n3," + std::string(90'000, 'z') + ",\"q\n4,5\n";
  for (std::size_t const chunk : {1UL, 100UL, 1UL << 20U}) {
    auto const seen = read_all(*reader_of(text, options, chunk));

    ASSERT_EQ(seen.lines, (lines{"1|" + fits, "!too_large", "!too_large", "4|5"})) << chunk;
    EXPECT_EQ(seen.records[2].raw().size(), 1024U);
    EXPECT_EQ(seen.records[2].detail, "longer than the limit of 2KiB");
    EXPECT_EQ(seen.records[3].line, 5U);
  }
}

TEST(CsvReader, AQuoteStillOpenAtTheLimitIsABrokenQuote) {
  csv_options const options{.limits = {.record = 1_KiB, .kept_of_bad = 1_KiB}};
  std::string text = "a,b\n1,\"open\n";
  for (int i = 0; i < 1000; ++i) text += std::to_string(i) + ",good\n";

  auto const seen = read_all(*reader_of(text, options));

  ASSERT_EQ(seen.lines.size(), 1001U);
  EXPECT_EQ(seen.lines[0], "!broken_quote");
  EXPECT_EQ(std::ranges::count(seen.lines, "!broken_quote"), 1);
  EXPECT_EQ(seen.lines.back(), "999|good");
}

TEST(CsvReader, AFieldOfTwentyMegabytesIsRejectedAloneAtTheUsualLimit) {
  std::string const text = "a,b\n1,\"" + std::string(20'000'000, 'x') + "\"\n3,4\n";

  auto const seen = read_all(*reader_of(text));

  EXPECT_EQ(seen.lines, (lines{"!too_large", "3|4"}));
  EXPECT_EQ(seen.records[0].raw().size(), 64U * 1024U);
}

TEST(CsvReader, StopsAtAReadErrorWithoutTheRecordItCut) {
  problem const failure{{"test.csv"}, "reading failed at byte 11: Input/output error", {}};
  auto opened = csv_reader::open(window_on("a,b\n1,2\n3,4", 3, failure), "test.csv", {});

  auto const seen = read_all(**opened);

  EXPECT_EQ(seen.lines, (lines{"1|2"}));
  ASSERT_EQ(seen.ending.status, read_status::stopped);
  EXPECT_EQ(seen.ending.why.where, (text_position{"test.csv", 3, 0}));
  EXPECT_EQ(seen.ending.why.what, failure.what);
  EXPECT_EQ(seen.ending.why.remedy,
            "fetch the file again and run the same command: it goes on from record 2");
  record again;
  EXPECT_EQ((*opened)->read(again).status, read_status::stopped);
}

TEST(CsvReader, ABadLineCutByAReadErrorIsNotDelivered) {
  csv_options const options{.limits = {.record = 1_KiB, .kept_of_bad = 1_KiB}};
  problem const failure{{"test.csv"}, "cut", {}};
  for (std::string const& last : {std::string(5000, 'x'), std::string{"\"1\"x"},
                                  std::string{"1,\""}, std::string{"\"1\"x\r"}}) {
    auto opened =
        csv_reader::open(window_on("a,b\n1,2\n" + last, 1 << 20, failure), "test.csv", options);

    auto const seen = read_all(**opened);

    EXPECT_EQ(seen.lines, (lines{"1|2"})) << last.substr(0, 10);
    EXPECT_EQ(seen.ending.status, read_status::stopped);
  }
}

/// Lines that each look as if they went on, in a way that costs most.
std::string hostile(std::string const& line, std::size_t count) {
  std::string text = "a,b\n";
  for (std::size_t i = 0; i < count; ++i) text += line;
  return text;
}

TEST(CsvReader, HostileQuotesCostTimeLinearInTheText) {
  for (std::string const line : {"x,\"y\n", "x\",y,\"z\n", "\"\n", "x,\"\"\"y\n", "\"a\"b,\"c\n",
                                 "x,\"\"\n", "a,\"b\"\"\n", "\"\"\"\n", ",\"\r", "x,\"\",\"\r\n"}) {
    for (std::size_t const count : {2'000UL, 20'000UL}) {
      std::string const text = hostile(line, count);
      auto const reader = reader_of(text);

      static_cast<void>(read_all(*reader));

      EXPECT_LE(reader->looked_at(), 5 * text.size()) << line << count;
    }
  }
}

TEST(CsvReader, HostileQuotesAtTheLimitCostTimeLinearInTheText) {
  csv_options const options{.limits = {.record = 4_KiB, .kept_of_bad = 1_KiB}};
  for (std::string const line : {"x\",y,\"z\n", "x,\"y\n", "\"a\n"}) {
    std::string const text = hostile(line, 20'000);
    auto const reader = reader_of(text, options);

    static_cast<void>(read_all(*reader));

    EXPECT_LE(reader->looked_at(), 6 * text.size()) << line;
  }
}

TEST(CsvReader, SaysHowItReads) {
  EXPECT_EQ(reader_of("a;b\n")->describe(), "CSV, semicolon, UTF-8");
}

}  // namespace
}  // namespace holdfast
