#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/classify/known_code.hpp"

#include <span>
#include <string_view>

namespace holdfast {

/// Judges a result of libcurl by its number (CURLcode).
///
/// Names and connections that can't be found or made are safe to retry; what broke after the
/// request was sent only where a second one does no harm.
///
/// @param code    1..99 of libcurl; others are unknown failures
/// @param how_far the last step known to have *started*
/// @param text    for people; where it is empty, the code's name stands in. URLs in it must have
///                lost their passwords already.
/// Cost: one look into a table, no allocation. Source: libcurl manual, libcurl-errors(3).
[[nodiscard]] failure classify_curl(int code, phase how_far, std::string_view text = {}) noexcept;

/// "CURLE_OPERATION_TIMEDOUT"; empty for an unknown code.
[[nodiscard]] std::string_view curl_code_name(int code) noexcept;

/// Every listed code, in ascending order. Lives as long as the program.
[[nodiscard]] std::span<known_code const> curl_codes() noexcept;

}  // namespace holdfast
