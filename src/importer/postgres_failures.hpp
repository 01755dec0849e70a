#pragma once

#include "holdfast/base/failure.hpp"

#include <string>

namespace holdfast {

// What a failed transaction means to a run: whether it waits, and what to tell its user.

/// Whether what failed may pass by itself, so that the run waits for it. A disk that is full does
/// not: room is not made within a second.
[[nodiscard]] bool may_pass(failure const& seen) noexcept;

/// What is to be done about a failure that does not pass.
[[nodiscard]] std::string remedy_for(failure const& seen);

/// What is waited for.
[[nodiscard]] std::string wait_remedy_for(failure const& seen);

}  // namespace holdfast
