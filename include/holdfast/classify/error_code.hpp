#pragma once

#include "holdfast/base/failure.hpp"

#include <system_error>

namespace holdfast {

/// Judges a standard error code: those of the generic and the system category, and any whose
/// category maps them to an errno condition, as `classify_errno` does; those of
/// `category_codes()` as the category that they name; all others are unknown failures with the code
/// "category:number".
///
/// @param how_far the last step known to have *started*
/// Cost: some virtual calls and one look into a table, no allocation.
[[nodiscard]] failure classify_error_code(std::error_code const& code, phase how_far) noexcept;

/// Lets a guard understand `expected<T, std::error_code>`. The phase is taken to be sent, since a
/// bare code does not tell.
[[nodiscard]] failure failure_of(std::error_code const& code) noexcept;

}  // namespace holdfast
