#include "holdfast/manage/manager.hpp"

#include "manage/manager_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view three_attempts =
    "operations:\n"
    "  page:\n"
    "    retry: {max_attempts: 3, jitter: none, idempotent: true}\n"
    "    breaker: {failure_threshold: 1, recovery_timeout: 20s, recovery_jitter: 0}\n";

std::string with_attempts(int most) {
  return "operations:\n  page: {retry: {max_attempts: " + std::to_string(most) +
         ", jitter: none, idempotent: true}}\n";
}

TEST(Manager, AGuardByNameHasThePoliciesOfTheFile) {
  manager_bench b;
  manager managed = b.managed(with_attempts(3));

  EXPECT_EQ(attempts_of(managed.guard("page")), 3);
  EXPECT_EQ(attempts_of(managed.guard("unknown")), 1);
}

TEST(Manager, ANameIsOneGuardHoweverOftenItIsAsked) {
  manager_bench b;
  manager managed = b.managed(three_attempts);

  static_cast<void>(managed.guard("page")(fails));

  EXPECT_EQ(managed.guard("page").state(), breaker_state::open);
  EXPECT_EQ(managed.known().guards().size(), 1U);
}

TEST(Manager, AFileThatIsWrongIsToldWithAllItsProblems) {
  manager_bench b;
  b.write("operations:\n  page: {retry: {max_attempts: 0, max_delay: 5}}\n");

  auto const opened = manager::open(b.path("r.yaml"), b.options());

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().size(), 2U) << describe(opened.error());
  EXPECT_THROW((manager{b.path("r.yaml"), b.options()}), invalid_options);
  EXPECT_THROW((manager{b.path("missing.yaml"), b.options()}), invalid_options);
}

TEST(Manager, AReloadExchangesWhatHasChangedAndSaysSo) {
  manager_bench b;
  manager managed = b.managed(with_attempts(3));
  guard const page = managed.guard("page");
  b.write(with_attempts(5));

  auto const done = managed.reload();

  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(attempts_of(page), 5);
  ASSERT_EQ(done->operations.size(), 1U);
  EXPECT_EQ(done->operations[0].operation, "page");
  ASSERT_EQ(done->operations[0].fields.size(), 1U);
  field_change const& changed = done->operations[0].fields[0];
  EXPECT_EQ(changed.path, "retry.max_attempts");
  EXPECT_EQ(changed.before, "3");
  EXPECT_EQ(changed.after, "5");
  EXPECT_EQ(changed.where.line, 2U);
  EXPECT_THAT(b.last(audit_kind::reloaded), HasSubstr("page: retry.max_attempts: 3 -> 5"));
}

TEST(Manager, AReloadThatChangesNothingTellsNothing) {
  manager_bench b;
  manager managed = b.managed(with_attempts(3));
  static_cast<void>(managed.guard("page"));
  b.write("# a comment\n" + with_attempts(3));

  auto const done = managed.reload();

  ASSERT_TRUE(done);
  EXPECT_TRUE(done->changes_nothing());
  EXPECT_TRUE(b.told.empty());
  EXPECT_EQ(describe(*done), "nothing has changed");
}

TEST(Manager, Trap40AFileThatIsWrongAtAReloadChangesNothing) {
  manager_bench b;
  manager managed = b.managed(with_attempts(3));
  guard const page = managed.guard("page");
  b.write("operations:\n  page: {retry: {max_attempts: 9}}\n  other: {retry: {max_atempts: 2}}\n");

  auto const done = managed.reload();

  ASSERT_FALSE(done);
  EXPECT_EQ(attempts_of(page), 3);
  EXPECT_THAT(b.last(audit_kind::reload_refused), HasSubstr("r.yaml:3:"));
  EXPECT_EQ(managed.health().status, health_status::warn);
  EXPECT_TRUE(managed.health().ready);
  EXPECT_TRUE(managed.has_refused_file());
  b.write(with_attempts(3));
  ASSERT_TRUE(managed.reload()) << "as it was before";
  EXPECT_EQ(managed.health().status, health_status::pass);
  EXPECT_FALSE(managed.has_refused_file());
}

TEST(Manager, AnOpenBreakerStaysOpenWithTheSameEndWhereAnotherLineChanges) {
  manager_bench b;
  manager managed = b.managed(three_attempts);
  guard const page = managed.guard("page");
  static_cast<void>(page(fails));
  instant const end = page.stats().breaker.open_until;
  b.time.advance(5s);
  b.write(std::string{three_attempts} + "  db: {retry: {}}\n");

  ASSERT_TRUE(managed.reload());

  EXPECT_EQ(page.state(), breaker_state::open);
  EXPECT_EQ(page.stats().breaker.open_until, end);
}

TEST(Manager, OperationsShareABudgetByName) {
  manager_bench b;
  manager managed = b.managed(
      "defaults: {retry: {max_attempts: 3, jitter: none, idempotent: true}}\n"
      "budgets: {api: {capacity: 3, per_second: 0, per_call: 0}}\n"
      "operations: {a: {budget: api}, b: {budget: api}}\n");

  EXPECT_EQ(attempts_of(managed.guard("a")), 3);
  EXPECT_EQ(attempts_of(managed.guard("b")), 2);
  b.write(
      "defaults: {retry: {max_attempts: 3, jitter: none, idempotent: true}}\n"
      "budgets: {api: {capacity: off, per_second: 0, per_call: 0}}\n"
      "operations: {a: {budget: api}, b: {budget: api}}\n");
  auto const done = managed.reload();

  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_THAT(done->budgets, ElementsAre("api"));
  EXPECT_EQ(attempts_of(managed.guard("b")), 3);
}

TEST(Manager, RulesOfTheFileChangeWhatFailuresMean) {
  manager_bench b;
  manager managed = b.managed(with_attempts(3));
  guard const page = managed.guard("page");
  EXPECT_EQ(attempts_of(page), 3);
  b.write(with_attempts(3) + "classify: {rules: [{pattern: busy, advice: never}]}\n");

  auto const done = managed.reload();

  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_TRUE(done->rules_changed);
  EXPECT_EQ(attempts_of(page), 1);
}

TEST(Manager, GuardsPerKeyHaveThePoliciesOfTheFileAndChangeWithIt) {
  manager_bench b;
  manager managed = b.managed(with_attempts(3));
  guard_per_key const pages = managed.guards("page");
  EXPECT_EQ(attempts_of(pages["a"]), 3);
  b.write(with_attempts(2));

  ASSERT_TRUE(managed.reload());

  EXPECT_EQ(attempts_of(pages["a"]), 2);
  EXPECT_EQ(attempts_of(pages["b"]), 2);
}

TEST(Manager, TwoGuardsOfOneNameAreAnError) {
  manager_bench b;
  manager managed = b.managed(three_attempts);
  guard const mine{"page", retry{}};
  static_cast<void>(managed.guard("page"));

  auto const added = managed.add(mine);

  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().category, category::configuration);
  EXPECT_TRUE(managed.add(guard{"own", retry{}}));
  EXPECT_THROW(static_cast<void>(managed.guard("own")), invalid_options);
}

TEST(Manager, AnOrderIsObeyedAndTold) {
  manager_bench b;
  manager managed = b.managed(three_attempts);
  guard const page = managed.guard("page");

  ASSERT_TRUE(managed.obey(
      {.operation = "page", .what = order_kind::open, .why = "maintenance", .author = "ada"}));

  EXPECT_EQ(page.state(), breaker_state::forced_open);
  EXPECT_EQ(b.last(audit_kind::ordered), "open: maintenance");
  EXPECT_EQ(b.told.back().author, "ada");
  ASSERT_TRUE(managed.obey({.operation = "page", .what = order_kind::close, .author = "ada"}));
  EXPECT_EQ(page.state(), breaker_state::closed);
  EXPECT_FALSE(managed.obey({.operation = "pgae", .what = order_kind::close}));
}

TEST(ManagerHealth, AnOpenCircuitWarnsAndOneThatIsRequiredMakesTheProcessUnready) {
  manager_bench b;
  manager managed = b.managed(std::string{three_attempts} +
                              "  db: {breaker: {failure_threshold: 1}, required: true}\n");
  guard const page = managed.guard("page");
  guard const db = managed.guard("db");
  EXPECT_EQ(managed.health().status, health_status::pass);

  static_cast<void>(page(fails));
  health_report const warned = managed.health();
  static_cast<void>(db(fails));
  health_report const failed = managed.health();

  EXPECT_TRUE(warned.ready);
  EXPECT_EQ(warned.status, health_status::warn);
  EXPECT_EQ(warned.operations[1].reason, "its circuit is open: 1 failure in a row (limit 1)");
  EXPECT_FALSE(failed.ready);
  EXPECT_TRUE(failed.live);
  EXPECT_EQ(failed.status, health_status::fail);
}

TEST(ManagerHealth, OfManyKeysOneThatIsOpenWarnsAndAllOfThemMakeARequiredOperationFail) {
  manager_bench b;
  manager managed = b.managed(
      "operations:\n  http: {breaker: {failure_threshold: 1}, required: true, per_key: {}}\n");
  guard_per_key const hosts = managed.guards("http");
  EXPECT_EQ(managed.health().status, health_status::pass);
  static_cast<void>(hosts("one.example", fails));
  static_cast<void>(hosts("two.example", answers));

  health_report const warned = managed.health();
  ASSERT_EQ(warned.operations.size(), 1U);
  EXPECT_EQ(warned.operations[0].operation, "http");
  EXPECT_EQ(warned.operations[0].state, breaker_state::open);
  EXPECT_EQ(warned.operations[0].reason, "of 2 keys 1 are not closed: http.one.example (open)");
  EXPECT_TRUE(warned.ready);
  static_cast<void>(hosts("two.example", fails));

  EXPECT_FALSE(managed.health().ready);
}

TEST(ManagerHealth, AnEmptyBudgetWarns) {
  manager_bench b;
  manager managed = b.managed(
      "operations:\n  page:\n    retry: {max_attempts: 5, jitter: none, idempotent: true}\n"
      "    budget: {capacity: 2, per_second: 0, per_call: 0}\n");
  EXPECT_EQ(attempts_of(managed.guard("page")), 3);

  EXPECT_THAT(managed.health().operations[0].reason, HasSubstr("budget is empty"));
}

std::string stored(manager_bench const& b, std::string_view more) {
  return "state: {store: \"file:" + b.path("state") + "\"}\n" + std::string{more};
}

TEST(ManagerState, TheNextRunGoesOnWhereThisOneEnded) {
  manager_bench b;
  {
    manager first = b.managed(stored(b, three_attempts));
    static_cast<void>(first.guard("page")(fails));
    ASSERT_TRUE(first.keep_state());
  }
  manager second = b.managed(stored(b, three_attempts));

  guard const page = second.guard("page");

  EXPECT_EQ(page.state(), breaker_state::open);
  EXPECT_THAT(b.last(audit_kind::state_loaded), HasSubstr("open"));
  EXPECT_FALSE(page(answers));
  b.time.advance(20s);
  EXPECT_TRUE(page(answers));
}

TEST(ManagerState, AtItsEndAManagerKeepsWhatItKnows) {
  manager_bench b;
  {
    manager first = b.managed(stored(b, three_attempts));
    static_cast<void>(first.guard("page")(fails));
  }
  manager second = b.managed(stored(b, three_attempts));

  EXPECT_EQ(second.guard("page").state(), breaker_state::open);
}

TEST(ManagerState, WhatWasDamagedIsToldAndItsCircuitsStartClosed) {
  manager_bench b;
  {
    manager first = b.managed(stored(b, three_attempts));
    static_cast<void>(first.guard("page")(fails));
  }
  std::ofstream{b.path("state"), std::ios::app} << "x";
  manager second = b.managed(stored(b, three_attempts));

  EXPECT_EQ(second.guard("page").state(), breaker_state::closed);
  EXPECT_THAT(b.last(audit_kind::state_set_aside), HasSubstr("damaged"));
}

TEST(ManagerState, AStoreThatCanNotBeWrittenIsToldOnceAndWarns) {
  manager_bench b;
  manager managed = b.managed("state: {store: \"file:" + b.path("none/state") + "\"}\n" +
                              std::string{three_attempts});
  static_cast<void>(managed.guard("page")(fails));

  EXPECT_FALSE(managed.keep_state());
  EXPECT_FALSE(managed.keep_state());

  auto const told = [&](audit_kind kind) {
    return std::count_if(b.told.begin(), b.told.end(),
                         [&](audit_record const& each) { return each.kind == kind; });
  };
  EXPECT_EQ(told(audit_kind::state_failed), 1);
  EXPECT_EQ(managed.health().status, health_status::warn);
  std::filesystem::create_directory(b.path("none"));
  EXPECT_TRUE(managed.keep_state());
  EXPECT_EQ(told(audit_kind::state_recovered), 1);
}

TEST(ManagerState, TheHistoryTellsWhatAndWhyAndWho) {
  manager_bench b;
  manager managed = b.managed(stored(b, three_attempts));
  static_cast<void>(managed.guard("page")(fails));
  ASSERT_TRUE(managed.obey({.operation = "page",
                            .what = order_kind::reset,
                            .why = "it is well again",
                            .author = "ada"}));
  ASSERT_TRUE(managed.keep_state());

  auto store = store_factories{}.open("file:" + b.path("state"));
  ASSERT_TRUE(store);
  auto const changes = (*store)->changes("page", 10);

  ASSERT_TRUE(changes) << describe(changes.error());
  ASSERT_EQ(changes->size(), 3U);
  EXPECT_EQ((*changes)[0].kind, change_kind::order);
  EXPECT_EQ((*changes)[0].author, "ada");
  EXPECT_EQ((*changes)[0].why, "it is well again");
  EXPECT_EQ((*changes)[2].to, breaker_state::open);
  EXPECT_EQ((*changes)[2].reason, "1 failure in a row (limit 1)");
  EXPECT_EQ((*changes)[2].author, "test");
}

TEST(ManagerState, OrdersInTheStoreAreObeyedOnce) {
  manager_bench b;
  manager managed = b.managed(stored(b, three_attempts));
  guard const page = managed.guard("page");
  ASSERT_TRUE(managed.keep_state());
  auto store = store_factories{}.open("file:" + b.path("state"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->give({.operation = "page",
                              .what = order_kind::open,
                              .why = "maintenance",
                              .author = "ada",
                              .given_at = std::chrono::system_clock::now()}));

  ASSERT_TRUE(managed.keep_state());
  EXPECT_EQ(page.state(), breaker_state::forced_open);
  page.reset("by the program");
  ASSERT_TRUE(managed.keep_state());

  EXPECT_EQ(page.state(), breaker_state::closed);
}

TEST(ManagerState, AnUnknownSchemeNamesWhatToLink) {
  manager_bench b;
  b.write("state: {store: \"sqlite:x.db\"}\n");

  auto const opened = manager::open(b.path("r.yaml"), b.options());

  ASSERT_FALSE(opened);
  EXPECT_THAT(describe(opened.error()), HasSubstr("sqlite"));
}

TEST(Manager, AnEmptyFileAtAReloadIsOneWhoseWriterHasNotComeFurther) {
  manager_bench b;
  manager managed = b.managed(with_attempts(3));
  guard const page = managed.guard("page");
  b.write("");

  EXPECT_FALSE(managed.reload());

  EXPECT_EQ(attempts_of(page), 3);
}

TEST(Manager, ASharedBudgetThatComesBackHasTheNumbersOfTheFile) {
  manager_bench b;
  auto const file = [](int capacity) {
    return "operations:\n  a: {budget: api, retry: {max_attempts: 9, jitter: none, idempotent: "
           "true}}\n"
           "budgets: {api: {per_second: 0, per_call: 0, capacity: " +
           std::to_string(capacity) + "}}\n";
  };
  manager managed = b.managed(file(2));
  guard const a = managed.guard("a");
  EXPECT_EQ(attempts_of(a), 3);
  b.write(with_attempts(3));
  ASSERT_TRUE(managed.reload());
  b.write(file(1000));
  ASSERT_TRUE(managed.reload());
  b.write(file(1));

  auto const done = managed.reload();

  ASSERT_TRUE(done);
  EXPECT_THAT(done->budgets, ElementsAre("api"));
  EXPECT_LE(attempts_of(a), 2);
}

TEST(ManagerHealth, WithoutAStoreNoChangeIsMissedByAnybody) {
  manager_bench b;
  manager managed = b.managed(three_attempts);
  guard const page = managed.guard("page");

  for (int i = 0; i < 11'000; ++i) page.reset("again");

  EXPECT_EQ(managed.health().status, health_status::pass);
}

/// Gives an order through the store, as the command line does.
void give(manager_bench const& b, order_kind what, duration ago = duration::zero()) {
  auto store = store_factories{}.open("file:" + b.path("state"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->give({.operation = "page",
                              .what = what,
                              .why = "maintenance",
                              .author = "ada",
                              .given_at = std::chrono::system_clock::now() - ago}));
}

TEST(ManagerState, AnOrderForAGuardThatIsMadeLaterIsObeyedThen) {
  manager_bench b;
  give(b, order_kind::open);
  manager managed = b.managed(stored(b, three_attempts));
  ASSERT_TRUE(managed.keep_state());

  EXPECT_EQ(managed.guard("page").state(), breaker_state::forced_open);
  EXPECT_EQ(b.last(audit_kind::ordered), "open: maintenance");
}

TEST(ManagerState, OfTheOrdersBeforeTheStartOnlyTheLastCounts) {
  manager_bench b;
  give(b, order_kind::open);
  give(b, order_kind::close);
  manager managed = b.managed(stored(b, three_attempts));
  ASSERT_TRUE(managed.keep_state());

  EXPECT_EQ(managed.guard("page").state(), breaker_state::closed);
}

TEST(ManagerState, AnOrderThatIsOlderThanWhatWasKeptIsNotObeyedAgain) {
  manager_bench b;
  give(b, order_kind::open, 1h);
  {
    manager first = b.managed(stored(b, three_attempts));
    guard const page = first.guard("page");
    ASSERT_TRUE(first.keep_state());
    EXPECT_EQ(page.state(), breaker_state::forced_open);
    page.reset("by the program");
  }
  manager second = b.managed(stored(b, three_attempts));
  ASSERT_TRUE(second.keep_state());

  EXPECT_EQ(second.guard("page").state(), breaker_state::closed);
}

}  // namespace
}  // namespace holdfast
