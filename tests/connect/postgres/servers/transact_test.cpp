#include "holdfast/connect/postgres/transact.hpp"

#include "holdfast/classify/sqlstate.hpp"
#include "holdfast/connect/postgres/ledger.hpp"
#include "postgres_server.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

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

/// Two transactions that read what the other writes: one of them can't be serialised.
TEST_F(Transact, ASerializationFailureRunsTheClosureAgainFromBegin) {
  auto const on = pool();
  int runs = 0;

  auto const done = postgres::transact(
      on, {.isolation = postgres::isolation::serializable},
      [&](postgres::transaction& t) -> expected<void, failure> {
        ++runs;
        EXPECT_EQ(t.run_number(), runs);
        auto const sum = t.execute("SELECT sum FROM account WHERE id = 1");
        if (!sum) return unexpected{sum.error()};
        if (runs == 1) {
          server->ask(
              "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT sum FROM account WHERE id = 2;"
              " UPDATE account SET sum = 7 WHERE id = 1; COMMIT");
        }
        auto const put =
            t.execute("UPDATE account SET sum = $1 WHERE id = 1", *sum->integer(0, 0) + 1);
        if (!put) return unexpected{put.error()};
        return {};
      });

  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(server->ask("SELECT sum FROM account WHERE id = 1"), "8");
}

TEST_F(Transact, TransactionsThatDeadlockAllComeThrough) {
  auto const on = pool();
  std::atomic<int> runs{0};
  std::vector<std::jthread> both;
  for (int first = 1; first <= 2; ++first) {
    both.emplace_back([&, first] {
      auto const done =
          postgres::transact(on, [&](postgres::transaction& t) -> expected<void, failure> {
            ++runs;
            auto const one = t.execute("UPDATE account SET sum = sum + 1 WHERE id = $1", first);
            if (!one) return unexpected{one.error()};
            std::this_thread::sleep_for(t.run_number() == 1 ? 200ms : 0ms);
            auto const two = t.execute("UPDATE account SET sum = sum + 1 WHERE id = $1", 3 - first);
            if (!two) return unexpected{two.error()};
            return {};
          });
      EXPECT_TRUE(done) << describe(done.error());
    });
  }
  both.clear();

  EXPECT_EQ(runs, 3);
  EXPECT_EQ(server->ask("SELECT sum(sum) FROM account"), "1004");
}

TEST_F(Transact, RestartsEndWhereTheOptionsSaySo) {
  auto const on = pool();
  int runs = 0;

  auto const done = postgres::transact(on, {.restart = {.max_attempts = 3, .initial_delay = 1ms}},
                                       [&](postgres::transaction&) -> expected<void, failure> {
                                         ++runs;
                                         return unexpected{classify_sqlstate("40001", phase::sent)};
                                       });

  EXPECT_EQ(runs, 3);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code.value.view(), "40001");
}

TEST_F(Transact, WhatTheClosureThrowsRollsBackAndComesBack) {
  auto const on = pool();

  auto const run = [&] {
    return postgres::transact(on, [](postgres::transaction& t) {
      [[maybe_unused]] auto const changed = t.execute("UPDATE account SET sum = 0");
      throw std::out_of_range{"mine"};
    });
  };

  EXPECT_THROW((void)run(), std::out_of_range);
  EXPECT_EQ(server->ask("SELECT sum(sum) FROM account"), "1000");
  EXPECT_EQ(on.stats().borrowed, 0U);
}

TEST_F(Transact, APartMayFailAlone) {
  auto const on = pool();

  auto const done = postgres::transact(on, [](postgres::transaction& t) -> expected<void, failure> {
    auto const part = t.attempt_part([&]() -> expected<void, failure> {
      auto const refused = t.execute("INSERT INTO account VALUES (1, 1)");
      if (!refused) return unexpected{refused.error()};
      return {};
    });
    EXPECT_FALSE(part);
    auto const put = t.execute("INSERT INTO account VALUES (11, 1)");
    if (!put) return unexpected{put.error()};
    return {};
  });

  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(server->ask("SELECT count(*) FROM account"), "11");
}

TEST_F(Transact, ADeadlineIsHeldByTheServerToo) {
  auto const on = pool();
  auto const soon = std::chrono::steady_clock::now() + 700ms;

  auto const done = postgres::transact(
      on, {.limits = {.deadline = soon}}, [](postgres::transaction& t) -> expected<void, failure> {
        for (char const* each :
             {"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"}) {
          auto const set = t.execute("SELECT current_setting($1)", each);
          EXPECT_TRUE(set && set->text(0, 0).ends_with("ms")) << each;
        }
        auto const slept = t.execute("SELECT pg_sleep(60)");
        if (!slept) return unexpected{slept.error()};
        return {};
      });

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().category, category::timeout);
  EXPECT_EQ(done.error().code.value.view(), "57014");
  EXPECT_LT(std::chrono::steady_clock::now(), soon + 2s);
  EXPECT_EQ(server->ask("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)'"),
            "0");
}

TEST_F(Transact, AReadOnlyTransactionWritesNothingAndTakesNoXid) {
  auto const on = pool();
  auto const before = std::stoll(server->ask("SELECT pg_current_xact_id()"));

  auto const read = postgres::transact(
      on, {.isolation = postgres::isolation::serializable, .read_only = true, .deferrable = true},
      [](postgres::transaction& t) -> expected<std::int64_t, failure> {
        auto const sum = t.execute("SELECT sum(sum) FROM account");
        if (!sum) return unexpected{sum.error()};
        return sum->integer(0, 0).value();
      });
  auto const refused = postgres::transact(
      on, {.read_only = true}, [](postgres::transaction& t) -> expected<void, failure> {
        auto const put = t.execute("UPDATE account SET sum = 0");
        if (!put) return unexpected{put.error()};
        return {};
      });

  EXPECT_EQ(read, 1000);
  EXPECT_EQ(std::stoll(server->ask("SELECT pg_current_xact_id()")), before + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.value.view(), "25006");
}

TEST_F(Transact, ADeferredConstraintIsAFailureAndNoDoubt) {
  server->ask("CREATE TABLE child (parent int REFERENCES account DEFERRABLE INITIALLY DEFERRED)");
  auto const on = pool();
  postgres::commit_doubt doubt;

  auto const done = postgres::transact(
      on, {.doubt = &doubt}, [](postgres::transaction& t) -> expected<void, failure> {
        auto const put = t.execute("INSERT INTO child VALUES (99)");
        if (!put) return unexpected{put.error()};
        return {};
      });

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code.value.view(), "23503");
  EXPECT_FALSE(doubt.arose);
}

TEST_F(Transact, AStatementThatTheServerHasLostIsPreparedAgain) {
  auto const on = pool();
  postgres::statement const read{"SELECT * FROM account WHERE id = $1"};
  auto const columns = [&] {
    return postgres::transact(on, [&](postgres::transaction& t) -> expected<std::size_t, failure> {
      auto const row = t.execute(read, 1);
      if (!row) return unexpected{row.error()};
      return row->columns();
    });
  };
  EXPECT_EQ(columns(), 2U);

  server->ask("ALTER TABLE account ADD COLUMN note text");
  EXPECT_EQ(columns(), 3U);

  {
    auto session = on.borrow();
    ASSERT_TRUE(session && (*session)->run_script("DISCARD ALL"));
  }
  EXPECT_EQ(columns(), 3U);
  EXPECT_EQ(on.stats().opened, 1U);
}

TEST_F(Transact, ASessionThatWasLostBeforeCommitIsAFailureThatMayBeRepeated) {
  auto const on = pool();

  auto const done = postgres::transact(on, [&](postgres::transaction& t) {
    [[maybe_unused]] auto const put = t.execute("UPDATE account SET sum = 0");
    server->ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE state = 'idle in transaction'");
  });

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().advice, advice::after_reconnect);
  EXPECT_NE(done.error().category, category::in_doubt) << describe(done.error());
  EXPECT_EQ(server->ask("SELECT sum(sum) FROM account"), "1000");
  EXPECT_EQ(on.stats().poisoned, 1U);
}

}  // namespace
