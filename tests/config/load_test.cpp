#include "holdfast/config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

enum class jitter { none, full };

struct pause {
  int max_attempts = 3;
  double factor = 2;
  duration initial_delay = 100ms;
  duration max_delay = 10s;
  duration max_elapsed = off;
  bool idempotent = false;
  jitter kind = jitter::none;
  byte_count buffer = 1_MiB;
  std::optional<int> limit;
  std::vector<duration> delays;
};

struct service {
  std::string url;
  std::map<std::string, pause> operations;
  std::vector<std::string> tags;
  std::uint8_t priority = 0;
};

}  // namespace

template <>
struct names_of<jitter> {
  static constexpr std::array<named_value<jitter>, 2> table{
      {{jitter::none, "none"}, {jitter::full, "full"}}};
};

template <>
struct fields_of<pause> {
  static constexpr auto table =
      std::tuple{field("max_attempts", &pause::max_attempts, {1, 1000}, "calls in total"),
                 field("factor", &pause::factor, {1.0, 10.0}, "growth of pauses"),
                 field("initial_delay", &pause::initial_delay, {1ms, 24h}, "the first pause"),
                 field("max_delay", &pause::max_delay, {1ms, 168h}, "the longest pause"),
                 field("max_elapsed", &pause::max_elapsed, {1ms, 168h, true}, "when to give up"),
                 field("idempotent", &pause::idempotent, "whether a second run does no harm"),
                 field("kind", &pause::kind, "how pauses are drawn"),
                 field("buffer", &pause::buffer, {1_KiB, 1_GiB}, "memory"),
                 field("limit", &pause::limit, {1, 5}, "at most"),
                 field("delays", &pause::delays, {1ms, 1h}, "pauses by hand")};

  static std::vector<field_problem> contradictions(pause const& of) {
    if (of.max_delay >= of.initial_delay) return {};
    return {{"max_delay",
             to_text(of.max_delay) + " is below initial_delay (" + to_text(of.initial_delay) + ")",
             "initial_delay .. 7d"}};
  }
};

template <>
struct fields_of<service> {
  static constexpr auto table =
      std::tuple{field("url", &service::url, "address of the service"),
                 field("operations", &service::operations, "what is guarded"),
                 field("tags", &service::tags, "words"),
                 field("priority", &service::priority, "who comes first")};
  static constexpr std::array<std::string_view, 1> required{"url"};
};

namespace {

template <class Options>
Options loaded(std::string_view text) {
  auto const tree = parse_yaml(text, "t.yaml");
  EXPECT_TRUE(tree.has_value()) << describe(tree.error());
  problems found;
  auto options = load<Options>(*tree, found);
  EXPECT_EQ(describe(found), "");
  return options;
}

template <class Options>
std::vector<std::string> complaints(std::string_view text) {
  auto const tree = parse_yaml(text, "t.yaml");
  EXPECT_TRUE(tree.has_value()) << describe(tree.error());
  problems found;
  static_cast<void>(load<Options>(*tree, found));
  std::vector<std::string> lines;
  for (problem const& each : found) lines.push_back(describe(each));
  return lines;
}

TEST(Load, EveryKindOfFieldIsRead) {
  auto const all = loaded<pause>(
      "max_attempts: 5\nfactor: 1.5\ninitial_delay: 250ms\nmax_delay: '1m'\nmax_elapsed: off\n"
      "idempotent: true\nkind: full\nbuffer: 16MiB\nlimit: 4\ndelays: [1s, 2s]\n");

  EXPECT_EQ(all.max_attempts, 5);
  EXPECT_EQ(all.factor, 1.5);
  EXPECT_EQ(all.initial_delay, 250ms);
  EXPECT_EQ(all.max_delay, 1min);
  EXPECT_TRUE(is_off(all.max_elapsed));
  EXPECT_TRUE(all.idempotent);
  EXPECT_EQ(all.kind, jitter::full);
  EXPECT_EQ(all.buffer, 16_MiB);
  EXPECT_EQ(all.limit, 4);
  EXPECT_THAT(all.delays, ElementsAre(1s, 2s));
}

TEST(Load, WhatIsNotWrittenKeepsItsDefault) {
  auto const few = loaded<pause>("{}");

  EXPECT_EQ(few.max_attempts, 3);
  EXPECT_EQ(few.limit, std::nullopt);
}

TEST(Load, JsonIsReadLikeYaml) {
  auto const from =
      loaded<service>(R"({"url": "http://x", "operations": {"a.b": {"initial_delay": "5ms"}}})");

  EXPECT_EQ(from.operations.at("a.b").initial_delay, 5ms);
}

TEST(Load, AllProblemsAreToldInTheOrderOfTheText) {
  auto const told = complaints<service>(
      "operations:\n"
      "  db:\n"
      "    max_atempts: 5\n"
      "    initial_delay: 5\n"
      "    factor: 11\n"
      "    colour: red\n"
      "  page: 7\n"
      "tags: [a, [b]]\n"
      "priority: 300\n");

  EXPECT_THAT(
      told,
      ElementsAre("t.yaml:1:1  url: is missing, and required\n    url: address of the service",
                  "t.yaml:3:5  operations.db.max_atempts: unknown key; did you mean max_attempts?",
                  "t.yaml:4:20  operations.db.initial_delay: '5' has no unit\n"
                  "    write 5s, 5ms, …; units: ns, us, ms, s, m, h, d",
                  "t.yaml:5:13  operations.db.factor: '11' is out of range\n    allowed: 1 .. 10",
                  "t.yaml:6:5  operations.db.colour: unknown key\n"
                  "    known keys: max_attempts, factor, initial_delay, max_delay, max_elapsed, "
                  "idempotent, kind, buffer, limit, delays",
                  "t.yaml:7:9  operations.page: expected a map, found '7'",
                  "t.yaml:8:11  tags[1]: expected a single value, found a list",
                  "t.yaml:9:11  priority: '300' is out of range\n    allowed: 0 .. 255"));
}

TEST(Load, AContradictionIsToldAtItsField) {
  EXPECT_THAT(complaints<service>("url: x\noperations: {db: {max_delay: 50ms}}"),
              ElementsAre("t.yaml:2:30  operations.db.max_delay: 50ms is below initial_delay "
                          "(100ms)\n    allowed: initial_delay .. 7d"));
}

TEST(Load, AContradictionOfAnUnreadableValueIsNotTold) {
  EXPECT_THAT(complaints<pause>("max_delay: 50ms\ninitial_delay: soon"),
              ElementsAre(testing::HasSubstr("'soon' is no duration")));
}

TEST(Load, ElementsOfAListAreHeldToTheRange) {
  EXPECT_THAT(complaints<pause>("delays: [1s, 2h]"),
              ElementsAre("t.yaml:1:14  delays[1]: '2h' is out of range\n    allowed: 1ms .. 1h"));
}

TEST(Load, OffIsRefusedWhereItIsNotAllowed) {
  EXPECT_THAT(complaints<pause>("max_delay: off"),
              ElementsAre("t.yaml:1:12  max_delay: 'off' is out of range\n    allowed: 1ms .. 7d"));
}

TEST(Load, AQuotedNumberIsAText) {
  EXPECT_THAT(complaints<pause>("max_attempts: '5'"),
              ElementsAre("t.yaml:1:15  max_attempts: '5' is no whole number\n"
                          "    write it without quotes"));
}

TEST(Load, AWordThatIsAlmostRightIsSuggested) {
  EXPECT_THAT(complaints<pause>("kind: ful"),
              ElementsAre("t.yaml:1:7  kind: 'ful' is not known here; did you mean full?\n"
                          "    allowed: none, full"));
}

TEST(Load, OddValuesOfEachKindAreRefused) {
  for (auto const* text :
       {"max_attempts: 5.0", "max_attempts: 0x10", "max_attempts: 99999999999999999999",
        "max_attempts: +5", "factor: nan", "factor: .inf", "factor: 1e999", "factor: ''",
        "idempotent: yes", "idempotent: 1", "initial_delay: -1s", "initial_delay: ", "buffer: 16",
        "buffer: -1B", "limit: 6", "delays: 1s", "delays: {}"}) {
    EXPECT_EQ(complaints<pause>(text).size(), 1U) << text;
  }
}

TEST(Load, AnOptionalFieldMayBeEmpty) { EXPECT_EQ(loaded<pause>("limit: ~").limit, std::nullopt); }

TEST(Load, AnEmptyDocumentIsNoMap) {
  EXPECT_THAT(complaints<pause>(""), ElementsAre("t.yaml:1:1  expected a map, found nothing"));
}

TEST(Load, ControlCharactersAreNotRepeatedInMessages) {
  EXPECT_THAT(complaints<pause>("\"a\\eb\": 1\nkind: \"\\n\\x9B\""),
              ElementsAre(testing::HasSubstr("a\\x1bb: unknown key"),
                          testing::HasSubstr("'\\n\\xc2\\x9b' is not known here")));
}

}  // namespace
}  // namespace holdfast
