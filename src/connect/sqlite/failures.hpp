#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

struct sqlite3;

namespace holdfast::sqlite {

/// The failure that the last call on a connection left behind. `code` is what that call returned.
[[nodiscard]] failure failure_on(sqlite3* connection, int code);

/// Nothing where `code` is SQLITE_OK, else `failure_on`.
[[nodiscard]] expected<void, failure> checked_on(sqlite3* connection, int code);

}  // namespace holdfast::sqlite
