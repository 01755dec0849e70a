#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::redact_detail {

/// Shorter texts are no secrets that could be looked for: they would be found everywhere.
inline constexpr std::size_t least_secret = 6;

/// The ways in which a secret is written in logs, each one once: as it is; percent-encoded, once
/// and twice, as browsers, forms and curl do it; as a JSON string and as one inside another; with
/// doubled quotes, as in SQL; in base64, alone and in the middle of something longer.
/// None is shorter than `least_secret`.
[[nodiscard]] std::vector<std::string> forms_of(std::string_view secret);

}  // namespace holdfast::redact_detail
