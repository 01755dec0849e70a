// Many transfers at once on one thread, over few sessions, each exactly once.
// ORDERS_DSN names the database; without it, one that refuses every connection.

#include <holdfast/asio.hpp>
#include <holdfast/connect/postgres/async_transact.hpp>

#include <cstdio>
#include <cstdlib>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace postgres = holdfast::postgres;
using namespace std::chrono_literals;

namespace {

constexpr int transfers = 50;
int moved = 0;
holdfast::failure last_failure;

/// May run several times; only the last run counts.
postgres::eventual<void> move(postgres::async_transaction& t, int from, int to, int amount) {
  static postgres::statement const change{"UPDATE account SET sum = sum + $2 WHERE id = $1"};
  auto const taken = co_await t.execute(change, from, -amount);
  if (!taken) co_return holdfast::unexpected{taken.error()};
  auto const given = co_await t.execute(change, to, amount);
  if (!given) co_return holdfast::unexpected{given.error()};
  co_return holdfast::expected<void, holdfast::failure>{};
}

/// A table to play with.
postgres::eventual<postgres::rows> set_up(postgres::async_pool const& pool) {
  auto const session = co_await pool.borrow();
  if (!session) co_return holdfast::unexpected{session.error()};
  co_return co_await (*session)->run_script(
      "DROP TABLE IF EXISTS account; CREATE TABLE account (id int PRIMARY KEY, sum bigint);"
      " INSERT INTO account SELECT i, 100 FROM generate_series(1, 10) i");
}

boost::asio::awaitable<void> transfer_one(holdfast::guard const& transfer,
                                          postgres::async_pool const& pool, int number) {
  auto const done =
      co_await transfer([&](holdfast::attempt const& now) -> postgres::eventual<void> {
        postgres::transaction_options const options = postgres::transaction_options{}.within(now);
        co_return co_await postgres::transact(pool, options, [&](postgres::async_transaction& t) {
          return move(t, 1 + number % 10, 1 + (number + 1) % 10, 1);
        });
      });
  if (done) {
    ++moved;
  } else {
    last_failure = done.error();
  }
}

boost::asio::awaitable<void> transfer_all(holdfast::guard const& transfer,
                                          postgres::async_pool const& pool) {
  auto const ready = co_await set_up(pool);
  if (!ready) last_failure = ready.error();
  auto const here = co_await boost::asio::this_coro::executor;
  for (int each = 0; ready && each < transfers; ++each) {
    boost::asio::co_spawn(here, transfer_one(transfer, pool, each), boost::asio::detached);
  }
}

}  // namespace

int main() {
  char const* const named = std::getenv("ORDERS_DSN");
  postgres::async_pool const pool{
      {.server = {.conninfo = named != nullptr ? named : "host=127.0.0.1 port=1 user=app"},
       .max_size = 4}};  // who finds all of them lent waits, suspended, in the order of coming
  holdfast::guard const transfer{
      "db.transfer", holdfast::retry{.max_attempts = 4, .initial_delay = 10ms}, holdfast::breaker{},
      holdfast::attempt_timeout{5s}, holdfast::operation_kind::database};

  boost::asio::io_context loop{1};
  boost::asio::co_spawn(loop, transfer_all(transfer, pool), boost::asio::detached);
  loop.run();

  if (moved == transfers) {
    std::printf("%d moved over %zu sessions\n", moved, pool.stats().idle);
  } else {
    std::puts(holdfast::redacted(describe(last_failure)).c_str());
  }
}
