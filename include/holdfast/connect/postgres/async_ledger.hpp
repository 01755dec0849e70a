#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/connect/postgres/async_connection.hpp"
#include "holdfast/connect/postgres/eventual.hpp"
#include "holdfast/connect/postgres/ledger.hpp"

#include <cstdint>

namespace holdfast::postgres {

/// As those of a `connection`.
[[nodiscard]] eventual<void> create_ledger(async_connection& on);
[[nodiscard]] eventual<std::uint64_t> prune_ledger(async_connection& on, duration older_than);

}  // namespace holdfast::postgres
