#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

struct sqlite3;

namespace holdfast::sqlite {

/// The failure that the last call on a connection left behind. `code` is what that call returned.
/// `how_far` is awaiting_commit where that call was a COMMIT.
[[nodiscard]] failure failure_on(sqlite3* connection, int code, phase how_far = phase::sent);

/// Nothing where `code` is SQLITE_OK, else `failure_on`.
[[nodiscard]] expected<void, failure> checked_on(sqlite3* connection, int code);

}  // namespace holdfast::sqlite
