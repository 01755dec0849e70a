#include "holdfast/connect/postgres/ledger.hpp"

#include "connect/postgres/ledger_statements.hpp"
#include "connect/postgres/session_gate.hpp"

#include <array>
#include <string>

namespace holdfast::postgres {

task<expected<void, failure>> create_ledger(session& on) {
  static std::string const make =
      "BEGIN; SELECT pg_advisory_xact_lock(hashtext('" + std::string{ledger_table} +
      "')); CREATE TABLE IF NOT EXISTS " + std::string{ledger_table} +
      " (key text PRIMARY KEY, committed_at timestamptz NOT NULL DEFAULT now()); COMMIT";
  static std::string const undo = "ROLLBACK";
  auto const made = co_await on.run_script(make, effect::writes);
  if (made) co_return expected<void, failure>{};
  if (on.in_transaction()) {
    [[maybe_unused]] auto const undone = co_await on.run_script(undo, effect::reads);
  }
  co_return unexpected{made.error()};
}

task<expected<std::uint64_t, failure>> prune_ledger(session& on, duration older_than) {
  auto const seconds = std::chrono::floor<std::chrono::seconds>(older_than).count();
  static std::string const prune =
      "DELETE FROM " + std::string{ledger_table} +
      " WHERE committed_at < now() - make_interval(secs => $1::float8)";
  std::array<parameter, 1> const given{seconds};
  bound_statement const command{prune, given};
  auto const deleted = co_await on.run(command, effect::writes);
  if (!deleted) co_return unexpected{deleted.error()};
  co_return deleted->affected();
}

expected<void, failure> create_ledger(connection& on) {
  return finished(create_ledger(*session_gate::of(on)));
}

expected<std::uint64_t, failure> prune_ledger(connection& on, duration older_than) {
  return finished(prune_ledger(*session_gate::of(on), older_than));
}

}  // namespace holdfast::postgres
