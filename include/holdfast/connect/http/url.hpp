#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::http {

/// Whether a text is an absolute http or https URL with a host.
[[nodiscard]] bool is_http_url(std::string_view url);

/// The same, of https alone. The scheme is read without regard to case.
[[nodiscard]] bool is_https_url(std::string_view url);

/// A URL that may be shown: user, password, query and fragment are taken out. "(no URL)" for a text
/// that is none.
[[nodiscard]] std::string redacted_url(std::string_view url);

/// Whether a URL's host is this machine by its name or address: localhost, 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback(std::string_view url);

/// Whether two URLs have the same scheme, host and port, and so the same owner (RFC 6454).
[[nodiscard]] bool is_same_origin(std::string_view a, std::string_view b);

/// What a reference, as in Location, means on the page `base`: an absolute http or https URL, or
/// nothing. User and password of the base go along within its origin, and not beyond.
/// Source: RFC 3986, section 5.
[[nodiscard]] std::optional<std::string> resolved_url(std::string_view base,
                                                      std::string_view reference);

/// The value of a query parameter that is a whole number of at most 18 digits, or nothing.
[[nodiscard]] std::optional<std::uint64_t> query_number(std::string_view url,
                                                        std::string_view name);

/// The URL without a query parameter of that name, and without its fragment.
[[nodiscard]] std::string without_query_part(std::string_view url, std::string_view name);

/// The URL with a query parameter set to a number: replaced where it stands, else added at the end.
/// The fragment is dropped.
[[nodiscard]] std::string with_query_number(std::string_view url, std::string_view name,
                                            std::uint64_t value);

}  // namespace holdfast::http
