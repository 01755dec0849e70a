#include "holdfast/manage/resilience_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

resilience_file read(std::string_view text) {
  auto file = resilience_file::parse(text, "r.yaml");
  EXPECT_TRUE(file.has_value()) << describe(file.error());
  return file ? *file : resilience_file{};
}

std::vector<std::string> complaints(std::string_view text) {
  auto const file = resilience_file::parse(text, "r.yaml");
  EXPECT_FALSE(file.has_value());
  std::vector<std::string> told;
  if (file) return told;
  for (problem const& each : file.error()) told.push_back(describe(each));
  return told;
}

TEST(ResilienceFile, AnEmptyFileGivesEveryOperationTheDefaultsOfCode) {
  EXPECT_EQ(read("").settings_for("any"), operation_settings{});
  EXPECT_EQ(resilience_file{}.settings_for("any"), operation_settings{});
  EXPECT_EQ(read("operations:\n  page: ~\n").settings_for("page"), operation_settings{});
}

TEST(ResilienceFile, APolicyThatIsWrittenBeginsWithItsOwnDefaults) {
  auto const page =
      read("operations:\n  page: {retry: {idempotent: true}, breaker: {}}\n").settings_for("page");

  EXPECT_EQ(page.policies.retry, (retry{.idempotent = true}));
  EXPECT_EQ(page.policies.breaker, breaker{});
  EXPECT_EQ(page.policies.hedge, operation_options{}.hedge);
}

TEST(ResilienceFile, TheMostSpecificWinsFieldByField) {
  auto const file = read(
      "defaults:\n"
      "  retry: {max_attempts: 2, initial_delay: 1s, max_delay: 1m}\n"
      "operations:\n"
      "  db.*: {retry: {max_attempts: 3, initial_delay: 2s}}\n"
      "  db.molecules.*: {retry: {max_attempts: 4}}\n"
      "  db.molecules.write: {retry: {jitter: full}}\n"
      "  dbx: {}\n");

  auto const write = file.settings_for("db.molecules.write").policies.retry;
  EXPECT_EQ(write.max_attempts, 4);
  EXPECT_EQ(write.initial_delay, 2s);
  EXPECT_EQ(write.max_delay, 1min);
  EXPECT_EQ(write.jitter, jitter::full);
  EXPECT_EQ(file.settings_for("db.molecules.read").policies.retry.max_attempts, 4);
  EXPECT_EQ(file.settings_for("db.other").policies.retry.max_attempts, 3);
  EXPECT_EQ(file.settings_for("db").policies.retry.max_attempts, 2);
  EXPECT_EQ(file.settings_for("dbx").policies.retry.max_attempts, 2);
  EXPECT_EQ(file.settings_for("").policies.retry.max_attempts, 2);
  EXPECT_EQ(file.settings_for("db.*").policies.retry.max_attempts, 3);
}

TEST(ResilienceFile, UsedPoliciesComeBeforeTheFieldsOfTheEntryThatUsesThem) {
  auto const file = read(
      "defaults: {use: base}\n"
      "policies:\n"
      "  base: {retry: {max_attempts: 2, jitter: none}}\n"
      "  steady: {retry: {max_attempts: 5, initial_delay: 1s}}\n"
      "  careful: {retry: {initial_delay: 3s}}\n"
      "operations:\n"
      "  one: {use: [steady, careful], retry: {backoff_factor: 3}}\n"
      "  two: {use: [careful, steady]}\n");

  auto const one = file.settings_for("one").policies.retry;
  EXPECT_EQ(one.max_attempts, 5);
  EXPECT_EQ(one.initial_delay, 3s);
  EXPECT_EQ(one.backoff_factor, 3);
  EXPECT_EQ(one.jitter, jitter::none);
  EXPECT_EQ(file.settings_for("two").policies.retry.initial_delay, 1s);
}

TEST(ResilienceFile, MapsAreMergedAndListsAreReplaced) {
  auto const page = read(
                        "defaults:\n"
                        "  retry:\n"
                        "    backoff: delays\n"
                        "    delays: [1s, 2s, 3s]\n"
                        "    per_category: {timeout: {max_attempts: 2}, data: {max_attempts: 1}}\n"
                        "operations:\n"
                        "  page:\n"
                        "    retry:\n"
                        "      delays: [5s]\n"
                        "      per_category: {timeout: {max_delay: 9s}}\n")
                        .settings_for("page")
                        .policies.retry;

  EXPECT_THAT(page.delays, ElementsAre(5s));
  EXPECT_THAT(page.per_category,
              ElementsAre(Pair(category::timeout,
                               retry_override{.max_attempts = 2, .max_delay = duration{9s}}),
                          Pair(category::data, retry_override{.max_attempts = 1})));
}

TEST(ResilienceFile, OffAndNothingTakeAwayWhatWasInherited) {
  auto const file = read(
      "defaults:\n"
      "  retry: {max_attempts: 9, max_elapsed: 1m}\n"
      "  attempt_timeout: 2s\n"
      "  per_key: {max_keys: 5}\n"
      "operations:\n"
      "  a: {retry: off, attempt_timeout: off, per_key: off}\n"
      "  b: {retry: ~}\n"
      "  c: {retry: {max_elapsed: ~}}\n"
      "  a.*: {retry: off}\n"
      "  a.again: {retry: {jitter: none}}\n");

  EXPECT_EQ(file.settings_for("a"), operation_settings{});
  EXPECT_EQ(file.settings_for("b").policies.retry, operation_options{}.retry);
  EXPECT_EQ(file.settings_for("c").policies.retry, retry{.max_attempts = 9});
  EXPECT_EQ(file.settings_for("a.again").policies.retry, retry{.jitter = jitter::none});
}

TEST(ResilienceFile, ATimeoutMayBeWrittenShort) {
  auto const page = read(
                        "defaults: {attempt_timeout: {limit: 1s}}\n"
                        "operations: {page: {attempt_timeout: 2s, total_timeout: 10s}}\n")
                        .settings_for("page");

  EXPECT_EQ(page.policies.attempt_timeout.limit, 2s);
  EXPECT_EQ(page.policies.total_timeout.limit, 10s);
}

TEST(ResilienceFile, ABudgetIsSharedByItsNameOrAnOperationsOwn) {
  auto const file = read(
      "budgets: {api: {capacity: 50}, spare: ~}\n"
      "defaults: {budget: api}\n"
      "operations:\n"
      "  page: {}\n"
      "  row: {budget: {capacity: 7}}\n"
      "  none: {budget: ~}\n");

  EXPECT_EQ(file.settings_for("page").budget, "api");
  EXPECT_EQ(file.settings_for("page").policies.budget, budget{});
  EXPECT_EQ(file.settings_for("row").budget, "");
  EXPECT_EQ(file.settings_for("row").policies.budget, budget{.capacity = 7});
  EXPECT_EQ(file.settings_for("none").budget, "");
  EXPECT_THAT(file.budgets(),
              ElementsAre(Pair("api", budget{.capacity = 50}), Pair("spare", budget{})));
}

TEST(ResilienceFile, EverythingElseOfAnOperationIsRead) {
  auto const file = read(
      "operations:\n"
      "  run: {}\n"
      "  page: {kind: http, nesting: untracked, within: run, required: true, per_key: {}}\n");

  auto const page = file.settings_for("page");
  EXPECT_EQ(page.policies.kind, operation_kind::http);
  EXPECT_EQ(page.policies.nesting, nesting::untracked);
  EXPECT_EQ(page.within, "run");
  EXPECT_TRUE(page.required);
  EXPECT_EQ(page.per_key, key_limits{});
}

TEST(ResilienceFile, NamesAreToldInTheOrderOfTheFile) {
  auto const file = read("operations: {b: {}, 'x.*': {}, a: {}}\n");

  EXPECT_THAT(file.operations(), ElementsAre("b", "a"));
  EXPECT_THAT(file.patterns(), ElementsAre("x.*"));
  EXPECT_EQ(file.place_of("a"), (text_position{"r.yaml", 1, 32}));
  EXPECT_EQ(file.place_of("c").line, 0U);
}

TEST(ResilienceFile, RulesOfClassificationAreMadeReady) {
  auto const file = read("classify: {rules: [{kind: http, code: 404, category: transient}]}\n");

  failure seen;
  seen.code.kind = code_kind::http;
  seen.code.value = "404";
  EXPECT_EQ(file.rules().apply(seen).category, category::transient);
  EXPECT_EQ(file.classification().rules.size(), 1U);
}

TEST(ResilienceFile, StateIsReadAndMayBeLeftOut) {
  auto const file = read("state: {store: 'file:/tmp/s', save_every: 2s}\n");

  EXPECT_EQ(file.state(), (state_settings{.store = "file:/tmp/s", .save_every = 2s}));
  EXPECT_EQ(read("state: ~\n").state(), state_settings{});
}

TEST(ResilienceFile, JsonIsReadLikeYaml) {
  auto const file = read(R"({"operations": {"page": {"retry": {"max_attempts": 4}}}})");

  EXPECT_EQ(file.settings_for("page").policies.retry.max_attempts, 4);
}

TEST(ResilienceFile, TheUsualNamesOfTheFieldAreThoseOfTheFile) {
  auto const page = read(
                        "operations:\n"
                        "  page:\n"
                        "    retry: {max_attempts: 5, initial_delay: 200ms, max_delay: 30s,\n"
                        "            backoff_factor: 2.0, jitter_factor: 0.1}\n"
                        "    breaker: {failure_threshold: 5, recovery_timeout: 60s,\n"
                        "              success_threshold: 2}\n")
                        .settings_for("page");

  EXPECT_EQ(
      page.policies.retry,
      (retry{.max_attempts = 5, .initial_delay = 200ms, .max_delay = 30s, .jitter_factor = 0.1}));
  EXPECT_EQ(page.policies.breaker, (breaker{.recovery_timeout = 60s, .success_threshold = 2}));
}

TEST(ResilienceFile, EverythingWrongIsToldAtOnceAlsoWhereNobodyUsesIt) {
  EXPECT_THAT(
      complaints("defaults:\n"
                 "  retry: {max_atempts: 5}\n"
                 "policies:\n"
                 "  steady: {breaker: {recovery_timeout: 30}}\n"
                 "  careful: {use: steady}\n"
                 "operations:\n"
                 "  a.*: {retry: {max_attempts: 5000}}\n"
                 "  page: {use: stedy, budget: api, kind: htp}\n"
                 "retries: {}\n"),
      ElementsAre(
          "r.yaml:2:11  defaults.retry.max_atempts: unknown key; did you mean max_attempts?",
          "r.yaml:4:40  policies.steady.breaker.recovery_timeout: '30' has no unit\n"
          "    write 30s, 30ms, …; units: ns, us, ms, s, m, h, d",
          "r.yaml:5:13  policies.careful.use: unknown key\n"
          "    known keys: kind, nesting, required, total_timeout, retry, budget, hedge, breaker, "
          "bulkhead, limiter, attempt_timeout, fault_injection, per_key",
          "r.yaml:7:31  operations.a.*.retry.max_attempts: '5000' is out of range\n"
          "    allowed: 1 .. 1000",
          "r.yaml:8:15  operations.page.use: there is no policy 'stedy'; did you mean steady?",
          "r.yaml:8:30  operations.page.budget: there is no budget 'api'\n"
          "    the file names none",
          "r.yaml:8:41  operations.page.kind: 'htp' is not known here; did you mean http?\n"
          "    allowed: other, database, http, process",
          "r.yaml:9:1  retries: unknown key\n"
          "    known keys: defaults, policies, budgets, operations, classify, state"));
}

TEST(ResilienceFile, WhatOtherLibrariesCallOtherwiseIsToldByItsNameHere) {
  EXPECT_THAT(complaints("operations:\n  page: {circuit_breaker: {}, timeout: 2s}\n"),
              ElementsAre("r.yaml:2:10  operations.page.circuit_breaker: unknown key\n"
                          "    here it is called: breaker",
                          "r.yaml:2:31  operations.page.timeout: unknown key\n"
                          "    here it is called: attempt_timeout, total_timeout"));
}

TEST(ResilienceFile, AContradictionPointsToTheLineThatIsWrongWhereverItIsInheritedFrom) {
  EXPECT_THAT(complaints("policies:\n"
                         "  quick: {retry: {max_delay: 50ms}}\n"
                         "operations:\n"
                         "  page: {use: quick}\n"),
              ElementsAre("r.yaml:2:30  operations.page.retry.max_delay: 50ms is below "
                          "initial_delay (100ms)\n    allowed: initial_delay .. 7d"));
}

TEST(ResilienceFile, APolicyThatContradictsItselfAloneIsFineWhereItIsUsed) {
  auto const page = read(
                        "policies:\n"
                        "  quick: {retry: {max_delay: 50ms}}\n"
                        "operations:\n"
                        "  page: {use: quick, retry: {initial_delay: 10ms}}\n")
                        .settings_for("page");

  EXPECT_EQ(page.policies.retry.max_delay, 50ms);
}

TEST(ResilienceFile, WhatManyOperationsInheritIsToldOnce) {
  EXPECT_THAT(complaints("operations:\n"
                         "  db.*: {breaker: {slow_call_rate: 0.5}}\n"
                         "  db.a: {}\n"
                         "  db.b: {}\n"
                         "  db.c: {breaker: {slow_call: 1s}}\n"),
              ElementsAre("r.yaml:2:36  operations.db.*.breaker.slow_call_rate: needs slow_call, "
                          "which is off; the same in 2 operations more\n"
                          "    allowed: off, or set slow_call"));
}

TEST(ResilienceFile, PoliciesThatContradictEachOtherAreRefused) {
  EXPECT_THAT(complaints("operations:\n"
                         "  page: {hedge: {}, retry: {}}\n"
                         "  row: {nesting: untracked, breaker: {max_hanging: 2, slow_call: 1s}}\n"),
              ElementsAre("r.yaml:2:17  operations.page.hedge: attempts that run side by side are "
                          "safe only for an idempotent operation\n"
                          "    allowed: hedge with retry.idempotent true",
                          "r.yaml:3:52  operations.row.breaker.max_hanging: calls that are not "
                          "tracked can't be found hanging\n"
                          "    allowed: max_hanging 0, or nesting tracked"));
}

TEST(ResilienceFile, NamesAreHeldToWhatAGuardAccepts) {
  std::string const longest(120, 'n');
  EXPECT_EQ(read("operations: {" + longest + ": {}}\n").operations().size(), 1U);
  for (std::string const& name : {std::string{"''"}, longest + "n", std::string{"\"a\\tb\""},
                                  std::string{"'*'"}, std::string{"'.*'"}, std::string{"'db*'"},
                                  std::string{"'*.read'"}, std::string{"'a.*.*'"}}) {
    EXPECT_EQ(complaints("operations: {" + name + ": {}}\n").size(), 1U) << name;
  }
  EXPECT_THAT(complaints("policies: {'a.*': {}}\nbudgets: {off: {}}\n"),
              ElementsAre("r.yaml:1:12  policies: 'a.*' holds a star\n"
                          "    allowed: names without one; patterns are for operations",
                          "r.yaml:2:16  budgets.off: off is no name for a budget\n"
                          "    allowed: any other name"));
}

TEST(ResilienceFile, KeysAndTheNameBeforeThemMustFitIntoOneName) {
  std::string const name(60, 'n');

  EXPECT_THAT(complaints("operations: {" + name + ": {per_key: {}}}\n"),
              ElementsAre(testing::HasSubstr(
                  ".per_key.max_key_length: 64 bytes behind a name of 60 and a dot make more than "
                  "120")));
}

TEST(ResilienceFile, WhatIsNoMapIsRefusedWithWhatIsAllowed) {
  EXPECT_THAT(complaints("operations: {page: {retry: 5, breaker: [], budget: off, use: {}}}\n"
                         "policies: 7\n"),
              ElementsAre("r.yaml:1:28  operations.page.retry: '5' is no map of fields\n"
                          "    allowed: its fields, or off",
                          "r.yaml:1:40  operations.page.breaker: expected a map, found a list",
                          "r.yaml:1:52  operations.page.budget: a budget is always on\n"
                          "    allowed: a name of budgets, or its fields; for retries without any "
                          "limit {capacity: off}",
                          "r.yaml:1:62  operations.page.use: expected a list, found a map",
                          "r.yaml:2:11  policies: expected a map, found '7'"));
}

TEST(ResilienceFile, WhatIsCalledWithinAnotherMustBeNamedAndEndSomewhere) {
  EXPECT_THAT(
      complaints("operations:\n"
                 "  a: {within: b}\n"
                 "  b: {within: c}\n"
                 "  c: {within: a}\n"
                 "  d: {within: impot}\n"
                 "  import: {}\n"
                 "  e.*: {within: e.run}\n"
                 "  e.run: {}\n"),
      ElementsAre("r.yaml:4:15  operations.c.within: goes round: a within b within c "
                  "within a\n    allowed: an operation that is not called within this one; "
                  "~ for none",
                  "r.yaml:5:15  operations.d.within: there is no operation 'impot'; did you "
                  "mean import?",
                  "r.yaml:7:17  operations.e.run.within: goes round: e.run within e.run\n"
                  "    allowed: an operation that is not called within this one; ~ for "
                  "none"));
  EXPECT_EQ(read("operations: {'e.*': {within: e.run}, e.run: {within: ~}}\n")
                .settings_for("e.page")
                .within,
            "e.run");
}

TEST(ResilienceFile, ManyProblemsAreCutAndCounted) {
  std::string text = "operations:\n";
  for (int i = 0; i < 150; ++i) text += "  op" + std::to_string(i) + ": {colour: red}\n";

  auto const told = complaints(text);

  ASSERT_EQ(told.size(), resilience_file::most_problems + 1);
  EXPECT_EQ(told.back(), "r.yaml  and 50 problems more");
}

TEST(ResilienceFile, AnEntryIsBoundedInItsValuesAndInThePoliciesThatItUses) {
  std::string list;
  for (int i = 0; i < 1000; ++i) list += "1s, ";
  EXPECT_THAT(complaints("operations: {page: {retry: {delays: [" + list + "1s]}}}\n"),
              ElementsAre(testing::HasSubstr("operations.page: holds 1004 values")));
  std::string uses;
  for (int i = 0; i < 17; ++i) uses += "a, ";
  EXPECT_THAT(complaints("policies: {a: {}}\noperations: {page: {use: [" + uses + "]}}\n"),
              ElementsAre(testing::HasSubstr("operations.page.use: uses 17 policies")));
}

TEST(ResilienceFile, AFileThatAsksForTooMuchMergingIsRefused) {
  std::string text = "policies:\n";
  std::string list;
  for (int i = 0; i < 900; ++i) list += "1s,";
  text += "  wide: {retry: {backoff: delays, delays: [" + list + "]}}\noperations:\n";
  for (int i = 0; i < 1000; ++i) {
    text += " o" + std::to_string(i) + ": {use: [wide,wide,wide]}\n";
  }

  auto const told = complaints(text);

  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], testing::HasSubstr("more than can be worked out"));
}

TEST(ResilienceFile, AFileThatCannotBeReadIsOneProblem) {
  auto const file = resilience_file::read("/nowhere/resilience.yaml");

  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().size(), 1U);
}

}  // namespace
}  // namespace holdfast
