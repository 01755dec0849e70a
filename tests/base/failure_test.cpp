#include "holdfast/base/failure.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Failure, IsUnknownUntilSomebodyKnowsBetter) {
  failure const seen;
  EXPECT_EQ(seen.category, category::unknown);
  EXPECT_EQ(seen.fault, fault::dependency);
  EXPECT_EQ(seen.advice, advice::if_idempotent);
  EXPECT_EQ(describe(seen), "(unknown)");
}

TEST(Failure, IsToldInOneLine) {
  failure seen;
  seen.category = category::transient;
  seen.code = {code_kind::http, "503"};
  seen.text = "Service Unavailable";
  EXPECT_EQ(describe(seen), "http 503 (transient): Service Unavailable");
}

TEST(Failure, EveryEnumeratorHasItsName) {
  for (int i = 0; i <= static_cast<int>(category::unknown); ++i) {
    EXPECT_NE(name_of(static_cast<category>(i)), "?") << i;
  }
  EXPECT_EQ(name_of(category::in_doubt), "in_doubt");
  EXPECT_EQ(name_of(severity::critical), "critical");
  EXPECT_EQ(name_of(fault::nobody), "nobody");
  EXPECT_EQ(name_of(advice::resolve_first), "resolve_first");
  EXPECT_EQ(name_of(poisoned::connection), "connection");
  EXPECT_EQ(name_of(code_kind::errno_code), "errno");
  EXPECT_EQ(name_of(phase::awaiting_commit), "awaiting_commit");
}

TEST(Failure, CopiesWithoutTouchingTheHeap) {
  static_assert(std::is_trivially_copyable_v<failure>);
  EXPECT_LE(sizeof(failure), 200U);
}

}  // namespace
}  // namespace holdfast
