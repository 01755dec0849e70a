#include "holdfast/classify/rules/rule_set.hpp"

#include "holdfast/classify/http.hpp"
#include "holdfast/classify/sqlstate.hpp"
#include "holdfast/config/load.hpp"
#include "holdfast/config/parse.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// The rules of a file, or what is wrong with them as a user reads it.
expected<classification_rules, std::string> read(std::string_view text) {
  return parse_yaml(text, "r.yaml")
      .and_then(load_from<classification_rules>)
      .map_error([](problems const& found) { return describe(found); });
}

rule_set rules(std::string_view text) {
  auto const loaded = read(text);
  EXPECT_TRUE(loaded) << loaded.error();
  return rule_set::make(loaded.value()).value();
}

std::string refusal(std::string_view text) {
  auto const loaded = read(text);
  return loaded ? "loaded" : loaded.error();
}

failure raised(std::string_view message) {
  return classify_sqlstate({.sqlstate = "P0001", .how_far = phase::sent, .message = message});
}

TEST(RuleSet, AFileChangesAVerdict) {
  rule_set const mine = rules(
      "rules:\n"
      "- {kind: sqlstate, code: P0001, pattern: 'quota .* exceeded', category: throttled,\n"
      "   severity: low, advice: after_backoff}\n");

  failure const seen = mine.apply(raised("daily quota of lab 7 exceeded"));

  EXPECT_EQ(seen.category, category::throttled);
  EXPECT_EQ(seen.severity, severity::low);
  EXPECT_EQ(seen.fault, fault::dependency);
  EXPECT_EQ(seen.advice, advice::after_backoff);
  EXPECT_EQ(seen.code, raised("").code);
  EXPECT_EQ(mine.apply(raised("no such molecule")), raised("no such molecule"));
}

TEST(RuleSet, TheFirstRuleThatFitsDecides) {
  rule_set const mine = rules(
      "rules:\n"
      "- {kind: http, code: 404, severity: low}\n"
      "- {kind: http, code: 4xx, severity: critical}\n"
      "- {kind: http, code: '*', severity: high}\n");

  EXPECT_EQ(mine.apply(classify_http(404)).severity, severity::low);
  EXPECT_EQ(mine.apply(classify_http(410)).severity, severity::critical);
  EXPECT_EQ(mine.apply(classify_http(503)).severity, severity::high);
  EXPECT_EQ(mine.apply(raised("")).severity, raised("").severity);
}

TEST(RuleSet, AClassOfCodesIsItsBeginning) {
  rule_set const mine = rules("rules: [{kind: sqlstate, code: 23*, advice: now}]");

  EXPECT_EQ(mine.apply(classify_sqlstate("23505", phase::sent)).advice, advice::now);
  EXPECT_EQ(mine.apply(classify_sqlstate("22023", phase::sent)).advice, advice::never);
  EXPECT_EQ(mine.apply(classify_http(503)).advice, advice::if_idempotent);
}

TEST(RuleSet, APatternAloneFitsAnyKind) {
  rule_set const mine = rules("rules: [{pattern: '(?i)maintenance', advice: after_backoff}]");

  EXPECT_EQ(mine.apply(classify_http(500, {}, "Maintenance until 9")).advice,
            advice::after_backoff);
  EXPECT_EQ(mine.apply(classify_http(500, {}, "oops")).advice, advice::if_idempotent);
}

TEST(RuleSet, TheFaultFollowsTheCategoryUnlessItIsSaid) {
  failure const missing = classify_http(404);

  EXPECT_EQ(rules("rules: [{kind: http, code: 404, category: transient}]").apply(missing).fault,
            fault::dependency);
  EXPECT_EQ(rules("rules: [{kind: http, code: 404, category: transient, fault: nobody}]")
                .apply(missing)
                .fault,
            fault::nobody);
}

TEST(RuleSet, WhatIsInDoubtStaysInDoubt) {
  rule_set const mine =
      rules("rules: [{kind: sqlstate, code: 08006, category: transient, advice: now}]");

  failure const sent = mine.apply(classify_sqlstate("08006", phase::sent));
  failure const doubtful = mine.apply(classify_sqlstate("08006", phase::awaiting_commit));

  EXPECT_EQ(sent.advice, advice::now);
  EXPECT_EQ(doubtful.advice, advice::resolve_first);
  EXPECT_EQ(doubtful.category, category::in_doubt);
}

TEST(RuleSet, WhatARulePutsInDoubtIsFoundOutFirst) {
  rule_set const mine = rules("rules: [{kind: http, code: 502, category: in_doubt}]");

  EXPECT_EQ(mine.apply(classify_http(502)).advice, advice::resolve_first);
  EXPECT_THAT(refusal("rules: [{kind: http, code: 502, category: in_doubt, advice: now}]"),
              HasSubstr("now beside category in_doubt"));
  EXPECT_EQ(refusal("rules: [{kind: http, code: 502, category: in_doubt, advice: resolve_first}]"),
            "loaded");
}

TEST(ClassificationRules, ARuleCanNotSayThatAGuardRefusedTheCall) {
  EXPECT_THAT(refusal("rules: [{kind: http, code: 502, category: rejected, advice: now}]"),
              HasSubstr("calls that a guard never let run"));
}

TEST(RuleSet, NeverDropsTheServersWait) {
  rule_set const mine = rules("rules: [{kind: http, code: 429, advice: never}]");

  EXPECT_EQ(mine.apply(classify_http(429, 7s)).retry_after, std::nullopt);
}

TEST(RuleSet, WithoutRulesNothingChanges) {
  EXPECT_EQ(rule_set{}.apply(classify_http(503)), classify_http(503));
}

TEST(ClassificationRules, AWrongWordIsAProblemWithItsPlace) {
  std::string const told = refusal(
      "rules:\n"
      "- {kind: http, code: 503, category: transiant}\n"
      "- {kind: htp, code: 503, severity: low, advise: now}\n");

  EXPECT_THAT(told, HasSubstr("r.yaml:2:37  rules[0].category: 'transiant'"));
  EXPECT_THAT(told, HasSubstr("transient"));
  EXPECT_THAT(told, HasSubstr("r.yaml:3:10"));
  EXPECT_THAT(told, HasSubstr("did you mean advice?"));
}

TEST(ClassificationRules, ABadPatternIsAProblemWithItsPlace) {
  std::string const told = refusal("rules:\n- {pattern: 'a(b', category: data}\n");

  EXPECT_THAT(told, HasSubstr("r.yaml:2:13  rules[0].pattern: 'a(b' can't be read: missing )"));
}

TEST(ClassificationRules, ARuleThatSaysTooLittleIsRefused) {
  EXPECT_THAT(refusal("rules: [{category: data}]"), HasSubstr("is missing, and so is pattern"));
  EXPECT_THAT(refusal("rules: [{kind: http, code: 503}]"), HasSubstr("change nothing"));
  EXPECT_THAT(refusal("rules: [{code: 503, severity: low}]"), HasSubstr("with kind beside it"));
  EXPECT_THAT(refusal("rules: [{kind: http, code: 5*3, severity: low}]"),
              HasSubstr("no class of codes"));
  EXPECT_THAT(refusal("rules: [{kind: http, code: '5 3', severity: low}]"),
              HasSubstr("no class of codes"));
}

std::string refused_code(std::string const& kind, std::string const& code) {
  return refusal("rules: [{kind: " + kind + ", code: '" + code + "', severity: low}]");
}

TEST(ClassificationRules, ACodeThatNoFailureCanHaveIsRefusedWithTheOneThatWasMeant) {
  EXPECT_THAT(refused_code("http", "5XX"), HasSubstr("did you mean 5xx?"));
  EXPECT_THAT(refused_code("http", "50"), HasSubstr("a status of three digits"));
  EXPECT_THAT(refused_code("errno", "104"), HasSubstr("holdfast explain errno 104"));
  EXPECT_THAT(refused_code("errno", "CONNRESET"), HasSubstr("a name that begins with E"));
  EXPECT_THAT(refused_code("curl", "28"), HasSubstr("holdfast explain curl 28"));
  EXPECT_THAT(refused_code("sqlite", "5"), HasSubstr("holdfast explain sqlite 5"));
  EXPECT_THAT(refused_code("sqlite", "sqlite_busy"), HasSubstr("did you mean SQLITE_BUSY?"));
  EXPECT_THAT(refused_code("sqlstate", "4o001"), HasSubstr("fits no code of sqlstate"));
  EXPECT_THAT(refused_code("sqlstate", "p0001"), HasSubstr("such as 40P01"));
  EXPECT_THAT(refused_code("sqlstate", "400011"), HasSubstr("fits no code of sqlstate"));
  EXPECT_THAT(refused_code("exit", "EX_TEMPFAIL"), HasSubstr("or a signal such as SIGKILL"));
  EXPECT_THAT(refused_code("exit", "256"), HasSubstr("fits no code of exit"));
}

TEST(ClassificationRules, ACodeThatAFailureCanHaveIsTaken) {
  for (auto const& [kind, code] : {std::pair{"http", "5xx"},
                                   {"http", "5*"},
                                   {"http", "999"},
                                   {"http", "*"},
                                   {"errno", "ECONN*"},
                                   {"errno", "99999"},
                                   {"curl", "CURLE_SSL_*"},
                                   {"curl", "101"},
                                   {"sqlite", "SQLITE_BUSY*"},
                                   {"sqlstate", "23*"},
                                   {"sqlstate", "none"},
                                   {"sqlstate", "ZZ123"},
                                   {"exit", "SIGKILL"},
                                   {"exit", "13x"},
                                   {"redis", "MYWORD"}}) {
    EXPECT_EQ(refused_code(kind, code), "loaded") << kind << ' ' << code;
  }
}

TEST(ClassificationRules, AreBoundedInNumberAndLength) {
  classification_rules many;
  many.rules.resize(1001, {.kind = code_kind::http, .code = "503", .severity = severity::low});
  classification_rules const longest{
      {{.pattern = std::string(1001, 'a'), .severity = severity::low}}};
  classification_rules const greedy{
      {{.pattern = "((a{1,100}){1,100}){1,100}", .severity = severity::low}}};

  EXPECT_FALSE(rule_set::make(many));
  EXPECT_FALSE(rule_set::make(longest));
  EXPECT_FALSE(rule_set::make(greedy));
}

}  // namespace
}  // namespace holdfast
