#include "coroutines.hpp"
#include "holdfast/asio.hpp"
#include "holdfast/connect/postgres/async_transact.hpp"
#include "with_server.hpp"

#include <cstdio>
#include <string>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;
using outcome = expected<void, failure>;

class AsyncOutage : public with_server {
 protected:
  void SetUp() override {
    with_server::SetUp();
    if (IsSkipped()) return;
    server->ask("DROP TABLE IF EXISTS mark; CREATE TABLE mark (n int UNIQUE)");
    open_proxy();
  }

  /// Puts a row in, or tells why not.
  awaitable<outcome> put_once(postgres::async_pool const& pool, int n, attempt const& now) {
    postgres::transaction_options options = postgres::transaction_options{}.within(now);
    // A second before the guard would cancel it: only the transaction knows what became of it, and
    // an attempt that was cut off from outside may not be repeated.
    options.limits.deadline = now.deadline() - 1s;
    auto const done = co_await postgres::transact(
        pool, options, [n](postgres::async_transaction& t) -> awaitable<outcome> {
          auto const put = co_await t.execute("INSERT INTO mark VALUES ($1)", n);
          if (!put) co_return unexpected{put.error()};
          co_return outcome{};
        });
    if (!done) ++failures;
    co_return done;
  }
  /// The same, guarded. Whom our own pool refused comes again.
  awaitable<outcome> put(postgres::async_pool const& pool, int n) {
    for (;;) {
      auto const done = co_await write([&](attempt const& now) { return put_once(pool, n, now); });
      if (error_in(done).category != category::rejected) co_return done;
    }
  }

  guard const write{"db.mark",
                    retry{.max_attempts = 200, .initial_delay = 20ms, .max_delay = 200ms},
                    budget{.capacity = off}, attempt_timeout{2s}, operation_kind::database};
  loop on_loop;
  heartbeat heart{on_loop};
  int failures = 0;
};

TEST_F(AsyncOutage, TwoHundredCoroutinesOnOneThreadComeThroughItAndEachIsInOnce) {
  constexpr int coroutines = 200;
  constexpr int rounds = 5;
  postgres::async_pool const pool{
      {.server = {.conninfo = server->tcp_conninfo(proxy->port(), "sslmode=disable")},
       .max_size = 16}};
  int ended = 0;
  for (int each = 0; each < coroutines; ++each) {
    on_loop.spawn([&, each]() -> awaitable<void> {
      for (int round = 0; round < rounds; ++round) {
        auto const done = co_await put(pool, rounds * each + round);
        EXPECT_TRUE(done) << describe(done.error());
        co_await pause(300ms);
      }
      if (++ended == coroutines) heart.stop();
    });
  }
  on_loop.spawn([&]() -> awaitable<void> {
    co_await pause(500ms);
    fault("kind: half_open");  // nothing is answered any more
    co_await pause(1500ms);
    proxy->clear();
    fault("kind: refuse");
    proxy->end_all();
    co_await pause(500ms);
    proxy->clear();
  });

  on_loop.run();

  EXPECT_EQ(server->ask("SELECT count(*) FROM mark"), std::to_string(coroutines * rounds));
  EXPECT_GT(failures, 0);
  EXPECT_EQ(pool.stats().borrowed, 0U);
  EXPECT_EQ(pool.stats().waiting, 0U);
  std::printf("%d attempts failed; the thread was kept for %ld ms at most\n", failures,
              static_cast<long>(heart.longest() / 1ms));
  EXPECT_LT(heart.longest(), 500ms);  // who blocked would do it for a second
}

}  // namespace
