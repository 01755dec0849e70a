#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/classify/known_code.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace holdfast {

/// Judges the status of an HTTP answer that is no success.
///
/// 4xx is the caller's fault, so proof of life for a breaker, but 421, 425 and 429, which are about
/// the server's state. 5xx is the dependency's. 421, 423, 425 and 429 say that the request was not
/// carried out, so any may be repeated. 408 and every 5xx, 503 too, leave that open: it may be said
/// half way, or by a proxy that lost the answer, so only an idempotent request is repeated. An
/// unlisted status is judged by its class; one below 300 or above 599 is an unknown failure.
///
/// @param retry_after what `parse_retry_after` made of the header: it turns after_backoff into
///                    after_wait, is kept beside if_idempotent for a repetition that is allowed
///                    to wait so long, and is dropped where the advice is never
/// @param text        for people; where it is empty, the status's own phrase stands in
/// Cost: one look into a table, no allocation.
/// Source: RFC 9110, section 15; RFC 6585; RFC 8470; registries of common proxies for 52x.
[[nodiscard]] failure classify_http(int status, std::optional<duration> retry_after = {},
                                    std::string_view text = {}) noexcept;

/// "Service Unavailable"; empty for a status that is not listed.
[[nodiscard]] std::string_view http_status_phrase(int status) noexcept;

/// Whether a second request with this method does the same as one (RFC 9110, section 9.2.2).
/// Methods are case-sensitive; unknown ones are not idempotent.
[[nodiscard]] bool is_idempotent_method(std::string_view method) noexcept;

/// Every listed status, in ascending order. Lives as long as the program.
[[nodiscard]] std::span<known_code const> http_statuses() noexcept;

}  // namespace holdfast
