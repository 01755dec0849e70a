#include "holdfast/core/stop_reason.hpp"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(StopReason, EveryReasonHasItsOwnSentence) {
  std::set<std::string_view> sentences;
  for (auto const& row : names_of<stop_reason>::table) sentences.insert(explain(row.value));

  EXPECT_EQ(sentences.size(), names_of<stop_reason>::table.size());
  EXPECT_FALSE(sentences.contains(explain(static_cast<stop_reason>(99))));
}

TEST(StopReason, AWithheldRetryIsExplainedInThoseWords) {
  EXPECT_EQ(explain(stop_reason::withheld),
            "a retry was withheld because the operation is not declared idempotent");
}

TEST(StopReason, NamesAndValuesCorrespond) {
  for (auto const& row : names_of<stop_reason>::table) {
    EXPECT_EQ(enum_value<stop_reason>(row.name), row.value);
  }
}

}  // namespace
}  // namespace holdfast
