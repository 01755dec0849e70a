#include "importer/json_path.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

constexpr std::string_view molecule =
    R"({"props": {"alogp": "1.31", "mass": 180.160 , "chiral": false, "psa": null,
        "tags": ["a", "b"], "text": "a\"\u00e9"}, "list": [1]})";

json_part at(std::vector<std::string> const& path, std::string_view document = molecule) {
  return part_at(document, path);
}

TEST(JsonPath, FindsValuesAsTheyAreWritten) {
  EXPECT_EQ(at({"props", "alogp"}).kind, cell_kind::string);
  EXPECT_EQ(at({"props", "alogp"}).text, "1.31");
  EXPECT_EQ(at({"props", "mass"}).kind, cell_kind::number);
  EXPECT_EQ(at({"props", "mass"}).text, "180.160");
  EXPECT_EQ(at({"props", "chiral"}).kind, cell_kind::boolean);
  EXPECT_EQ(at({"props", "chiral"}).text, "false");
  EXPECT_EQ(at({"props", "tags"}).kind, cell_kind::nested);
  EXPECT_EQ(at({"props", "tags"}).text, R"(["a", "b"])");
  EXPECT_EQ(at({"props", "text"}).text, "a\"\xC3\xA9");
}

TEST(JsonPath, WhatIsNotThereIsAbsent) {
  EXPECT_EQ(at({"props", "psa"}).kind, cell_kind::absent);
  EXPECT_EQ(at({"props", "none"}).kind, cell_kind::absent);
  EXPECT_EQ(at({"props", "alogp", "deeper"}).kind, cell_kind::absent);
  EXPECT_EQ(at({"list", "alogp"}).kind, cell_kind::absent);
  EXPECT_EQ(at({"a"}, "[1, 2]").kind, cell_kind::absent);
  EXPECT_EQ(at({"a"}, "no json").kind, cell_kind::absent);
}

}  // namespace
}  // namespace holdfast
