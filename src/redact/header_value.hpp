#pragma once

#include "redact/scan.hpp"
#include "redact/separator.hpp"
#include "redact/value.hpp"

#include <string_view>

namespace holdfast::redact_detail {

/// The credentials behind the name of a scheme: of `Bearer abc` the `abc`. Where a scheme has many
/// parameters (`Digest`, `OAuth`, `AWS4-HMAC-SHA256`) all of them, to the end of the line or of the
/// quotes. What begins with no scheme stays as it is. Behind one that nobody knows a header may
/// have a parameter, `x=y`; behind any other name (`of_header` is false) that is the next field.
[[nodiscard]] value behind_scheme(std::string_view text, value const& read, int layers,
                                  bool of_header) noexcept;

/// The cookies behind the name of their header, all in one.
[[nodiscard]] finding cookie_value(std::string_view text, separator const& by) noexcept;

}  // namespace holdfast::redact_detail
