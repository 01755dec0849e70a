#include "holdfast/serve/stored_circuits.hpp"

#include "holdfast/state/memory_store.hpp"
#include "holdfast/telemetry/exposition.hpp"

#include <array>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

wall_time const noon{std::chrono::hours{24 * 365 * 50}};

/// A store in which another process has kept an open circuit, and why it opened.
std::unique_ptr<state_store> filled_store() {
  auto store = memory_store();
  operation_record page{.operation = std::string_view{"import.page"}, .saved_at = noon};
  page.breaker.state = breaker_state::open;
  page.breaker.generation = 2;
  page.breaker.open_until = instant{5min};
  EXPECT_TRUE(store->save(std::array{page}));
  change_record const opened{.operation = std::string_view{"import.page"},
                             .at = noon,
                             .kind = change_kind::transition,
                             .from = breaker_state::closed,
                             .to = breaker_state::open,
                             .reason = "5 failures in a row (limit 5)",
                             .author = "importer 17"};
  EXPECT_TRUE(store->append(std::array{opened}));
  return store;
}

TEST(StoredCircuits, ARequiredOperationThatIsOpenIsNotWell) {
  stored_circuits all{filled_store(), "memory", [](std::string_view) { return true; }};

  health_report const seen = all.health();

  EXPECT_FALSE(seen.ready);
  EXPECT_EQ(seen.status, health_status::fail);
}

TEST(StoredCircuits, AChangeIsShownAsItWasKept) {
  stored_circuits all{filled_store(), "memory"};

  auto const events = all.events("import.page", 5);

  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 1U);
  noted_change const& change = *(*events)[0].changed;
  EXPECT_EQ(change.kind, "transition");
  EXPECT_EQ(change.cause, "5 failures in a row (limit 5)");
  EXPECT_EQ(change.author, "importer 17");
}

TEST(StoredCircuits, ACircuitIsShownWithWhyAndUntilWhen) {
  stored_circuits all{filled_store(), "memory"};

  auto const page = all.circuit("import.page");

  ASSERT_TRUE(page);
  EXPECT_EQ(page->state, breaker_state::open);
  EXPECT_EQ(page->reason, "5 failures in a row (limit 5)");
  EXPECT_EQ(page->until, noon + 5min);
  EXPECT_EQ(all.health().status, health_status::warn);
  EXPECT_EQ(all.circuit("none").error().category, category::not_found);
}

TEST(StoredCircuits, AnOrderIsGivenToThoseWhoLookThere) {
  auto store = filled_store();
  state_store* const known = store.get();
  stored_circuits all{std::move(store), "memory"};

  EXPECT_TRUE(all.obey(
      {.operation = std::string_view{"import.page"}, .what = order_kind::close, .author = "ann"}));
  EXPECT_FALSE(all.obey({.operation = std::string_view{"none"}, .what = order_kind::close}));

  auto const orders = known->orders_after(0);
  ASSERT_TRUE(orders);
  ASSERT_EQ(orders->size(), 1U);
  EXPECT_EQ((*orders)[0].author, "ann");
}

TEST(StoredCircuits, MetricsTellTheStateAndItsAge) {
  stored_circuits all{filled_store(), "memory"};
  exposition text{exposition_format::prometheus};

  all.write_metrics(text);

  std::string const page = std::move(text).finish();
  EXPECT_NE(page.find("holdfast_breaker_state{operation=\"import.page\",state=\"open\"} 1\n"),
            std::string::npos);
  EXPECT_NE(page.find("holdfast_state_age_seconds{operation=\"import.page\"} "), std::string::npos);
  EXPECT_NE(page.find("holdfast_state_store_failing 0\n"), std::string::npos);
}

}  // namespace
}  // namespace holdfast
