#include "holdfast/connect/postgres/transact.hpp"

#include "holdfast/connect/postgres/ledger.hpp"
#include "postgres_server.hpp"

#include <gtest/gtest.h>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

class Transact : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_postgres()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    server = std::make_unique<postgres_server>();
    server->ask("CREATE TABLE account (id int PRIMARY KEY, sum bigint NOT NULL)");
    server->ask("INSERT INTO account SELECT i, 100 FROM generate_series(1, 10) i");
  }
  [[nodiscard]] postgres::pool pool(std::string const& more = "") const {
    return postgres::pool{{.server = {.conninfo = server->conninfo(more)}}};
  }
  std::unique_ptr<postgres_server> server;
};

TEST_F(Transact, WhatTheClosureDidIsCommitted) {
  auto const on = pool();

  auto const sum =
      postgres::transact(on, [](postgres::transaction& t) -> expected<std::int64_t, failure> {
        auto const changed =
            t.execute("UPDATE account SET sum = sum + $1 WHERE id = $2 RETURNING sum", 5, 1);
        if (!changed) return unexpected{changed.error()};
        return changed->integer(0, 0).value();
      });

  ASSERT_TRUE(sum) << describe(sum.error());
  EXPECT_EQ(*sum, 105);
  EXPECT_EQ(server->ask("SELECT sum FROM account WHERE id = 1"), "105");
}

TEST_F(Transact, AnErrorOfTheClosureRollsBack) {
  auto const on = pool();

  auto const done = postgres::transact(on, [](postgres::transaction& t) -> expected<void, failure> {
    [[maybe_unused]] auto const changed = t.execute("UPDATE account SET sum = 0");
    return unexpected{plain_failure(category::data)};
  });

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().category, category::data);
  EXPECT_EQ(server->ask("SELECT sum(sum) FROM account"), "1000");
  EXPECT_EQ(on.stats().idle, 1U);
}

TEST_F(Transact, AStatementThatFailedCanNotBePassedOver) {
  auto const on = pool();

  auto const done = postgres::transact(on, [](postgres::transaction& t) {
    [[maybe_unused]] auto const refused = t.execute("INSERT INTO account VALUES (1, 1)");
  });

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code.value.view(), "23505");
}

TEST_F(Transact, ALedgerRowIsWrittenWithTheTransaction) {
  auto const on = pool();
  auto admin = server->connect();
  ASSERT_TRUE(postgres::create_ledger(admin));

  auto const done = postgres::transact(
      on, {.ledger = "transfer-1"}, [](postgres::transaction& t) -> expected<void, failure> {
        auto const changed = t.execute("UPDATE account SET sum = sum - 1 WHERE id = 1");
        if (!changed) return unexpected{changed.error()};
        return {};
      });

  EXPECT_TRUE(done);
  EXPECT_EQ(server->ask("SELECT key FROM holdfast_commits"), "transfer-1");
}

}  // namespace
