// Money from one account to another, exactly once, whatever happens to the link or the server.
// ORDERS_DSN names the database; without it, one that refuses every connection.

#include <holdfast/connect/postgres/ledger.hpp>
#include <holdfast/connect/postgres/transact.hpp>
#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <cstdlib>

namespace postgres = holdfast::postgres;
using namespace std::chrono_literals;

namespace {

using outcome = holdfast::expected<void, holdfast::failure>;

/// A table to play with, and the ledger.
outcome set_up(postgres::connection& on) {
  auto made = on.run_script(
      "DROP TABLE IF EXISTS account; CREATE TABLE account (id int PRIMARY KEY, sum bigint);"
      " INSERT INTO account VALUES (1, 100), (2, 100)");
  if (!made) return holdfast::unexpected{made.error()};
  return postgres::create_ledger(on);
}

/// May run several times; only the last run counts.
outcome move(postgres::transaction& t, int from, int to, int amount) {
  static postgres::statement const change{"UPDATE account SET sum = sum + $2 WHERE id = $1"};
  if (auto taken = t.execute(change, from, -amount); !taken) {
    return holdfast::unexpected{taken.error()};
  }
  if (auto given = t.execute(change, to, amount); !given) {
    return holdfast::unexpected{given.error()};
  }
  return {};
}

}  // namespace

int main() {
  char const* const named = std::getenv("ORDERS_DSN");
  postgres::pool const pool{
      {.server = {.conninfo = named != nullptr ? named : "host=127.0.0.1 port=1 user=app"}}};
  holdfast::guard const transfer{
      "db.transfer", holdfast::retry{.max_attempts = 4, .initial_delay = 10ms}, holdfast::breaker{},
      holdfast::attempt_timeout{5s}, holdfast::operation_kind::database};
  if (auto session = pool.borrow()) {
    if (auto ready = set_up(**session); !ready) return 1;
  }

  postgres::commit_doubt doubt;
  postgres::transaction_options const options{.ledger = "", .doubt = &doubt};
  auto const done = transfer([&](holdfast::attempt const& now) {
    return postgres::transact(pool, options.within(now),
                              [](postgres::transaction& t) { return move(t, 1, 2, 30); });
  });

  if (!done) {
    std::puts(holdfast::redacted(describe(done.error())).c_str());
    if (done.error().category == holdfast::category::in_doubt) {
      std::puts(describe(doubt).c_str());  // all that is needed to look by hand
    }
    return 0;
  }
  std::puts("moved");
  std::puts(describe(doubt).c_str());
}
