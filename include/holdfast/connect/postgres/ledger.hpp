#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/connect/postgres/connection.hpp"

#include <cstdint>
#include <string_view>

namespace holdfast::postgres {

/// The table of commits: holdfast_commits(key text primary key, committed_at timestamptz). One row
/// a transaction that was run with `ledger`, in the schema that search_path finds first.
inline constexpr std::string_view ledger_table = "holdfast_commits";

/// Makes the table where it is not there. Safe from several programs at once: under an advisory
/// lock, since two CREATE TABLE IF NOT EXISTS at the same time can fail with 23505.
[[nodiscard]] expected<void, failure> create_ledger(connection& on);

/// Deletes rows that are older. No commit is looked for longer than resolve_timeout, so a day is
/// ample. @return how many there were
[[nodiscard]] expected<std::uint64_t, failure> prune_ledger(connection& on, duration older_than);

}  // namespace holdfast::postgres
