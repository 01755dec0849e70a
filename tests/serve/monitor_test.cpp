#include "holdfast/serve/monitor.hpp"

#include "holdfast/telemetry/exposition.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

expected<int, failure> fails() {
  return unexpected{failure{.category = category::connection, .advice = advice::after_backoff}};
}

/// A monitor of a manager's guards, of a file in a folder that goes with it.
struct bench {
  bench() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    write_file(
        "operations:\n"
        "  page: {breaker: {failure_threshold: 1}, required: true}\n"
        "  http: {breaker: {failure_threshold: 1}}\n");
    managed.emplace(folder + "/r.yaml", seen.watching({.has_thread = false}));
    seen.show(*managed);
  }
  bench(bench const&) = delete;
  bench& operator=(bench const&) = delete;
  ~bench() {
    managed.reset();
    std::filesystem::remove_all(folder);
  }

  void write_file(std::string_view text) const { std::ofstream{folder + "/r.yaml"} << text; }

  [[nodiscard]] std::string page() {
    exposition text{exposition_format::prometheus};
    seen.write_metrics(text);
    return std::move(text).finish();
  }

  std::string folder;
  monitor seen;
  std::optional<manager> managed;
};

order_record order_for(std::string_view operation, order_kind what) {
  return {.operation = operation, .what = what, .why = "maintenance", .author = "ann"};
}

TEST(Monitor, GuardsOfAManagerAreWatchedFromTheFirst) {
  bench b;
  guard const page = b.managed->guard("page");

  static_cast<void>(page([] { return 1; }));
  static_cast<void>(page(fails));

  EXPECT_NE(b.page().find("holdfast_calls_total{operation=\"page\",outcome=\"success\"} 1\n"),
            std::string::npos);
  EXPECT_EQ(b.seen.circuit("page")->state, breaker_state::open);
  EXPECT_FALSE(b.seen.health().ready) << "it is required";
}

TEST(Monitor, AnOpenCircuitOfAManagerRefusesWithoutAWord) {
  bench b;
  guard const page = b.managed->guard("page");
  static_cast<void>(page(fails));

  for (int i = 0; i < 10'000; ++i) static_cast<void>(page(fails));

  EXPECT_EQ(page.stats().refusals, 10'000U);
  auto const last = b.seen.events("page", 100);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->size(), 2U) << "the failure and the change that it has caused";
}

TEST(Monitor, AFileThatWasRefusedIsToldUntilOneCanBeUsed) {
  bench b;
  b.write_file("operations: 3\n");
  static_cast<void>(b.managed->reload());
  EXPECT_NE(b.page().find("holdfast_configuration_refused 1\n"), std::string::npos);

  b.write_file("operations: {}\n");
  static_cast<void>(b.managed->reload());

  EXPECT_NE(b.page().find("holdfast_configuration_refused 0\n"), std::string::npos);
}

TEST(Monitor, AnOrderIsSignedWhereverItIsShown) {
  bench b;
  guard const page = b.managed->guard("page");

  ASSERT_TRUE(b.seen.obey(order_for("page", order_kind::open)));

  EXPECT_EQ(page.state(), breaker_state::forced_open);
  circuit_view const shown = *b.seen.circuit("page");
  EXPECT_EQ(shown.author, "ann");
  EXPECT_NE(shown.reason.find("maintenance"), std::string::npos);
  EXPECT_EQ((*b.seen.events("page", 1))[0].changed->author, "ann");
  EXPECT_NE(b.page().find("holdfast_audit_records_total{kind=\"ordered\"} 1\n"), std::string::npos);
}

TEST(Monitor, AnOrderThatCameToTheManagerIsSignedToo) {
  bench b;
  guard const page = b.managed->guard("page");

  ASSERT_TRUE(b.managed->obey(order_for("page", order_kind::open)));

  EXPECT_EQ(b.seen.circuit("page")->author, "ann");
}

TEST(Monitor, GuardsOfTheProgramsOwnStandBesideThoseOfTheManager) {
  bench b;
  static_cast<void>(b.managed->guard("page"));
  guard const own{"own", breaker{.failure_threshold = 1}};
  b.seen.watch(own);

  static_cast<void>(own(fails));

  health_report const health = b.seen.health();
  ASSERT_EQ(health.operations.size(), 2U);
  EXPECT_EQ(health.status, health_status::warn);
  EXPECT_TRUE(health.ready);
  EXPECT_TRUE(b.seen.obey(order_for("own", order_kind::close)));
  EXPECT_EQ(own.state(), breaker_state::closed);
  EXPECT_FALSE(b.seen.obey(order_for("nobody", order_kind::close)));
}

TEST(Monitor, AKeyWhoseCircuitIsOpenIsListedAndCanBeClosed) {
  bench b;
  guard_per_key const hosts = b.managed->guards("http");
  static_cast<void>(hosts("a.example", fails));
  static_cast<void>(hosts("b.example", [] { return 1; }));

  auto const all = b.seen.circuits();

  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ((*all)[0].operation, "http.a.example");
  EXPECT_TRUE(b.seen.obey(order_for("http.a.example", order_kind::close)));
  EXPECT_TRUE(b.seen.circuits()->empty());
}

}  // namespace
}  // namespace holdfast
