#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace holdfast::redact_detail {

/// What stands between the name of a field and its value.
enum class sign {
  equals,   ///< `=`, `:=`, `=>`, `?=`
  colon,    ///< `: `
  comma,    ///< `"name", "value"`: two arguments, both in quotes
  space,    ///< `--name value`, `NAME 'value'`
  call,     ///< `name("value")`
  element,  ///< `<name>value</name>`
};

struct separator {
  sign kind = sign::space;
  int layers = 0;         ///< of percent-encoding, in which it was written
  std::size_t after = 0;  ///< where the value begins
  bool trailing = false;  ///< white space stands behind an `=`, and none before it
};

/// The separator behind a name that ends at `at`, with the closing quote or bracket of the name and
/// the white space around. Reads at most about 600 bytes.
[[nodiscard]] std::optional<separator> read_separator(std::string_view text,
                                                      std::size_t at) noexcept;

}  // namespace holdfast::redact_detail
