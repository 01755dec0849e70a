#include "holdfast/core/verdict.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

constexpr auto S = verdict::success;
constexpr auto F = verdict::failure;
constexpr auto X = verdict::neutral;

verdict judged(fault whose, category what, bool throttled_counts = false) {
  return verdict_on({.category = what, .fault = whose}, throttled_counts);
}

TEST(BreakerVerdict, OnlyTheDependencysFaultCountsAgainstIt) {
  EXPECT_EQ(judged(fault::dependency, category::timeout), F);
  EXPECT_EQ(judged(fault::caller, category::not_found), S);
  EXPECT_EQ(judged(fault::nobody, category::unknown), X);
}

TEST(BreakerVerdict, Trap26WhatOurOwnGuardsRefuseSaysNothingOfTheDependency) {
  EXPECT_EQ(judged(fault::local, category::rejected), X);
  EXPECT_EQ(judged(fault::local, category::resource), X);
  EXPECT_EQ(judged(fault::dependency, category::rejected), X);
}

TEST(BreakerVerdict, Trap04ACancelledCallSaysNothingOfTheDependency) {
  EXPECT_EQ(judged(fault::nobody, category::cancelled), X);
  EXPECT_EQ(judged(fault::dependency, category::cancelled), X);
}

TEST(BreakerVerdict, Trap32ThrottledIsNotDownUnlessConfigured) {
  EXPECT_EQ(judged(fault::dependency, category::throttled), X);
  EXPECT_EQ(judged(fault::dependency, category::throttled, true), F);
}

}  // namespace
}  // namespace holdfast
