#include "holdfast/manage/lint.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> described(std::string_view text) {
  auto const file = resilience_file::parse(text, "r.yaml");
  EXPECT_TRUE(file.has_value()) << describe(file.error());
  std::vector<std::string> told;
  if (!file) return told;
  for (lint_finding const& each : lint(*file)) told.push_back(describe(each));
  return told;
}

/// The rules that a file of tests/manage/lint breaks, each once.
std::vector<std::string_view> broken_by(std::string const& name) {
  auto const file = resilience_file::read(std::string{LINT_FILES} + "/" + name);
  EXPECT_TRUE(file.has_value()) << describe(file.error());
  std::vector<std::string_view> rules;
  if (!file) return rules;
  for (lint_finding const& each : lint(*file)) {
    if (rules.empty() || rules.back() != each.rule.name) rules.push_back(each.rule.name);
  }
  return rules;
}

TEST(Lint, EachRuleHasAFileThatBreaksItAloneAndATwinThatBreaksNone) {
  for (lint_rule const& each : lint_rules()) {
    std::string const name{each.name};
    EXPECT_THAT(broken_by(name + ".yaml"), ElementsAre(each.name));
    EXPECT_THAT(broken_by(name + ".well.yaml"), IsEmpty()) << name;
  }
}

TEST(Lint, EachFileBelongsToARule) {
  std::size_t files = 0;
  for (auto const& each : std::filesystem::directory_iterator{LINT_FILES}) {
    files += each.path().extension() == ".yaml" ? 1 : 0;
  }
  EXPECT_EQ(files, 2 * lint_rules().size());
}

TEST(Lint, RulesAreListedByNameAndEachOnce) {
  auto const rules = lint_rules();

  for (std::size_t i = 1; i < rules.size(); ++i) EXPECT_LT(rules[i - 1].name, rules[i].name);
}

TEST(Lint, AFindingPointsToTheLineThatSetTheFieldAndSaysWhatToDo) {
  EXPECT_THAT(
      described("defaults:\n"
                "  attempt_timeout: 5s\n"
                "operations:\n"
                "  page:\n"
                "    retry: {max_attempts: 4, jitter: none}\n"
                "    total_timeout: 12s\n"),
      ElementsAre(
          "r.yaml:5:27  warning: page.retry.max_attempts: attempt 4 of 4 never begins after "
          "attempts that time out: they and their pauses take 15.7s at least, total_timeout "
          "(12s) [retry_past_deadline]\n"
          "    fewer attempts, a shorter attempt_timeout, or more time",
          "r.yaml:5:38  warning: page.retry.jitter: callers that failed together come back "
          "together [retry_in_step]\n"
          "    any jitter"));
}

TEST(Lint, WhatManyOperationsHaveFromOneLineIsToldOnce) {
  EXPECT_THAT(described("defaults: {retry: {jitter: none}}\noperations: {a: {}, b: {}, c: {}}\n"),
              ElementsAre("r.yaml:1:28  warning: a.retry.jitter: callers that failed together come "
                          "back together [retry_in_step]; the same in 2 operations more\n"
                          "    any jitter"));
}

TEST(Lint, AttemptsMultiplyOverAllThatIsAround) {
  EXPECT_THAT(described("defaults: {retry: {max_attempts: 3}}\n"
                        "operations: {a: {}, b: {within: a, retry: off}, c: {within: b}}\n"),
              ElementsAre("r.yaml:2:61  warning: c.within: retries within retries: 3 x 3 (a) make "
                          "up to 9 attempts of one call [nested_retries]\n"
                          "    retry in one place: the innermost that knows whether it helps"));
}

TEST(Lint, PatternsAndDefaultsAreLookedAtWhereNoOperationIs) {
  std::string const in_step = "{retry: {jitter: none}}";

  EXPECT_EQ(described("defaults: " + in_step + "\n").size(), 1U);
  EXPECT_EQ(described("operations: {'a.*': " + in_step + "}\n").size(), 2U);
  EXPECT_EQ(described("operations: {'a.*': " + in_step + ", a.b: {retry: off}}\n").size(), 0U);
  EXPECT_EQ(described("defaults: " + in_step + "\noperations: {a: {retry: off}}\n").size(), 0U);
}

}  // namespace
}  // namespace holdfast
