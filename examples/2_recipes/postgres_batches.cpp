// Many rows at once: a pipeline, COPY in, COPY out, and what a server says beside its answers.
// ORDERS_DSN names the database; without it, one that refuses every connection.

#include <holdfast/connect/postgres/connection.hpp>
#include <holdfast/holdfast.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace postgres = holdfast::postgres;

namespace {

using outcome = holdfast::expected<void, holdfast::failure>;

/// Three statements, one round trip; outside of a transaction all of them or none.
outcome make_table(postgres::connection& on) {
  std::array<postgres::bound_statement, 3> const batch{
      {{"DROP TABLE IF EXISTS reading"},  // a notice where there is none
       {"CREATE TABLE reading (sensor text, value float8)"},
       {"CREATE INDEX ON reading (sensor)"}}};
  auto const made = on.run_all(batch);
  if (!made) return holdfast::unexpected{made.error()};
  return {};
}

outcome copy_rows(postgres::connection& on) {
  auto copy = on.begin_copy_in("COPY reading FROM STDIN");
  if (!copy) return holdfast::unexpected{copy.error()};
  for (int each = 0; each < 1000; ++each) {
    auto written = copy->write("roof\t" + std::to_string(each) + ".5\n");
    if (!written) return written;
  }
  auto const rows = copy->finish();
  if (!rows) return holdfast::unexpected{rows.error()};
  std::printf("%llu rows copied in\n", static_cast<unsigned long long>(*rows));
  return {};
}

outcome read_back(postgres::connection& on) {
  auto copy = on.begin_copy_out("COPY (SELECT * FROM reading WHERE value < 2) TO STDOUT");
  if (!copy) return holdfast::unexpected{copy.error()};
  for (;;) {
    auto const row = copy->next();
    if (!row) return holdfast::unexpected{row.error()};
    if (!*row) return {};
    std::printf("%.*s", static_cast<int>((*row)->size()), (*row)->data());
  }
}

outcome work(holdfast::attempt const& now, char const* dsn) {
  auto const tell = [](postgres::notice const& said) {
    std::printf("%.*s %.*s\n", static_cast<int>(said.severity.size()), said.severity.data(),
                static_cast<int>(said.sqlstate.size()), said.sqlstate.data());
  };
  auto link =
      postgres::connection::open({.conninfo = dsn, .on_notice = tell}, postgres::limits_of(now));
  if (!link) return holdfast::unexpected{link.error()};
  if (auto made = make_table(*link); !made) return made;
  if (auto copied = copy_rows(*link); !copied) return copied;
  return read_back(*link);
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  char const* const named = std::getenv("ORDERS_DSN");
  char const* const dsn = named != nullptr ? named : "host=127.0.0.1 port=1 user=app";
  // What commits by itself is not repeated unless it is said to do no harm: here it begins anew.
  holdfast::guard const readings{"db.readings",
                                 holdfast::retry{.initial_delay = 10ms, .idempotent = true},
                                 holdfast::attempt_timeout{5s}};

  auto const done = readings([&](holdfast::attempt const& now) { return work(now, dsn); });

  if (!done) std::puts(holdfast::redacted(describe(done.error())).c_str());
}
