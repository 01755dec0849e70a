#include "holdfast/connect/postgres/async_ledger.hpp"

#include "connect/postgres/async_gate.hpp"
#include "connect/postgres/async_session.hpp"
#include "connect/postgres/ledger_statements.hpp"

namespace holdfast::postgres {

eventual<void> create_ledger(async_connection& on) {
  auto const start = [](session& mine) { return create_ledger(mine); };
  co_return co_await on_session(async_gate::of(on), start);
}

eventual<std::uint64_t> prune_ledger(async_connection& on, duration older_than) {
  auto const start = [older_than](session& mine) { return prune_ledger(mine, older_than); };
  co_return co_await on_session(async_gate::of(on), start);
}

}  // namespace holdfast::postgres
