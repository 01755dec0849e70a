#include "holdfast/manage/registry.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Registry, GuardsAreListedByName) {
  registry known;
  EXPECT_TRUE(known.add(guard{"b"}));
  EXPECT_TRUE(known.add(guard{"a"}));

  auto const all = known.guards();

  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name(), "a");
  EXPECT_EQ(all[1].name(), "b");
}

TEST(Registry, ASecondGuardOfANameIsRefusedWithWhatToDo) {
  registry known;
  EXPECT_TRUE(known.add(guard{"a"}));

  auto const again = known.add(guard{"a"});

  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().text.view(),
            "a guard has this name already: a; name each operation once, share the guard");
}

TEST(Registry, WhatWasRemovedIsNotFoundAndItsNameIsFree) {
  registry known;
  EXPECT_TRUE(known.add(guard{"a"}));
  known.remove("a");
  known.remove("never there");

  EXPECT_FALSE(known.find("a"));
  EXPECT_TRUE(known.add(guard{"a"}));
  EXPECT_TRUE(known.find("a"));
}

}  // namespace
}  // namespace holdfast
