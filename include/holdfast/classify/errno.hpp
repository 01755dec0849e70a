#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/classify/known_code.hpp"

#include <span>
#include <string_view>

namespace holdfast {

/// Judges an error number of the operating system.
///
/// A broken link is safe to retry before the request was sent, safe only for idempotent requests
/// after, and in doubt while a commit is awaited: hence the phase.
///
/// @param number a value of errno
/// @param how_far the last step known to have *started*
/// @param text    what was being done; where it is empty, the system's description stands in
/// Cost: one look into a table, no allocation.
/// Source: POSIX.1-2017, <errno.h>; on Linux every number of errno(3).
[[nodiscard]] failure classify_errno(int number, phase how_far,
                                     std::string_view text = {}) noexcept;

/// "ECONNRESET"; empty for a number that is not listed.
[[nodiscard]] std::string_view errno_name(int number) noexcept;

/// Every listed number, in ascending order. Lives as long as the program.
[[nodiscard]] std::span<known_code const> errno_codes() noexcept;

}  // namespace holdfast
