#include "chaos/broken_body.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

TEST(BrokenBody, ABeginningIsNeverEmptyAndNeverAllOfIt) {
  EXPECT_EQ(beginning("abcd", 0.0), "a");
  EXPECT_EQ(beginning("abcd", 0.5), "ab");
  EXPECT_EQ(beginning("abcd", 0.999), "abc");
  EXPECT_EQ(beginning("ab", 0.999), "a");
}

TEST(BrokenBody, TheLastChunkIsShorterThanAnnounced) {
  std::string const body(10'000, 'x');

  auto const text = unfinished_chunks(body, 0.5);

  EXPECT_EQ(text.substr(0, 6), "1000\r\n");
  EXPECT_EQ(text.substr(6 + 4096, 8), "\r\n1001\r\n");
  EXPECT_EQ(text.size(), 6U + 4096U + 8U + 904U);
}

RC_GTEST_PROP(BrokenBody, DamagedJsonIsNeverAccepted, ()) {
  std::string const body = R"({"a": ["text \u00e4", 1.5, null], "b": {"c": true}})";
  double const cut = *rc::gen::inRange(0, 1000) / 1000.0;

  auto const damaged = damaged_json(body, cut);

  RC_ASSERT(damaged.size() == body.size());
  RC_ASSERT(!nlohmann::json::accept(damaged));
}

TEST(BrokenBody, AGzipBodyBeginsWellAndEndsWithAReservedBlock) {
  auto const text = undecodable_gzip("abcd", 0.5);

  EXPECT_EQ(text.substr(0, 3), "\x1f\x8b\x08");
  EXPECT_EQ(text.substr(10), std::string("\0\x02\0\xFD\xFF"
                                         "ab\x07",
                                         8));
}

}  // namespace
}  // namespace holdfast
