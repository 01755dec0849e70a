#include "holdfast/importer/text_decoder.hpp"

#include "importer/texts.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::string_literals;
using testing::memory_bytes;

struct decoded {
  std::string text;
  text_encoding encoding;
};

decoded decode(std::string bytes, std::size_t chunk, std::size_t room) {
  text_decoder decoder{std::make_unique<memory_bytes>(std::move(bytes), chunk)};
  decoded seen{};
  std::string buffer(room, '\0');
  for (;;) {
    auto const got = decoder.read(buffer);
    if (got.value_or(0) == 0) break;
    seen.text.append(buffer, 0, *got);
  }
  seen.encoding = decoder.encoding();
  return seen;
}

struct sample {
  char const* what;
  std::string bytes;
  std::string text;
  text_encoding encoding;
};

std::vector<sample> samples() {
  auto const le = text_encoding::utf16_le;
  auto const be = text_encoding::utf16_be;
  return {
      {"empty", "", "", text_encoding::utf8},
      {"one byte", "a", "a", text_encoding::utf8},
      {"two bytes", "ab", "ab", text_encoding::utf8},
      {"UTF-8, good or bad", "a\xc3\xa9\xff", "a\xc3\xa9\xff", text_encoding::utf8},
      {"half a mark is text", "\xef\xbb", "\xef\xbb", text_encoding::utf8},
      {"a mark alone", "\xef\xbb\xbf", "", text_encoding::utf8_bom},
      {"a mark and text",
       "\xef\xbb\xbf"
       "abc",
       "abc", text_encoding::utf8_bom},
      {"a second mark is text", "\xef\xbb\xbf\xef\xbb\xbf", "\xef\xbb\xbf",
       text_encoding::utf8_bom},
      {"UTF-16 LE",
       "\xff\xfe"
       "a\0\xe9\0\xac\x20\x3d\xd8\0\xde"s,
       "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", le},
      {"UTF-16 BE",
       "\xfe\xff"
       "\0a\0\xe9\x20\xac\xd8\x3d\xde\0"s,
       "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", be},
      {"an empty UTF-16 text", "\xff\xfe", "", le},
      {"a high half alone",
       "\xff\xfe\x3d\xd8"
       "a\0"s,
       "\xed\xa0\xbd"
       "a",
       le},
      {"a low half alone",
       "\xff\xfe\0\xde"
       "a\0"s,
       "\xed\xb8\x80"
       "a",
       le},
      {"two high halves and a low one", "\xff\xfe\x3d\xd8\x3d\xd8\0\xde"s,
       "\xed\xa0\xbd\xf0\x9f\x98\x80", le},
      {"a high half at the end",
       "\xff\xfe"
       "a\0\x3d\xd8"s,
       "a\xed\xa0\xbd", le},
      {"half a unit at the end",
       "\xff\xfe"
       "a\0b"s,
       "a\xff", le},
      {"NUL",
       "\xff\xfe"
       "a\0\0\0"s,
       "a\0"s, le},
  };
}

TEST(TextDecoder, TurnsEverySampleIntoUtf8WhateverTheSizesOfReads) {
  for (auto const& [what, bytes, text, encoding] : samples()) {
    for (std::size_t const chunk : {1UL, 2UL, 3UL, 100UL}) {
      auto const seen = decode(bytes, chunk, text_decoder::least_room);

      EXPECT_EQ(seen.text, text) << what << ", chunk " << chunk;
      EXPECT_EQ(seen.encoding, encoding) << what;
    }
  }
}

TEST(TextDecoder, ALongUtf16TextIsTranslatedWhole) {
  std::string bytes = "\xff\xfe";
  std::string expected;
  for (int i = 0; i < 100'000; ++i) {
    bytes += "\x3d\xd8\0\xdez\0"s;
    expected += "\xf0\x9f\x98\x80z";
  }

  EXPECT_TRUE(decode(bytes, 1 << 20, 1000).text == expected);
  EXPECT_TRUE(decode(bytes, 4097, 4096).text == expected);
}

TEST(TextDecoder, PassesAReadErrorOn) {
  text_decoder decoder{
      std::make_unique<memory_bytes>("\xff\xfe"
                                     "a\0"s,
                                     3, problem{{"x"}, "failed", {}})};
  std::string buffer(100, '\0');

  EXPECT_EQ(decoder.read(buffer).value_or(0), 1U);
  auto const second = decoder.read(buffer);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().what, "failed");
}

}  // namespace
}  // namespace holdfast
