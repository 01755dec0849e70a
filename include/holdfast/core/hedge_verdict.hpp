#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/core/hedge_machine.hpp"

#include <optional>

namespace holdfast::core {

/// Whether a failure lets another attempt of the same race do better; the operation is idempotent.
/// @param wish what the caller's own predicate says, in place of the failure's advice
[[nodiscard]] hedge_failure hedge_failure_of(failure const& seen,
                                             std::optional<bool> wish) noexcept;

/// How long the server asked to wait before another attempt; `off`: it wants none.
[[nodiscard]] duration hold_off_after(failure const& seen) noexcept;

}  // namespace holdfast::core
