#pragma once

#include "holdfast/base/failure.hpp"

#include <system_error>

namespace holdfast {

/// The category "holdfast" of standard error codes: each value names a `category`. For results that
/// have room for a code but not for a failure.
[[nodiscard]] std::error_category const& category_codes() noexcept;

/// The code that names `kind`; `to_error_code(category::rejected)` is what a guard answers where no
/// attempt ran. `classify_error_code` understands it again.
[[nodiscard]] std::error_code to_error_code(category kind) noexcept;

}  // namespace holdfast
