#include "importer/postgres_failures.hpp"

#include "holdfast/classify/sqlstate.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(PostgresFailures, WhatPassesByItselfIsWaitedFor) {
  for (auto const* code :
       {"08006", "57P01", "57P03", "53300", "55P03", "40001", "57014", "25006"}) {
    EXPECT_TRUE(may_pass(classify_sqlstate(code, phase::sent))) << code;
  }
  EXPECT_TRUE(may_pass(classify_sqlstate("", phase::not_sent)));
  EXPECT_TRUE(may_pass(classify_sqlstate("", phase::sent)));
  EXPECT_TRUE(may_pass(classify_sqlstate("", phase::awaiting_commit)));
}

TEST(PostgresFailures, WhatSomebodyMustMendStopsTheRun) {
  for (auto const* code :
       {"28P01", "28000", "3D000", "42501", "53100", "42P01", "XX001", "0A000"}) {
    auto const seen = classify_sqlstate(code, phase::sent);
    EXPECT_FALSE(may_pass(seen)) << code;
    EXPECT_FALSE(remedy_for(seen).empty()) << code;
  }
}

}  // namespace
}  // namespace holdfast
