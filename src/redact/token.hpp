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

/// Where, from `at` on, a run of at least 48 letters, digits, `_`, `-` and `.` may lie around; the
/// end of the text where there is none. Looks at one byte in 24 of most texts.
[[nodiscard]] std::size_t next_long_run(std::string_view text, std::size_t at) noexcept;

/// A token of three parts with dots between, of which the last signs the others: payload, 5 to 7
/// bytes of a time, 27 to 43 of a signature, as Discord and itsdangerous make them.
[[nodiscard]] finding find_signed_token(scan& seen, std::size_t at) noexcept;

}  // namespace holdfast::redact_detail
