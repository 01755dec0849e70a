#pragma once

#include "holdfast/base/failure.hpp"

namespace holdfast::classify_detail {

/// What a value of `category_codes()` names; unknown for one that names nothing.
[[nodiscard]] category category_of(int value) noexcept;

}  // namespace holdfast::classify_detail
