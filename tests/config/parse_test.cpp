#include "holdfast/config/parse.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

config_node tree(std::string_view text) {
  auto parsed = parse_yaml(text, "t.yaml");
  EXPECT_TRUE(parsed) << describe(parsed.error());
  return parsed ? *parsed : config_node{};
}

std::vector<std::string> complaints(std::string_view text, parse_limits const& limits = {}) {
  auto const parsed = parse_yaml(text, "t.yaml", limits);
  std::vector<std::string> lines;
  if (!parsed) {
    for (problem const& each : parsed.error()) lines.push_back(describe(each));
  }
  return lines;
}

std::string position(config_node const& of) {
  return std::to_string(of.line) + ":" + std::to_string(of.column);
}

TEST(ParseYaml, EveryNodeAndKeyHasItsPosition) {
  auto const root = tree("a: 1\nb:\n  - x\n  - c: 'y'\n");

  EXPECT_EQ(position(root), "1:1");
  EXPECT_EQ(root.members[1].name, "b");
  EXPECT_EQ(root.members[1].line, 2U);
  EXPECT_EQ(root.members[1].column, 1U);
  EXPECT_EQ(position(*root.find("b")), "3:3");
  EXPECT_EQ(position(deepest(root, "b[1].c")), "4:8");
  EXPECT_EQ(deepest(root, "b[1].c").where(), (text_position{"t.yaml", 4, 8}));
}

TEST(ParseYaml, ColumnsCountCharactersAlsoBehindAByteOrderMark) {
  EXPECT_EQ(position(*tree("äé: ü").find("äé")), "1:5");
  EXPECT_EQ(position(*tree("\xEF\xBB\xBF"
                           "a: b")
                          .find("a")),
            "1:4");
}

TEST(ParseYaml, NothingIsInterpreted) {
  auto const root = tree("a: 007\nb: 'no'\nc: off\nd: \"1\\n\"\ne: |\n  x\n");

  EXPECT_EQ(root.find("a")->text, "007");
  EXPECT_FALSE(root.find("a")->quoted);
  EXPECT_EQ(root.find("b")->text, "no");
  EXPECT_TRUE(root.find("b")->quoted);
  EXPECT_EQ(root.find("c")->text, "off");
  EXPECT_EQ(root.find("d")->text, "1\n");
  EXPECT_EQ(root.find("e")->text, "x\n");
}

TEST(ParseYaml, AnEmptyValueStandsWhereItsKeyStands) {
  auto const root = tree("a:\n\n\nb: ~\nc: null\n");

  EXPECT_EQ(root.find("a")->kind, node_kind::null);
  EXPECT_EQ(position(*root.find("a")), "1:1");
  EXPECT_EQ(position(*root.find("b")), "4:4");
  EXPECT_EQ(position(*root.find("c")), "5:4");
}

TEST(ParseYaml, AnEmptyTextIsANullRoot) {
  for (auto const* text : {"", "# only a comment\n", "---\n", "\n\n"}) {
    EXPECT_EQ(tree(text).kind, node_kind::null) << text;
  }
}

TEST(ParseYaml, JsonIsYaml) {
  auto const root = tree(R"({"a": [1, {"b": null}], "c": "x\u00e9\""})");

  EXPECT_EQ(root.find("a")->items[1].find("b")->kind, node_kind::null);
  EXPECT_EQ(root.find("c")->text, "x\xC3\xA9\"");
}

TEST(ParseYaml, WhatMayMeanMoreThanItSaysIsRefusedAllAtOnce) {
  EXPECT_THAT(complaints("a: &x 1\nb: *x\nc: !!str 5\n<<: {d: 1}\nb: 2\n"),
              ElementsAre("t.yaml:1:4  an anchor (&name) is not supported\n"
                          "    remove it, and write out what refers to it",
                          "t.yaml:2:4  an alias (*name) is not supported\n    write the value out",
                          "t.yaml:3:4  the tag tag:yaml.org,2002:str is not supported\n"
                          "    remove it",
                          "t.yaml:4:1  a merge key (<<) is not supported\n    write the values out",
                          "t.yaml:5:1  the key b is given twice\n    keep one of them"));
}

TEST(ParseYaml, AnchorsAndTagsOfListsMapsAndNothingAreRefusedToo) {
  for (auto const* text : {"a: &x [1]", "a: &x {b: 1}", "a: &x", "a: !!set {b: 1}", "a: !x [1]",
                           "a: !!null", "&x a: 1", "!x a: 1"}) {
    EXPECT_EQ(complaints(text).size(), 1U) << text;
  }
}

TEST(ParseYaml, AKeyIsAText) {
  EXPECT_THAT(complaints("? [a]\n: 1"), ElementsAre(HasSubstr("may not be a list or a map")));
  EXPECT_THAT(complaints("? {a: 1}\n: 1"), ElementsAre(HasSubstr("may not be a list or a map")));
  EXPECT_THAT(complaints("~: 1"), ElementsAre(HasSubstr("a key is empty")));
  EXPECT_EQ(tree("'<<': 1").members[0].name, "<<");
  EXPECT_EQ(tree("'~': 1").members[0].name, "~");
}

TEST(ParseYaml, ASecondDocumentIsRefused) {
  EXPECT_THAT(complaints("a: 1\n---\nb: 2\n"),
              ElementsAre(HasSubstr("t.yaml:2:1  a second document begins here")));
}

TEST(ParseYaml, DepthNodesAndBytesAreBounded) {
  EXPECT_TRUE(complaints(std::string(64, '[') + std::string(64, ']')).empty());
  EXPECT_THAT(complaints(std::string(65, '[') + std::string(65, ']')),
              ElementsAre("t.yaml:1:65  lists and maps are nested too deeply\n"
                          "    allowed: 64 levels"));
  EXPECT_THAT(complaints("[a, b, c]", {.nodes = 3}),
              ElementsAre(HasSubstr("t.yaml:1:8  there are too many keys and values")));
  EXPECT_THAT(complaints("abcd", {.bytes = 3}),
              ElementsAre("t.yaml  the file is too large\n    allowed: 3B"));
}

TEST(ParseYaml, ATextOfNothingButStructureIsRefusedBeforeItIsParsed) {
  for (auto const* mark : {"[", "{", ",", "&a ", "[a,", "{a: ", "'' ", "\"\""}) {
    std::string text;
    while (text.size() < 3'000'000) text += mark;
    EXPECT_THAT(complaints(text), ElementsAre(HasSubstr("too many brackets")));
  }
}

TEST(ParseYaml, JsonOfAsManyTextsAsThereMayBeNodesIsRead) {
  std::string text = "{\"a\": [";
  for (int i = 0; i < 99'990; ++i) text += "\"b\",";

  EXPECT_TRUE(complaints(text + "\"z\"]}").empty());
}

TEST(ParseYaml, DeepNestingOfLinesEndsAtTheDepthLimit) {
  std::string dashes;
  for (int i = 0; i < 100'000; ++i) dashes += "- ";
  EXPECT_THAT(complaints(dashes), ElementsAre(HasSubstr("nested too deeply")));
}

TEST(ParseYaml, TenThousandNodesOnOneLineHaveTheirColumns) {
  std::string text = "[";
  for (int i = 0; i < 10'000; ++i) text += "ä,";
  auto const root = tree(text + "z]");

  ASSERT_EQ(root.items.size(), 10'001U);
  EXPECT_EQ(root.items[1].column, 4U);
  EXPECT_EQ(root.items.back().column, 20'002U);
}

TEST(ParseYaml, ControlCharactersAndBrokenUtf8AreRefused) {
  EXPECT_THAT(complaints(std::string_view{"a: 1\nb: \0x", 10}),
              ElementsAre(HasSubstr("t.yaml:2:4  the control character \\x00")));
  EXPECT_THAT(complaints("a: \x04\nb: 1"), ElementsAre(HasSubstr("\\x04")));
  EXPECT_THAT(complaints("a: \xC3\x28"),
              ElementsAre("t.yaml:1:4  the byte \\xc3 is not UTF-8\n    save the file as UTF-8"));
  EXPECT_THAT(complaints("\xFF\xFE"
                         "a"),
              ElementsAre(HasSubstr("is not UTF-8")));
  EXPECT_THAT(complaints("a: \"\\0\""), ElementsAre(HasSubstr("NUL")));
}

TEST(ParseYaml, BrokenSyntaxIsToldWithItsPlace) {
  EXPECT_THAT(complaints("a: [1\nb: 2"),
              ElementsAre(HasSubstr("t.yaml:2:2  this is no valid YAML")));
  EXPECT_THAT(complaints("a: \"x"), ElementsAre(HasSubstr("this is no valid YAML")));
  EXPECT_THAT(complaints("a: b: c"), ElementsAre(HasSubstr("this is no valid YAML")));
}

RC_GTEST_PROP(ParseYaml, AnyTextIsParsedOrRefusedWithAReason, ()) {
  auto const text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string{"ab1 \n\n:,-?[]{}&*!|>'\"%@`#\\~<\t\r"}));

  auto const parsed = parse_yaml(text, "t.yaml");

  RC_ASSERT(parsed || !parsed.error().empty());
}

TEST(ReadYamlFile, AFolderAndAMissingFileAreProblems) {
  EXPECT_EQ(describe(read_yaml_file("/").error()),
            "/  can't be read: Is a directory\n    check the path and its permissions");
  EXPECT_THAT(describe(read_yaml_file("/nonexistent").error()),
              HasSubstr("can't be read: No such file"));
}

TEST(ReadYamlFile, AFileIsReadUpToItsLimit) {
  std::string const path = testing::TempDir() + "read_yaml_file.yaml";
  std::ofstream{path} << "a: " << std::string(200'000, 'x') << "\n";

  auto const whole = read_yaml_file(path);
  auto const cut = read_yaml_file(path, {.bytes = 200'000});
  std::filesystem::remove(path);

  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->find("a")->text.size(), 200'000U);
  EXPECT_THAT(describe(cut.error()), HasSubstr("too large\n    allowed: 200kB"));
}

TEST(Deepest, GoesAsFarAsThePathExists) {
  auto const root = tree("a: {b: [x, y]}");

  EXPECT_EQ(deepest(root, "a.b[1]").text, "y");
  EXPECT_EQ(position(deepest(root, "a.c")), "1:4");
  EXPECT_EQ(position(deepest(root, "a.b[7]")), "1:8");
  EXPECT_EQ(position(deepest(root, "a.b[x]")), "1:8");
  EXPECT_EQ(position(deepest(root, "a.b[")), "1:8");
  EXPECT_EQ(&deepest(root, ""), &root);
}

}  // namespace
}  // namespace holdfast
