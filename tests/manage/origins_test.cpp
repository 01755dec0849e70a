#include "holdfast/manage/resilience_file.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

constexpr std::string_view text =
    "defaults:\n"                                          // 1
    "  attempt_timeout: 2s\n"                              // 2
    "policies:\n"                                          // 3
    "  steady: {retry: {max_attempts: 4}}\n"               // 4
    "budgets:\n"                                           // 5
    "  api: {capacity: 50}\n"                              // 6
    "operations:\n"                                        // 7
    "  db.*: {kind: database, bulkhead: off}\n"            // 8
    "  db.read:\n"                                         // 9
    "    use: steady\n"                                    // 10
    "    budget: api\n"                                    // 11
    "    retry:\n"                                         // 12
    "      idempotent: true\n"                             // 13
    "      per_category: {timeout: {max_attempts: 2}}\n";  // 14

std::string origin(std::string_view path) {
  auto const file = resilience_file::parse(text, "r.yaml");
  if (!file) return describe(file.error());
  auto const all = file->origins("db.read");
  auto const at = std::find_if(all.begin(), all.end(),
                               [&](field_origin const& each) { return each.path == path; });
  if (at == all.end()) return "absent";
  std::string told = at->value + " by " + (at->is_default() ? "default" : at->section);
  return told + " at " + std::to_string(at->where.line) + ":" + std::to_string(at->where.column);
}

TEST(Origins, EachFieldNamesTheLineThatSetIt) {
  EXPECT_EQ(origin("kind"), "database by operations.db.* at 8:16");
  EXPECT_EQ(origin("attempt_timeout.limit"), "2s by defaults at 2:20");
  EXPECT_EQ(origin("retry.max_attempts"), "4 by policies.steady at 4:34");
  EXPECT_EQ(origin("retry.idempotent"), "true by operations.db.read at 13:19");
  EXPECT_EQ(origin("retry.per_category.timeout.max_attempts"), "2 by operations.db.read at 14:46");
}

TEST(Origins, WhatNobodySetIsADefault) {
  EXPECT_EQ(origin("retry.initial_delay"), "100ms by default at 0:0");
  EXPECT_EQ(origin("breaker"), "off by default at 0:0");
  EXPECT_EQ(origin("required"), "false by default at 0:0");
}

TEST(Origins, WhatWasSwitchedOffNamesTheLineThatDidIt) {
  EXPECT_EQ(origin("bulkhead"), "off by operations.db.* at 8:36");
}

TEST(Origins, ASharedBudgetIsNamedAndItsFieldsAreShown) {
  EXPECT_EQ(origin("budget"), "api by operations.db.read at 11:13");
  EXPECT_EQ(origin("budget.capacity"), "50 by budgets.api at 6:19");
  EXPECT_EQ(origin("budget.per_second"), "10 by default at 0:0");
}

TEST(Origins, ABudgetThatNobodyWritesIsShownSinceItIsAlwaysOn) {
  auto const all = resilience_file{}.origins("any");

  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](field_origin const& each) {
    return each.path == "budget.capacity" && each.value == "100";
  }));
}

}  // namespace
}  // namespace holdfast
