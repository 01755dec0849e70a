#include "holdfast/config/json_schema.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using json_schema::nulls;

enum class colour { red, green };

struct inner {
  bool on = true;
};

struct outer {
  int count = 3;
  double share = off;
  duration pause = 250ms;
  colour shade = colour::green;
  std::optional<std::uint8_t> few;
  std::vector<duration> list;
  std::map<colour, inner> by_colour;
  std::string text = "a \"b\"";
  byte_count size = 1_MiB;
};

}  // namespace

template <>
struct names_of<colour> {
  static constexpr std::array<named_value<colour>, 2> table{
      {{colour::red, "red"}, {colour::green, "green"}}};
};

template <>
struct fields_of<inner> {
  static constexpr auto table = std::tuple{field("on", &inner::on, "Whether.")};
};

template <>
struct fields_of<outer> {
  static constexpr auto table = std::tuple{field("count", &outer::count, {1, 9}, "How many."),
                                           field("share", &outer::share, {0.5, 1.0, true}, "Part."),
                                           field("pause", &outer::pause, {1ms, 1h, true}, "Wait."),
                                           field("shade", &outer::shade, "Colour."),
                                           field("few", &outer::few, {1, 5}, "Few."),
                                           field("list", &outer::list, {1ms, 1h}, "Waits."),
                                           field("by_colour", &outer::by_colour, "Each."),
                                           field("text", &outer::text, "Any."),
                                           field("size", &outer::size, {1_KiB, 1_GiB}, "Bytes.")};
  static constexpr std::array<std::string_view, 1> required{"count"};
};

namespace {

TEST(JsonSchema, EveryKindOfFieldIsDescribedWithItsDefault) {
  EXPECT_EQ(
      json_schema::of_options<outer>(nulls::refused),
      R"({"type":"object","properties":{)"
      R"("count":{"description":"How many.","default":3,"type":"integer","minimum":1,"maximum":9},)"
      R"("share":{"description":"Part.","default":"off","anyOf":[)"
      R"({"type":"number","minimum":0.5,"maximum":1},{"const":"off"}]},)"
      R"("pause":{"description":"Wait. Allowed: 1ms .. 1h, or off.","default":"250ms",)"
      R"("type":"string","pattern":"^(off|[0-9]+([.][0-9]*)?(ns|us|ms|s|m|h|d))$"},)"
      R"("shade":{"description":"Colour.","default":"green","enum":["red","green"]},)"
      R"("few":{"description":"Few.","type":["integer","null"],"minimum":1,"maximum":5},)"
      R"("list":{"description":"Waits. Allowed: 1ms .. 1h.","type":"array","items":{)"
      R"("type":"string","pattern":"^[0-9]+([.][0-9]*)?(ns|us|ms|s|m|h|d)$"}},)"
      R"("by_colour":{"description":"Each.","type":"object",)"
      R"("propertyNames":{"enum":["red","green"]},)"
      R"("additionalProperties":{"type":"object","properties":{)"
      R"("on":{"description":"Whether.","default":true,"type":"boolean"}},)"
      R"("additionalProperties":false}},)"
      R"("text":{"description":"Any.","default":"a \"b\"","type":["string","number","boolean"]},)"
      R"("size":{"description":"Bytes.","default":"1MiB","type":"string",)"
      R"("pattern":"^[0-9]+(B|KiB|MiB|GiB|kB|MB|GB)$"}},)"
      R"("additionalProperties":false,"required":["count"]})");
}

TEST(JsonSchema, NullsAreAllowedWhereTheyTakeAwayWhatIsInherited) {
  EXPECT_EQ(json_schema::of_options<inner>(nulls::allowed),
            R"({"type":"object","properties":{"on":{"description":"Whether.","default":true,)"
            R"("type":["boolean","null"]}},"additionalProperties":false})");
}

TEST(JsonSchema, ControlCharactersAreEscaped) {
  EXPECT_EQ(json_schema::literal("a\n\\"), R"("a\u000a\\")");
}

}  // namespace
}  // namespace holdfast
