#include "holdfast/chaos/record_set.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(RecordSet, EveryLineIsARecordAndBlankLinesAreNone) {
  auto const set = record_set::parse("{\"a\": 1}\r\n\n  {\"a\": 2}  \n{\"a\": 3}", "test");

  ASSERT_TRUE(set);
  ASSERT_EQ(set->size(), 3U);
  EXPECT_EQ((*set)[0], R"({"a": 1})");
  EXPECT_EQ((*set)[1], R"({"a": 2})");
  EXPECT_EQ((*set)[2], R"({"a": 3})");
}

TEST(RecordSet, TheRecordsSurviveAMove) {
  auto set = *record_set::parse("{}", "test");  // short enough to live inside the string object

  record_set const moved = std::move(set);

  EXPECT_EQ(moved[0], "{}");
}

TEST(RecordSet, LinesThatAreNoObjectAreToldWithTheirNumbers) {
  auto const set = record_set::parse("{}\n[1]\n{\"a\": }\n", "test");

  ASSERT_FALSE(set);
  ASSERT_EQ(set.error().size(), 2U);
  EXPECT_EQ(set.error()[0].where, (text_position{"test", 2, 0}));
  EXPECT_EQ(set.error()[1].where, (text_position{"test", 3, 0}));
}

TEST(RecordSet, ATextWithoutRecordsIsRefused) { EXPECT_FALSE(record_set::parse("\n\n", "test")); }

TEST(RecordSet, AFileThatIsNotThereIsAProblem) {
  auto const set = record_set::read("/nonexistent/molecules.jsonl");

  ASSERT_FALSE(set);
  EXPECT_EQ(set.error()[0].where.source, "/nonexistent/molecules.jsonl");
}

TEST(RecordSet, ADirectoryIsAProblem) { EXPECT_FALSE(record_set::read("/")); }

}  // namespace
}  // namespace holdfast
