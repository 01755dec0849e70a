#pragma once

#include "connect/postgres/libpq.hpp"
#include "connect/postgres/task.hpp"
#include "connect/postgres/waiting.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/call_limits.hpp"
#include "holdfast/connect/postgres/connection_options.hpp"

namespace holdfast::postgres {

/// Connects to the first host that takes the session. Where none does, a failure that may pass is
/// told before one that will not, and the last before earlier ones.
[[nodiscard]] task<expected<link_ptr, failure>> connect(connection_options const& options,
                                                        call_limits const& limits, waiter& by);

}  // namespace holdfast::postgres
