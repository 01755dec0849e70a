#pragma once

#include "connect/postgres/session.hpp"
#include "connect/postgres/task.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

#include <cstdint>

namespace holdfast::postgres {

// What both faces of the ledger do on a session.

[[nodiscard]] task<expected<void, failure>> create_ledger(session& on);
[[nodiscard]] task<expected<std::uint64_t, failure>> prune_ledger(session& on, duration older_than);

}  // namespace holdfast::postgres
