#include "connect/sqlite/failures.hpp"

#include "holdfast/classify/sqlite.hpp"

#include <sqlite3.h>

namespace holdfast::sqlite {

failure failure_on(sqlite3* connection, int code, phase how_far) {
  // A message left by an earlier call would be a lie: it is used only where the codes agree.
  bool const own_message = connection != nullptr && sqlite3_extended_errcode(connection) == code;
  return classify_sqlite(code, own_message ? sqlite3_errmsg(connection) : sqlite3_errstr(code),
                         how_far);
}

expected<void, failure> checked_on(sqlite3* connection, int code) {
  if (code == SQLITE_OK) return {};
  return unexpected(failure_on(connection, code));
}

}  // namespace holdfast::sqlite
