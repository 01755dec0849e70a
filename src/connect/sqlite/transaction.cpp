#include "holdfast/connect/sqlite/transaction.hpp"

#include "connect/sqlite/failures.hpp"
#include "holdfast/connect/sqlite/database.hpp"

#include <sqlite3.h>

namespace holdfast::sqlite {
namespace {

int run(sqlite3* connection, char const* sql) {
  return sqlite3_exec(connection, sql, nullptr, nullptr, nullptr);
}

}  // namespace

expected<transaction, failure> transaction::begin(database& in) {
  sqlite3* const connection = in.connection_.get();
  int const code = run(connection, "BEGIN IMMEDIATE");
  if (code != SQLITE_OK) return unexpected(failure_on(connection, code));
  return transaction{connection};
}

transaction& transaction::operator=(transaction&& other) noexcept {
  if (this != &other) {
    rollback();
    connection_ = std::exchange(other.connection_, nullptr);
  }
  return *this;
}

expected<void, failure> transaction::commit() {
  if (!is_open()) return unexpected(failure_on(nullptr, SQLITE_ABORT_ROLLBACK));
  int const code = run(connection_, "COMMIT");
  if (code == SQLITE_OK) {
    connection_ = nullptr;
    return {};
  }
  failure const seen = failure_on(connection_, code, phase::awaiting_commit);
  if ((code & 0xFF) != SQLITE_BUSY) rollback();
  return unexpected(seen);
}

void transaction::rollback() noexcept {
  if (is_open()) run(connection_, "ROLLBACK");
  connection_ = nullptr;
}

bool transaction::is_open() const noexcept {
  return connection_ != nullptr && sqlite3_get_autocommit(connection_) == 0;
}

}  // namespace holdfast::sqlite
