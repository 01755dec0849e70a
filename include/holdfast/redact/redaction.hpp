#pragma once

#include <string_view>

namespace holdfast {

/// Which kinds of text a `redactor` takes, besides secrets that it was given and those that it
/// knows by their key, their place or their shape: these are always taken.
struct redaction {
  /// Values of rows in messages of database servers: those behind "Key (id)=", "Failing row
  /// contains" and "Duplicate entry".
  bool row_values = true;
  /// String literals of SQL statements; numbers and the shape of the statement stay.
  bool sql_literals = true;
  /// Personal data wherever it stands: e-mail addresses, card numbers that pass Luhn's check,
  /// telephone numbers in the international form.
  bool personal = false;

  friend bool operator==(redaction const&, redaction const&) = default;
};

/// What stands where a secret stood. It is never taken again, so redacting twice is redacting once.
inline constexpr std::string_view redacted_mark = "[redacted]";

/// How a text ends.
enum class text_end {
  whole,  ///< with its last word
  cut,    ///< anywhere: the beginning of a secret at its very end is taken too
};

}  // namespace holdfast
