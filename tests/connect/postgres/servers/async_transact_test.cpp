#include "holdfast/connect/postgres/async_transact.hpp"

#include "coroutines.hpp"
#include "holdfast/connect/postgres/async_ledger.hpp"
#include "with_server.hpp"

#include <optional>
#include <stdexcept>
#include <string>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;
using outcome = expected<void, failure>;

class AsyncTransact : public with_server {
 protected:
  void SetUp() override {
    with_server::SetUp();
    if (!IsSkipped()) server->ask("DROP TABLE IF EXISTS mark; CREATE TABLE mark (n int UNIQUE)");
  }
  [[nodiscard]] static postgres::async_pool pool() {
    return postgres::async_pool{{.server = {.conninfo = server->conninfo()}}};
  }
  [[nodiscard]] static std::string rows() { return server->ask("SELECT count(*) FROM mark"); }
  static awaitable<outcome> put(postgres::async_transaction& t, int n) {
    auto const done = co_await t.execute("INSERT INTO mark VALUES ($1)", n);
    if (!done) co_return unexpected{done.error()};
    co_return outcome{};
  }

  loop on_loop;
};

TEST_F(AsyncTransact, WhatTheClosureDidIsCommitted) {
  auto const on = pool();
  on_loop.run([&]() -> awaitable<void> {
    auto const seven = co_await postgres::transact(
        on, [](postgres::async_transaction& t) -> awaitable<expected<int, failure>> {
          auto const done = co_await put(t, 7);
          if (!done) co_return unexpected{done.error()};
          co_return 7;
        });
    EXPECT_TRUE(seven) << describe(seven.error());
    if (seven) {
      EXPECT_EQ(*seven, 7);
    }
  });
  EXPECT_EQ(rows(), "1");
  EXPECT_EQ(on.stats().idle, 1U);
}

TEST_F(AsyncTransact, AnErrorOfTheClosureRollsBack) {
  auto const on = pool();
  on_loop.run([&]() -> awaitable<void> {
    auto const done =
        co_await postgres::transact(on, [](postgres::async_transaction& t) -> awaitable<outcome> {
          auto const put_one = co_await put(t, 1);
          EXPECT_TRUE(put_one);
          co_return unexpected{plain_failure(category::data)};
        });
    EXPECT_FALSE(done);
    EXPECT_EQ(error_in(done).category, category::data);
  });
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(on.stats().idle, 1U);
}

TEST_F(AsyncTransact, AnExceptionOfTheClosureRollsBackAndComesOn) {
  auto const on = pool();
  on_loop.run([&]() -> awaitable<void> {
    std::string caught;
    try {
      auto const done =
          co_await postgres::transact(on, [](postgres::async_transaction& t) -> awaitable<void> {
            auto const put_one = co_await put(t, 1);
            EXPECT_TRUE(put_one);
            throw std::runtime_error{"half done"};
          });
      EXPECT_FALSE(done);
    } catch (std::runtime_error const& thrown) {
      caught = thrown.what();
    }
    EXPECT_EQ(caught, "half done");
  });
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(on.stats().idle, 1U);
}

TEST_F(AsyncTransact, AStatementThatFailedCanNotBePassedOver) {
  on_loop.run([&]() -> awaitable<void> {
    auto const done =
        co_await postgres::transact(pool(), [](postgres::async_transaction& t) -> awaitable<void> {
          auto const once = co_await put(t, 1);
          auto const twice = co_await put(t, 1);
          EXPECT_TRUE(once);
          EXPECT_FALSE(twice);
        });
    EXPECT_FALSE(done);
    EXPECT_EQ(error_in(done).code.value.view(), "23505");
  });
}

TEST_F(AsyncTransact, ASerializationFailureRunsAllAgain) {
  int runs = 0;
  on_loop.run([&]() -> awaitable<void> {
    auto const done = co_await postgres::transact(
        pool(), [&](postgres::async_transaction& t) -> awaitable<outcome> {
          runs = t.run_number();
          auto const first = co_await put(t, runs);
          if (!first || runs == 3) co_return first;
          auto const conflict = co_await t.run_script(
              "DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$");
          EXPECT_FALSE(conflict);
          co_return unexpected{conflict.error()};
        });
    EXPECT_TRUE(done) << describe(done.error());
  });
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(server->ask("SELECT n FROM mark"), "3");
}

TEST_F(AsyncTransact, ClosuresCanNotEndTheTransaction) {
  on_loop.run([&]() -> awaitable<void> {
    auto const done = co_await postgres::transact(
        pool(), [](postgres::async_transaction& t) -> awaitable<outcome> {
          auto const refused = co_await t.run_script("COMMIT");
          EXPECT_FALSE(refused);
          co_return co_await put(t, 1);
        });
    EXPECT_FALSE(done);
    EXPECT_EQ(error_in(done).code.value.view(), "2D000");
  });
  EXPECT_EQ(rows(), "0");
}

TEST_F(AsyncTransact, APartMayFailAlone) {
  on_loop.run([&]() -> awaitable<void> {
    auto const done = co_await postgres::transact(
        pool(), [](postgres::async_transaction& t) -> awaitable<outcome> {
          auto const first = co_await put(t, 1);
          EXPECT_TRUE(first);
          auto const part = co_await t.attempt_part([&]() -> awaitable<outcome> {
            auto const two = co_await put(t, 2);
            EXPECT_TRUE(two);
            co_return co_await put(t, 1);
          });
          EXPECT_FALSE(part);
          co_return co_await put(t, 3);
        });
    EXPECT_TRUE(done) << describe(done.error());
  });
  EXPECT_EQ(server->ask("SELECT string_agg(n::text, ',' ORDER BY n) FROM mark"), "1,3");
}

TEST_F(AsyncTransact, ACancelledCoroutineRollsBackAndGivesItsSessionBack) {
  auto const on = pool();
  for (char const* how : {"in a statement", "between statements"}) {
    loop mine;
    boost::asio::cancellation_signal signal;
    mine.spawn(
        [&]() -> awaitable<void> {
          auto const done = co_await postgres::transact(
              on, [&](postgres::async_transaction& t) -> awaitable<outcome> {
                auto const first = co_await put(t, 1);
                EXPECT_TRUE(first);
                if (how == std::string{"between statements"}) co_await pause(30s);
                auto const slow = co_await t.execute("SELECT pg_sleep(30)");
                if (!slow) co_return unexpected{slow.error()};
                co_return outcome{};
              });
          EXPECT_FALSE(done);
          EXPECT_EQ(error_in(done).category, category::cancelled);
        },
        signal);
    mine.cancel_after(200ms, signal);
    auto const began = now();

    mine.run();

    EXPECT_LT(now() - began, 3s) << how;
    EXPECT_EQ(rows(), "0") << how;
    EXPECT_EQ(on.stats().borrowed, 0U) << how;
    EXPECT_EQ(on.stats().idle, 1U) << how;
    EXPECT_EQ(server->ask("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'"),
              "0");
  }
}

TEST_F(AsyncTransact, ATransactionThatIsLeftWithItsLoopIsRolledBack) {
  auto const on = pool();
  {
    loop ended;
    ended.spawn([&]() -> awaitable<void> {
      auto const done =
          co_await postgres::transact(on, [](postgres::async_transaction& t) -> awaitable<outcome> {
            auto const first = co_await put(t, 1);
            EXPECT_TRUE(first);
            co_await pause(30s);
            co_return first;
          });
      EXPECT_TRUE(done);
    });
    ended.context.run_for(300ms);
  }
  EXPECT_EQ(on.stats().borrowed, 0U);
  EXPECT_EQ(on.stats().idle, 0U);
  EXPECT_EQ(rows(), "0");
}

TEST_F(AsyncTransact, BehindItsDeadlineItIsRolledBack) {
  postgres::transaction_options const options{.limits = within(300ms)};
  on_loop.run([&]() -> awaitable<void> {
    auto const done = co_await postgres::transact(
        pool(), options, [](postgres::async_transaction& t) -> awaitable<outcome> {
          auto const first = co_await put(t, 1);
          EXPECT_TRUE(first);
          auto const slow = co_await t.execute("SELECT pg_sleep(30)");
          if (!slow) co_return unexpected{slow.error()};
          co_return outcome{};
        });
    EXPECT_FALSE(done);
    EXPECT_EQ(error_in(done).category, category::timeout);
  });
  EXPECT_EQ(rows(), "0");
}

TEST_F(AsyncTransact, ALedgerRowIsWrittenWithTheTransaction) {
  auto const on = pool();
  on_loop.run([&]() -> awaitable<void> {
    auto const held = co_await on.borrow();
    auto const made = co_await postgres::create_ledger(**held);
    EXPECT_TRUE(made);
    postgres::transaction_options const options{.ledger = "key"};
    auto const done = co_await postgres::transact(
        on, options,
        [](postgres::async_transaction& t) -> awaitable<outcome> { return put(t, 1); });
    EXPECT_TRUE(done) << describe(done.error());
    auto const pruned = co_await postgres::prune_ledger(**held, std::chrono::hours{24});
    EXPECT_EQ(pruned, 0U);
  });
  EXPECT_EQ(server->ask("SELECT key FROM holdfast_commits"), "key");
}

}  // namespace
