#include "holdfast/importer/csv_reader.hpp"
#include "importer/texts.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using testing::read_all;
using testing::window_on;
using row = std::vector<std::string>;

/// Writes a table as RFC 4180 says; a cell is quoted where it must be, or where `quote_all`.
std::string written(std::vector<row> const& rows, char delimiter, std::string const& line_end,
                    bool quote_all) {
  std::string text;
  for (row const& cells : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i != 0) text += delimiter;
      bool const must =
          cells[i].find_first_of(std::string{"\"\r\n"} + delimiter) != std::string::npos;
      if (!must && !quote_all) {
        text += cells[i];
        continue;
      }
      text += '"';
      for (char const c : cells[i]) text += c == '"' ? std::string{"\"\""} : std::string{c};
      text += '"';
    }
    text += line_end;
  }
  return text;
}

rc::Gen<std::string> a_cell() {
  auto const piece = rc::gen::elementOf(std::vector<std::string>{
      "", "a", "1", "\"", ",", ";", "\n", "\r", "\r\n", " ", "\xc3\xa9", "\xf0\x9f\x98\x80", "\t"});
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](std::vector<std::string> const& pieces) {
                        std::string text;
                        for (auto const& each : pieces) text += each;
                        return text;
                      });
}

std::vector<row> rows_of(std::string const& text, char delimiter, std::size_t chunk,
                         std::size_t refill) {
  auto opened = csv_reader::open(window_on(text, chunk, std::nullopt, refill), "property.csv",
                                 {.delimiter = delimiter, .limits = {}});
  RC_ASSERT(opened.has_value());
  std::vector<row> rows;
  for (record const& each : read_all(**opened).records) {
    RC_ASSERT(each.rejected == rejection::none);
    row cells;
    for (cell const& one : each.cells) cells.emplace_back(each.text(one));
    rows.push_back(std::move(cells));
  }
  return rows;
}

RC_GTEST_PROP(CsvProperties, ATableThatWasWrittenIsReadBackEqualAtAnyBufferSize, ()) {
  auto const width = *rc::gen::inRange<std::size_t>(2, 6);
  auto const rows = *rc::gen::container<std::vector<row>>(rc::gen::container<row>(width, a_cell()));
  auto const delimiter = *rc::gen::element(',', ';', '\t', '|');
  auto const line_end = *rc::gen::element<std::string>("\n", "\r\n", "\r");
  auto const quote_all = *rc::gen::arbitrary<bool>();
  auto const chunk = *rc::gen::element<std::size_t>(1, 2, 7, 1000);
  std::string text = written({row(width, "x")}, delimiter, line_end, quote_all) +
                     written(rows, delimiter, line_end, quote_all);
  if (*rc::gen::arbitrary<bool>()) text.resize(text.size() - line_end.size());

  RC_ASSERT(rows_of(text, delimiter, chunk, 64) == rows);
}

RC_GTEST_PROP(CsvProperties, AnyBytesAreReadToTheEndTheSameAtAnyBufferSize, ()) {
  auto const pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
      std::vector<std::string>{"a", "\"", "\"\"", ",", "\n", "\r", "\r\n", "\xff", "\"\n", ",\"",
                               "\",", std::string(1, '\0'), "\xc3", "\xa9"}));
  std::string text = "a,b\n";
  for (auto const& each : pieces) text += each;
  auto const whole = csv_reader::open(window_on(text, text.size(), std::nullopt, 4096), "x", {});
  auto const split = csv_reader::open(window_on(text, 1), "x", {});

  auto const expected = read_all(**whole);
  auto const seen = read_all(**split);

  RC_ASSERT(expected.ending.status == read_status::end);
  RC_ASSERT(seen.lines == expected.lines);
  for (std::size_t i = 0; i < seen.records.size(); ++i) {
    RC_ASSERT(seen.records[i].raw() == expected.records[i].raw());
    RC_ASSERT(seen.records[i].line == expected.records[i].line);
  }
}

RC_GTEST_PROP(CsvProperties, AStrayQuoteCostsNoGoodRecord, ()) {
  auto const before = *rc::gen::inRange<std::size_t>(0, 20);
  auto const after = *rc::gen::inRange<std::size_t>(0, 20);
  std::string text = "a,b\n";
  std::vector<std::string> expected;
  auto const add_good = [&](std::size_t number) {
    bool const quoted = *rc::gen::arbitrary<bool>();
    text += quoted ? "\"q" + std::to_string(number) + "\",x\n" : std::to_string(number) + ",x\n";
    expected.push_back((quoted ? "q" : "") + std::to_string(number) + "|x");
  };
  for (std::size_t i = 0; i < before; ++i) add_good(i);
  text += *rc::gen::element<std::string>("1,\"stray\n", "\"stray,1\n", "\"stray\"x,1\n");
  expected.emplace_back("!broken_quote");
  for (std::size_t i = 0; i < after; ++i) add_good(i);

  RC_ASSERT(read_all(**csv_reader::open(window_on(text), "x", {})).lines == expected);
}

}  // namespace
}  // namespace holdfast
