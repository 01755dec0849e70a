#include "connect/http/gunzip.hpp"

#include "connect/http/outcomes/packed.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::http {
namespace {

/// All of a stream, given in pieces of that size; nothing where it is no gzip.
std::optional<std::string> unpacked(std::string const& packed, std::size_t piece, gunzip& by) {
  std::string text;
  for (std::size_t at = 0; at < packed.size(); at += piece) {
    std::string const given = packed.substr(at, piece);
    by.feed(given);
    for (;;) {
      auto const more = by.next();
      if (!more) return std::nullopt;
      if (more->empty()) break;
      text.append(*more);
    }
  }
  return text;
}

RC_GTEST_PROP(Gunzip, GivesBackWhatWasPackedHoweverItIsCut, (std::string const& text)) {
  auto const piece = *rc::gen::inRange<std::size_t>(1, 50);
  auto const times = *rc::gen::inRange(1, 2000);
  std::string whole;
  for (int i = 0; i < times; ++i) whole += text;
  gunzip by;

  RC_ASSERT(unpacked(testing::gzip_of(whole), piece, by) == whole);
  RC_ASSERT(by.at_end());
}

RC_GTEST_PROP(Gunzip, NoBeginningOfAStreamIsAtItsEnd, (std::string const& text)) {
  std::string const packed = testing::gzip_of(text);
  auto const size = *rc::gen::inRange<std::size_t>(0, packed.size());
  gunzip by;

  RC_ASSERT(unpacked(packed.substr(0, size), 7, by).has_value());
  RC_ASSERT(!by.at_end());
}

TEST(Gunzip, SeveralMembersAreOneText) {
  gunzip by;

  EXPECT_EQ(unpacked(testing::gzip_of("hold") + testing::gzip_of("fast"), 3, by), "holdfast");
  EXPECT_TRUE(by.at_end());
}

TEST(Gunzip, WhatIsNoGzipIsRefused) {
  gunzip plain;
  gunzip followed;

  EXPECT_EQ(unpacked("<html>", 100, plain), std::nullopt);
  EXPECT_EQ(unpacked(testing::gzip_of("kelp") + "<html>", 100, followed), std::nullopt);
}

}  // namespace
}  // namespace holdfast::http
