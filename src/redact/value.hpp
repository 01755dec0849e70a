#pragma once

#include "redact/span.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace holdfast::redact_detail {

/// A value as it stands in a text.
struct value {
  span inner{};           ///< without its quotes
  std::size_t after = 0;  ///< where reading goes on
  bool quoted = false;
  bool closed = true;  ///< false where a quoted one has no end
};

/// How an unquoted value may end besides at white space.
struct value_rules {
  int layers = 0;       ///< of percent-encoding, in which what stands before it was written
  bool braces = false;  ///< `{...}` quotes, as in ODBC
  std::size_t limit = no_place;  ///< more bytes are not looked at
};

/// Reads the value that begins at `at`: quoted by '...', "...", `...`, \"...\" at any depth of
/// JSON in JSON, E'...', $$...$$, $tag$...$tag$, {...}; or a word. Doubled and escaped quotes
/// belong to it. One without its end goes to the end of the line.
///
/// A comma, semicolon or ampersand ends a word only where another field or white space follows, a
/// closing bracket only where it was not opened inside: what can be part of a password is taken.
/// Empty where there is none, or where it is longer than the limit.
[[nodiscard]] std::optional<value> read_value(std::string_view text, std::size_t at,
                                              value_rules rules) noexcept;

/// The value in quotes that begins at `at`, if one does.
[[nodiscard]] std::optional<value> read_quoted(std::string_view text, std::size_t at,
                                               value_rules rules) noexcept;

/// Whether a field begins at `at`: a name of at most 40 bytes, `=` or `: `, and a value. The end of
/// base64, `abc=`, is none.
[[nodiscard]] bool begins_field(std::string_view text, std::size_t at, int layers) noexcept;

/// Whether a value only stands for a secret, or says that there is none: `***`, `<password>`,
/// `${PASSWORD}`, `null`, `[FILTERED]`; written in so many layers of percent-encoding.
[[nodiscard]] bool is_placeholder(std::string_view written, int layers) noexcept;

/// Whether a text has the shape of a UUID, of any letters and digits.
[[nodiscard]] bool is_uuid(std::string_view text) noexcept;

/// Whether a value looks made by chance: a UUID, a long number in hexadecimal, letters and digits
/// without order. Reads at most 512 bytes.
[[nodiscard]] bool looks_random(std::string_view text) noexcept;

}  // namespace holdfast::redact_detail
