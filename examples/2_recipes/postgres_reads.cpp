// Reads that go on by themselves: several hosts, a pool, a prepared statement, an attempt's limits.
// ORDERS_DSN names the database; without it, one that refuses every connection.

#include <holdfast/connect/postgres/pool.hpp>
#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <cstdlib>

namespace postgres = holdfast::postgres;
using namespace std::chrono_literals;

int main() {
  char const* const named = std::getenv("ORDERS_DSN");
  // In production "host=db1,db2,db3 target_session_attrs=any": the first that answers.
  postgres::pool const pool{
      {.server = {.conninfo = named != nullptr ? named : "host=127.0.0.1,127.0.0.1 port=1,2",
                  .connect_timeout = 2s},
       .max_size = 4}};
  holdfast::guard const lookup{
      "db.lookup", holdfast::retry{.max_attempts = 3, .initial_delay = 10ms}, holdfast::breaker{},
      holdfast::attempt_timeout{2s}, holdfast::operation_kind::database};
  postgres::statement const sum_up{"SELECT sum(i) FROM generate_series(1, $1::int) i"};

  auto const sum =
      lookup([&](holdfast::attempt const& now) -> holdfast::expected<long, holdfast::failure> {
        auto session = pool.borrow(postgres::limits_of(now));
        if (!session) return holdfast::unexpected{session.error()};
        auto const answer = (*session)->read(sum_up, 100);  // reads: may be repeated if it is lost
        if (!answer) return holdfast::unexpected{answer.error()};
        return answer->integer(0, 0).value_or(0);
      });

  if (sum) {
    std::printf("%ld, %zu session kept\n", *sum, pool.stats().idle);
  } else {
    std::puts(holdfast::redacted(describe(sum.error())).c_str());
  }
}
