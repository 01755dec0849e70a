#pragma once

#include "redact/separator.hpp"
#include "redact/span.hpp"

#include <string_view>

namespace holdfast::redact_detail {

// Fields as people and old protocols write them: with words and white space instead of signs.

/// Whether a line, a quoted argument or a line of a shown dialogue begins at `at`.
[[nodiscard]] bool begins_command(std::string_view text, std::size_t at) noexcept;

/// Whether a name is a command or directive whose value follows it behind white space:
/// `requirepass x`, `login bob password x` of a netrc, `PASS x` where a line or a quoted argument
/// begins with it.
[[nodiscard]] bool is_directive(std::string_view text, span name) noexcept;

/// The separator behind a verb, where one stands between a name and its value:
/// `API key provided: x`, `the password is 'x'`. Otherwise `by` as it is.
[[nodiscard]] separator behind_verb(std::string_view text, separator by) noexcept;

/// A name of two words: `API key`, `Secret Key`.
[[nodiscard]] span with_word_before(std::string_view text, span name) noexcept;

/// Whether the colon behind a name opens a block of a program, whose first line follows:
/// `for token in tokens:`, `if not password:`.
[[nodiscard]] bool opens_block(std::string_view text, span name, separator const& by) noexcept;

/// Whether a parser complains here: `unexpected token: x`.
[[nodiscard]] bool follows_unexpected(std::string_view text, span name) noexcept;

}  // namespace holdfast::redact_detail
