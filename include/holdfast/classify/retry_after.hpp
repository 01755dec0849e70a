#pragma once

#include "holdfast/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast {

/// The longest wait that `parse_retry_after` gives; what asks for more gets this.
inline constexpr duration longest_retry_after = std::chrono::hours{24 * 365};

/// Reads the value of a Retry-After header: whole seconds, or one of the three forms of an HTTP
/// date.
///
/// What can't be read, is negative or lies in the past gives nothing: then the usual pause applies.
/// The result may still be far longer than a caller cares to wait; `retry::max_retry_after`
/// decides.
///
/// @param now seconds since 1970 by the wall clock, which HTTP dates refer to. A clock that is
///            wrong makes the wait wrong by as much.
/// Cost: no allocation. Source: RFC 9110, sections 5.6.7 and 10.2.3.
[[nodiscard]] std::optional<duration> parse_retry_after(std::string_view value, std::int64_t now);

}  // namespace holdfast
