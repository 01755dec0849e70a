#include "holdfast/base/field.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct pacing {
  int attempts = 3;
  double factor = 2;
  duration pause = 100ms;
  duration limit = off;
  std::optional<int> share;
  std::vector<duration> delays;
  std::map<std::string, std::vector<int>> levels;
  std::string name;
};

enum class size { small, large };

struct fleet {
  pacing usual;
  std::optional<pacing> spare;
  std::map<std::string, pacing> named;
  std::map<size, pacing> by_size;
  std::vector<pacing> ranked;
  std::map<size, duration> limits;
};

}  // namespace

template <>
struct names_of<size> {
  static constexpr std::array<named_value<size>, 2> table{
      {{size::small, "small"}, {size::large, "large"}}};
};

template <>
struct fields_of<pacing> {
  static constexpr auto table =
      std::tuple{field("attempts", &pacing::attempts, {1, 1000}, "calls in total"),
                 field("factor", &pacing::factor, {1.0, 10.5}, "growth"),
                 field("pause", &pacing::pause, {1ms, 24h}, "first pause"),
                 field("limit", &pacing::limit, {1ms, 168h, true}, "all of it"),
                 field("share", &pacing::share, {1, 100}, "percent"),
                 field("delays", &pacing::delays, {1ms, 1h}, "pauses by hand"),
                 field("levels", &pacing::levels, {0, 9}, "numbers by name"),
                 field("name", &pacing::name, "a word")};

  static std::vector<field_problem> contradictions(pacing const& of) {
    if (of.limit >= of.pause) return {};
    return {{"limit", to_text(of.limit) + " is below pause", "pause .. 7d"}};
  }
};

template <>
struct fields_of<fleet> {
  static constexpr auto table = std::tuple{field("usual", &fleet::usual, "for all"),
                                           field("spare", &fleet::spare, "for some"),
                                           field("named", &fleet::named, "by name"),
                                           field("by_size", &fleet::by_size, "by size"),
                                           field("ranked", &fleet::ranked, "in order"),
                                           field("limits", &fleet::limits, {1ms, 1h}, "by size")};
};

namespace {

template <class Options>
std::vector<std::string> complaints(Options const& of) {
  std::vector<std::string> lines;
  for (field_problem const& each : check_fields(of)) {
    lines.push_back(each.field + ": " + each.found + " (" + each.allowed + ")");
  }
  return lines;
}

TEST(Field, DefaultsAreInTheirRanges) { EXPECT_THAT(complaints(pacing{}), IsEmpty()); }

TEST(Field, RowsComeInTheOrderOfDeclaration) {
  std::vector<std::string_view> names;
  for_each_field<pacing>([&](auto const& row) { names.push_back(row.name); });
  EXPECT_THAT(names, ElementsAre("attempts", "factor", "pause", "limit", "share", "delays",
                                 "levels", "name"));
}

TEST(Field, EveryValueOutOfItsRangeIsTold) {
  pacing wrong;
  wrong.attempts = 0;
  wrong.factor = 11.25;
  wrong.pause = 48h;
  EXPECT_THAT(complaints(wrong), ElementsAre("attempts: 0 is out of range (1 .. 1000)",
                                             "factor: 11.25 is out of range (1 .. 10.5)",
                                             "pause: 2d is out of range (1ms .. 1d)"));
}

TEST(Field, ARangeBoundsWhatOptionalsListsAndMapsHold) {
  pacing wrong;
  wrong.share = 101;
  wrong.delays = {1s, 2h, 3h};
  wrong.levels = {{"a", {1, 2}}, {"b", {10}}};
  EXPECT_THAT(
      complaints(wrong),
      ElementsAre("share: 101 is out of range (1 .. 100)", "delays: 2h is out of range (1ms .. 1h)",
                  "delays: 3h is out of range (1ms .. 1h)", "levels: 10 is out of range (0 .. 9)"));
}

TEST(Field, OffIsAValueOnlyWhereItIsAllowed) {
  pacing wrong;
  wrong.pause = off;
  EXPECT_THAT(complaints(wrong), ElementsAre("pause: off is out of range (1ms .. 1d)"));
  EXPECT_EQ(to_text(value_range<duration>{1ms, 1s, true}), "1ms .. 1s, or off");
}

TEST(Field, NotANumberIsInNoRange) {
  EXPECT_FALSE(within(value_range<double>{0, 1}, std::numeric_limits<double>::quiet_NaN()));
}

TEST(Field, ContradictionsAreToldWhereEveryFieldIsInItsRange) {
  pacing wrong;
  wrong.pause = 2s;
  wrong.limit = 1s;
  EXPECT_THAT(complaints(wrong), ElementsAre("limit: 1s is below pause (pause .. 7d)"));
  wrong.attempts = 0;
  EXPECT_THAT(complaints(wrong), ElementsAre("attempts: 0 is out of range (1 .. 1000)"));
}

TEST(Field, OptionsInsideOfOptionsAreCheckedToo) {
  fleet wrong;
  wrong.usual.attempts = 0;
  wrong.spare.emplace().pause = 2s;
  wrong.spare->limit = 1s;
  wrong.named["a"].factor = 11;
  wrong.by_size[size::large].attempts = 1001;
  wrong.ranked.resize(2);
  wrong.ranked[1].share = 101;

  EXPECT_THAT(complaints(wrong), ElementsAre("usual.attempts: 0 is out of range (1 .. 1000)",
                                             "spare.limit: 1s is below pause (pause .. 7d)",
                                             "named.a.factor: 11 is out of range (1 .. 10.5)",
                                             "by_size.large.attempts: 1001 is out of range "
                                             "(1 .. 1000)",
                                             "ranked[1].share: 101 is out of range (1 .. 100)"));
}

TEST(Field, AMapMayBeKeyedByAnEnumeration) {
  static_assert(std::is_same_v<bound_of<std::map<size, duration>>, duration>);
  fleet wrong;
  wrong.limits = {{size::small, 1s}, {size::large, 2h}};

  EXPECT_THAT(complaints(wrong), ElementsAre("limits: 2h is out of range (1ms .. 1h)"));
}

TEST(Field, TextsHaveNoRange) {
  static_assert(std::is_void_v<bound_of<std::string>>);
  static_assert(std::is_void_v<bound_of<bool>>);
  static_assert(std::is_same_v<bound_of<std::optional<std::vector<int>>>, int>);
}

}  // namespace
}  // namespace holdfast
