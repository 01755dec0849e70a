#pragma once

#include "redact/scan.hpp"
#include "redact/span.hpp"

#include <cstddef>
#include <string_view>

namespace holdfast::redact_detail {

/// Arguments that hold a secret, in some programs.
enum secret_argument : unsigned {
  password_p = 1U,           ///< -p WORD
  password_p_stuck = 2U,     ///< -pWORD
  auth_a = 4U,               ///< -a WORD
  user_u = 8U,               ///< -u USER:WORD, --user USER:WORD
  password_w = 16U,          ///< -w WORD
  password_capital_p = 32U,  ///< -P WORD
  user_capital_u = 64U,      ///< -U USER%WORD
  cookie_b = 128U,           ///< -b NAME=WORD, --cookie NAME=WORD; without `=` it names a file
  new_password = 256U,       ///< password WORD, old-password WORD
};

/// How deeply encoded the white space, quotes and commas between two arguments are, and where the
/// next one begins.
struct gap {
  std::size_t after = 0;
  int layers = 0;
  bool apart = false;  ///< by more than quotes
};

/// The gap at `at`, of at most 16 symbols.
[[nodiscard]] gap read_gap(std::string_view text, std::size_t at) noexcept;

/// Whether a name is the command of the program that runs here, behind which a new password stands.
[[nodiscard]] bool sets_password(scan const& seen, span name) noexcept;

}  // namespace holdfast::redact_detail
