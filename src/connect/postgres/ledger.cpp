#include "holdfast/connect/postgres/ledger.hpp"

#include <string>

namespace holdfast::postgres {

expected<void, failure> create_ledger(connection& on) {
  static std::string const make =
      "BEGIN; SELECT pg_advisory_xact_lock(hashtext('" + std::string{ledger_table} +
      "')); CREATE TABLE IF NOT EXISTS " + std::string{ledger_table} +
      " (key text PRIMARY KEY, committed_at timestamptz NOT NULL DEFAULT now()); COMMIT";
  auto const made = on.run_script(make);
  if (made) return {};
  if (on.in_transaction()) {
    [[maybe_unused]] auto const undone = on.run_script("ROLLBACK", effect::reads);
  }
  return unexpected{made.error()};
}

expected<std::uint64_t, failure> prune_ledger(connection& on, duration older_than) {
  auto const seconds = std::chrono::floor<std::chrono::seconds>(older_than).count();
  static std::string const prune =
      "DELETE FROM " + std::string{ledger_table} +
      " WHERE committed_at < now() - make_interval(secs => $1::float8)";
  auto const deleted = on.execute(prune, seconds);
  if (!deleted) return unexpected{deleted.error()};
  return deleted->affected();
}

}  // namespace holdfast::postgres
