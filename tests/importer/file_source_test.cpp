#include "holdfast/importer/file_source.hpp"

#include "importer/gzip.hpp"
#include "importer/texts.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using testing::gzip_of;
using testing::read_all;
using testing::temporary_folder;
using lines = std::vector<std::string>;

std::unique_ptr<record_source> open(std::string const& path, file_options const& options = {}) {
  auto opened = open_file_source(path, options);
  EXPECT_TRUE(opened) << (opened ? "" : describe(opened.error()));
  return opened ? std::move(*opened) : nullptr;
}

TEST(FileSource, TheExtensionSaysTheFormat) {
  temporary_folder const folder;
  struct named {
    char const* name;
    std::string text;
    char const* description;
  };
  for (auto const& [name, text, description] : {
           named{"a.csv", "{\n", "CSV, comma, UTF-8"},
           named{"a.CSV.gz", gzip_of("a;b\n"), "CSV, semicolon, gzip, UTF-8"},
           named{"a.tsv", "a,b\tc\n", "CSV, tab, UTF-8"},
           named{"a.tab", "a,b\n", "CSV, tab, UTF-8"},
           named{"a.jsonl", "{}\n", "JSON Lines, UTF-8"},
           named{"a.ndjson.gz", gzip_of("\xef\xbb\xbf{}\n"),
                 "JSON Lines, gzip, UTF-8 with byte order mark"},
           named{"a.json", "a,b\n", "JSON Lines, UTF-8"},
       }) {
    EXPECT_EQ(open(folder.write(name, text))->describe(), description) << name;
  }
}

TEST(FileSource, OtherNamesAreJudgedByTheirFirstCharacter) {
  temporary_folder const folder;

  EXPECT_EQ(open(folder.write("a.txt", "\n {\"a\":1}\n"))->columns(), lines{});
  EXPECT_EQ(open(folder.write("b", "a|b\n"))->columns(), (lines{"a", "b"}));
}

TEST(FileSource, OptionsWinOverTheName) {
  temporary_folder const folder;
  std::string const path = folder.write("a.json", "a|b,c\n");

  EXPECT_EQ(open(path, {.format = file_format::csv})->columns(), (lines{"a|b", "c"}));
  EXPECT_EQ(open(path, {.format = file_format::tsv})->columns(), (lines{"a|b,c"}));
  EXPECT_EQ(open(path, {.format = file_format::csv, .delimiter = '|'})->columns(),
            (lines{"a", "b,c"}));
}

TEST(FileSource, TheIdentityIsTheSameHoweverThePathIsWritten) {
  temporary_folder const folder;
  std::string const path = folder.write("a.csv", "a\n");
  std::filesystem::create_symlink(path, folder.file("link.csv"));
  std::string const real = std::filesystem::canonical(path).string();

  EXPECT_EQ(open(path)->identity(), real);
  EXPECT_EQ(open(folder.file("./a.csv"))->identity(), real);
  EXPECT_EQ(open(folder.file("link.csv"))->identity(), real);
}

TEST(FileSource, KnowsHowFarItIsInThePackedFile) {
  temporary_folder const folder;
  std::string const packed = gzip_of("a\n1\n2\n");
  auto const source = open(folder.write("a.csv.gz", packed));

  static_cast<void>(read_all(*source));

  EXPECT_EQ(source->stats().bytes_read, packed.size());
  EXPECT_EQ(source->stats().bytes_total, packed.size());
}

TEST(FileSource, AnEmptyFileIsRefusedPackedOrNot) {
  temporary_folder const folder;
  for (std::string const& bytes : {std::string{}, gzip_of("")}) {
    auto const opened = open_file_source(folder.write("a.csv", bytes), {});

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().where.source, folder.file("a.csv"));
    EXPECT_EQ(opened.error().what, "the file is empty");
  }
}

TEST(FileSource, ACutGzipFileGivesItsWholeRecordsThenStopsWithWhereAndWhatToDo) {
  temporary_folder const folder;
  std::string text = "id,name\n";
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919 % 10'007) + ",name\n";
  std::string const packed = gzip_of(text);
  auto const all = read_all(*open(folder.write("all.csv", text))).lines;
  auto const source = open(folder.write("cut.csv.gz", packed.substr(0, packed.size() / 2)));

  auto const seen = read_all(*source);

  ASSERT_EQ(seen.ending.status, read_status::stopped);
  ASSERT_GT(seen.lines.size(), 5'000U);
  EXPECT_TRUE(std::ranges::equal(
      seen.lines,
      lines(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(seen.lines.size()))));
  std::string const next = std::to_string(seen.lines.size() + 1);
  EXPECT_EQ(seen.ending.why.where.source, folder.file("cut.csv.gz"));
  EXPECT_EQ(seen.ending.why.where.line, seen.lines.size() + 2);
  EXPECT_EQ(seen.ending.why.what, "the gzip data ends too early: the file was cut, at byte " +
                                      std::to_string(packed.size() / 2));
  EXPECT_EQ(seen.ending.why.remedy,
            "fetch the file again and run the same command: it goes on from record " + next);
}

TEST(FileSource, ReadsUtf16AndRejectsOnlyTheRecordThatIsNone) {
  temporary_folder const folder;
  std::string bytes = "\xff\xfe";
  for (char const c : std::string_view{"a,b\r\n1,2\r\n3,?\r\n5,6\r\n"}) {
    bytes += c == '?' ? '\0' : c;
    bytes += c == '?' ? '\xd8' : '\0';
  }
  auto const source = open(folder.write("a.csv", bytes));

  auto const seen = read_all(*source);

  EXPECT_EQ(seen.lines, (lines{"1|2", "!invalid_utf8", "5|6"}));
  EXPECT_EQ(seen.records[1].detail, "not UTF-16 LE");
}

}  // namespace
}  // namespace holdfast
