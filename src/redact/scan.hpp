#pragma once

#include "holdfast/redact/redaction.hpp"
#include "redact/span.hpp"
#include "redact/structure.hpp"
#include "redact/value.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace holdfast::redact_detail {

/// A text on its way through the patterns, and what was learned so far.
struct scan {
  std::string_view text;
  redaction rules;
  text_end end = text_end::whole;
  std::size_t done = 0;            ///< everything before is decided
  std::size_t names_judged = 0;    ///< so are the names of fields before
  std::size_t vendors_judged = 0;  ///< and those that hold the name of a service
  std::size_t program_ends = 0;    ///< where the options of a command line are no longer believed
  unsigned program = 0;  ///< which arguments of it hold secrets: bits of `secret_argument`
  std::size_t statement = no_place;  ///< where an SQL statement began
  int statement_layers = 0;          ///< of percent-encoding of that statement
  bool select_seen = false;          ///< what may become a statement
  structure inside{};                ///< the object or list whose values all are secrets
};

/// What a pattern found: bytes to take, which may be none, and where reading goes on.
struct found {
  span taken{};
  std::size_t resume = 0;
};

/// What begins where a trigger stands, if it is what the trigger suggests.
using finding = std::optional<found>;

/// Takes what is inside of a value, unless it only stands for a secret.
[[nodiscard]] found take_unless_placeholder(std::string_view text, value const& read,
                                            int layers) noexcept;

/// A field: name, sign and value, in all notations. The trigger is a word inside of the name.
[[nodiscard]] finding find_field(scan& seen, std::size_t at, std::size_t length) noexcept;
/// The same, with the name of a service for a trigger.
[[nodiscard]] finding find_vendor_field(scan& seen, std::size_t at, std::size_t length) noexcept;
/// Password, and what looks like one, in the part of a URI before its host.
[[nodiscard]] finding find_userinfo(scan& seen, std::size_t at, std::size_t length) noexcept;
/// `user/password@host` of Oracle, behind `thin:` or `sqlplus`.
[[nodiscard]] finding find_slash_login(scan& seen, std::size_t at, std::size_t length) noexcept;
/// `user:password` before `@tcp(` of Go's drivers.
[[nodiscard]] finding find_protocol_login(scan& seen, std::size_t at, std::size_t length) noexcept;
/// `Bearer` and a token, without the name of a header.
[[nodiscard]] finding find_bearer(scan& seen, std::size_t at, std::size_t length) noexcept;
/// An option of a program that takes a secret: `mysql -pX`. First the program, then its options.
[[nodiscard]] finding note_program(scan& seen, std::size_t at, std::size_t length) noexcept;
[[nodiscard]] finding find_option(scan& seen, std::size_t at, std::size_t length) noexcept;
/// The password in a command of Redis: `AUTH bob X`, `HELLO 3 AUTH bob X`, `ACL SETUSER bob >X`.
[[nodiscard]] finding find_redis_secret(scan& seen, std::size_t at, std::size_t length) noexcept;
/// The words by which statements are recognised; literals are taken from then to the line's end.
[[nodiscard]] finding note_statement(scan& seen, std::size_t at, std::size_t length) noexcept;
[[nodiscard]] finding find_literal(scan& seen, std::size_t at) noexcept;
/// Values of rows in messages of database servers.
[[nodiscard]] finding find_row_values(scan& seen, std::size_t at, std::size_t length) noexcept;
/// What libpq quotes of a connection string that it could not read: where a password had a blank,
/// a slash or an `@` in it, a piece of it is taken for something else and shown.
[[nodiscard]] finding find_complaint(scan& seen, std::size_t at, std::size_t length) noexcept;
/// A private key between its BEGIN and END.
[[nodiscard]] finding find_key_block(scan& seen, std::size_t at, std::size_t length) noexcept;
/// Addresses, cards, telephone numbers.
[[nodiscard]] finding find_address(scan& seen, std::size_t at, std::size_t length) noexcept;
[[nodiscard]] finding find_number(scan& seen, std::size_t at) noexcept;

}  // namespace holdfast::redact_detail
