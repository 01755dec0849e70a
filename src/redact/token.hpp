#pragma once

#include "redact/scan.hpp"
#include "redact/token_shapes.hpp"

namespace holdfast::redact_detail {

/// The token of this shape whose prefix stands at `at`.
[[nodiscard]] finding find_token(scan& seen, std::size_t at, token_shape const& shape) noexcept;

/// A secret of Azure's directory, which has a digit and `Q~` inside: 3 bytes stand before, 31 to 34
/// behind.
[[nodiscard]] finding find_azure_secret(scan& seen, std::size_t at) noexcept;

/// A key of Mailchimp, told by the data centre at its end: 32 hexadecimal digits and `-us`.
[[nodiscard]] finding find_mailchimp_key(scan& seen, std::size_t at) noexcept;

/// A token of a Telegram bot, `123456789:AA` and 33 bytes.
[[nodiscard]] finding find_telegram_token(scan& seen, std::size_t at) noexcept;

}  // namespace holdfast::redact_detail
