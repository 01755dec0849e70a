#include "holdfast/importer/byte_source.hpp"

#include "importer/gzip.hpp"
#include "importer/texts.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holdfast {
namespace {

using testing::gzip_of;
using testing::temporary_folder;

struct outcome {
  std::string bytes;
  std::optional<problem> failed;
};

outcome drain(byte_source& source, std::size_t room = 1000) {
  outcome seen;
  std::string buffer(room, '\0');
  for (;;) {
    auto const got = source.read(buffer);
    if (!got) {
      seen.failed = got.error();
      return seen;
    }
    if (*got == 0) return seen;
    seen.bytes.append(buffer, 0, *got);
  }
}

outcome content_of(std::string const& path, std::size_t room = 1000) {
  auto const opened = open_bytes(path);
  return opened ? drain(**opened, room) : outcome{{}, opened.error()};
}

std::string some_text(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i * 7919) + "\n";
  return text.substr(0, size);
}

TEST(ByteSource, APlainFileIsReadAsItIs) {
  temporary_folder const folder;
  for (std::string const& text : {std::string{}, std::string{"a"}, std::string{"ab"},
                                  std::string{"\x1f\x8a"}, some_text(1'000'000)}) {
    auto const seen = content_of(folder.write("plain", text));

    EXPECT_TRUE(seen.bytes == text) << text.size();
    EXPECT_FALSE(seen.failed);
  }
}

TEST(ByteSource, GzipIsKnownByItsFirstBytesNotByItsName) {
  temporary_folder const folder;
  std::string const text = some_text(1'000'000);

  EXPECT_TRUE(content_of(folder.write("data.csv", gzip_of(text))).bytes == text);
  EXPECT_EQ(content_of(folder.write("data.csv.gz", "a,b\n")).bytes, "a,b\n");
  EXPECT_EQ((*open_bytes(folder.file("data.csv")))->packing(), "gzip");
}

TEST(ByteSource, SeveralGzipMembersAreOneTextAndZerosBehindThemArePadding) {
  temporary_folder const folder;
  std::string const packed =
      gzip_of("one\n") + gzip_of("") + gzip_of("two\n") + std::string(700, '\0');
  for (std::size_t const room : {1UL, 3UL, 1000UL}) {
    auto const seen = content_of(folder.write("members.gz", packed), room);

    EXPECT_EQ(seen.bytes, "one\ntwo\n");
    EXPECT_FALSE(seen.failed);
  }
}

TEST(ByteSource, ACutGzipFileGivesWhatItHoldsThenSaysWhereItWasCut) {
  temporary_folder const folder;
  std::string const text = some_text(100'000);
  std::string const packed = gzip_of(text);
  for (std::size_t const size :
       {std::size_t{3}, std::size_t{10}, packed.size() / 2, packed.size() - 8, packed.size() - 1}) {
    auto const seen = content_of(folder.write("cut.gz", packed.substr(0, size)));

    EXPECT_TRUE(text.starts_with(seen.bytes));
    EXPECT_GE(seen.bytes.size(), size > 100 ? size : 0);
    ASSERT_TRUE(seen.failed) << size;
    EXPECT_EQ(seen.failed->where.source, folder.file("cut.gz"));
    EXPECT_EQ(seen.failed->what,
              "the gzip data ends too early: the file was cut, at byte " + std::to_string(size));
  }
}

TEST(ByteSource, DamagedGzipIsAProblem) {
  temporary_folder const folder;
  std::string const text = some_text(100'000);
  std::string damaged = gzip_of(text);
  std::string wrong_sum = damaged;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  wrong_sum[wrong_sum.size() - 8] = static_cast<char>(wrong_sum[wrong_sum.size() - 8] ^ 1);

  auto const seen = content_of(folder.write("damaged.gz", damaged));
  ASSERT_TRUE(seen.failed);
  EXPECT_TRUE(seen.failed->what.starts_with("the gzip data is damaged (")) << seen.failed->what;
  EXPECT_EQ(seen.failed->remedy,
            "what was read of it may be wrong: fetch the file again, and import it into an empty "
            "table");
  auto const sum = content_of(folder.write("sum.gz", wrong_sum));
  EXPECT_TRUE(sum.bytes == text);
  ASSERT_TRUE(sum.failed);
  EXPECT_TRUE(sum.failed->what.starts_with("the gzip data is damaged (incorrect data check)"));
}

TEST(ByteSource, WhatFollowsGzipDataMustBeGzipData) {
  temporary_folder const folder;
  std::string const packed = gzip_of("one\n");
  for (std::string const& garbage :
       {std::string{"garbage"}, std::string{"\x1f!"}, std::string(3, '\0') + "x"}) {
    auto const seen = content_of(folder.write("behind.gz", packed + garbage));

    EXPECT_EQ(seen.bytes, "one\n");
    ASSERT_TRUE(seen.failed);
  }
  EXPECT_EQ(content_of(folder.write("behind.gz", packed + "garbage")).failed->what,
            "what follows the end of the gzip data is no gzip data, at byte " +
                std::to_string(packed.size()));
}

TEST(ByteSource, AProblemIsReportedAgain) {
  temporary_folder const folder;
  auto const opened = open_bytes(folder.write("cut.gz", gzip_of("text").substr(0, 12)));
  static_cast<void>(drain(**opened));

  EXPECT_TRUE(drain(**opened).failed);
}

TEST(ByteSource, KnowsHowFarItIsInTheFile) {
  temporary_folder const folder;
  std::string const packed = gzip_of(some_text(100'000));
  auto const opened = open_bytes(folder.write("data.gz", packed));

  EXPECT_EQ((*opened)->bytes_read(), 0U);
  static_cast<void>(drain(**opened));

  EXPECT_EQ((*opened)->bytes_read(), packed.size());
  EXPECT_EQ((*opened)->bytes_total(), packed.size());
}

TEST(ByteSource, AMissingFileNamesTheOneThatWasMeant) {
  temporary_folder const folder;
  folder.write("molecules.csv", "x");

  auto const opened = open_bytes(folder.file("molecles.csv"));

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), (problem{{folder.file("molecles.csv")},
                                     "no such file",
                                     "did you mean " + folder.file("molecules.csv") + "?"}));
  EXPECT_EQ(open_bytes(folder.file("nothing/like/it")).error().remedy, "check the path");
}

TEST(ByteSource, ADirectoryIsRefused) {
  temporary_folder const folder;

  EXPECT_EQ(open_bytes(folder.path().string()).error().what, "is a directory");
}

TEST(ByteSource, AFileWithoutPermissionIsRefused) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  temporary_folder const folder;
  std::string const path = folder.write("secret", "x");
  ::chmod(path.c_str(), 0);

  EXPECT_EQ(open_bytes(path).error().what, "can't be read: Permission denied");
}

TEST(ByteSource, AFailingReadNamesTheByte) {
  // The memory of a process can be opened like a file, and nothing can be read at its address 0.
  auto const opened = open_bytes("/proc/self/mem");

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().what, "reading failed at byte 0: Input/output error");
}

}  // namespace
}  // namespace holdfast
