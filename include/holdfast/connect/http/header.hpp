#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::http {

/// One field of a request or an answer. Names compare without regard to case.
struct header {
  std::string name;
  std::string value;
};

/// Whether two names of fields are the same.
[[nodiscard]] bool is_same_name(std::string_view a, std::string_view b) noexcept;

/// The value of the last field of that name, or nothing.
[[nodiscard]] std::optional<std::string_view> find_header(std::vector<header> const& in,
                                                          std::string_view name) noexcept;

/// Whether a field can be sent: a name that is a token, a value without CR, LF and NUL (RFC 9110,
/// section 5). Anything else could smuggle in further fields.
[[nodiscard]] bool is_sendable(header const& field) noexcept;

}  // namespace holdfast::http
