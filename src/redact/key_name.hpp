#pragma once

#include "redact/span.hpp"

#include <cstddef>
#include <string_view>

namespace holdfast::redact_detail {

/// What the name of a field says about its value.
enum class key_rank {
  plain,       ///< nothing
  suspicious,  ///< a secret, if it looks made by chance
  secret,      ///< a secret, whatever it looks like
  header,      ///< a secret behind the name of a scheme: `Authorization: Bearer ...`
  cookie,      ///< a list of secrets with names
};

/// The name around `at`: letters, digits, `_`, `-`, `.`. At most 64 bytes to each side are read.
[[nodiscard]] span name_around(std::string_view text, std::size_t at) noexcept;

/// Judges a name by its words, whatever the case and the signs between them: `DB_PASSWORD`,
/// `dbPassword`, `spring.datasource.password`. The last word decides: `password_file` is plain.
/// With `of_vendor` it also names a service that hands out keys.
[[nodiscard]] key_rank rank_of(std::string_view name, bool of_vendor) noexcept;

/// Whether a name is that of a password, which may be any word or number.
[[nodiscard]] bool names_password(std::string_view name) noexcept;

/// Whether a name is that of a client's number, which is half of its credentials.
[[nodiscard]] bool names_client(std::string_view name) noexcept;

/// Whether a name is so short or common that only a value behind `=` makes it a key: `pw`, `pwd`.
[[nodiscard]] bool needs_equals(std::string_view name) noexcept;

}  // namespace holdfast::redact_detail
