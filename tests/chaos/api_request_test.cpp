#include "chaos/api_request.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

TEST(ApiRequest, APathAloneAsksForTheFirstPage) {
  auto const request = parse_target("/molecule.json");

  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/molecule.json");
  EXPECT_EQ(request->page.offset, 0U);
  EXPECT_FALSE(request->page.limit);
}

TEST(ApiRequest, LimitAndOffsetAreReadAndOthersKept) {
  auto const request = parse_target("/m.json?only=a,b&limit=5&&offset=40&order_by=-x");

  ASSERT_TRUE(request);
  EXPECT_EQ(request->page.limit, 5U);
  EXPECT_EQ(request->page.offset, 40U);
  EXPECT_EQ(request->others, "only=a,b&order_by=-x");
}

TEST(ApiRequest, ARoundOfARedirectLoopIsRecognised) {
  EXPECT_EQ(parse_target("/m.json?limit=2&chaos_hop=17")->hop, 17U);
}

TEST(ApiRequest, WhatIsNoWholeNumberIsRefused) {
  for (std::string const value : {"", "x", "-1", "1.5", "99999999999999999999", "1 "}) {
    EXPECT_EQ(parse_target("/m.json?limit=" + value).error(), "limit must be a whole number");
    EXPECT_EQ(parse_target("/m.json?offset=" + value).error(), "offset must be a whole number");
  }
  EXPECT_FALSE(parse_target("/m.json?limit"));
}

RC_GTEST_PROP(ApiRequest, NoTargetCrashesTheReader, (std::string const& target)) {
  auto const request = parse_target(target);
  RC_ASSERT(!request || target.starts_with(request->path));
}

}  // namespace
}  // namespace holdfast
