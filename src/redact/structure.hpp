#pragma once

#include "redact/span.hpp"
#include "redact/value.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace holdfast::redact_detail {

/// What is still to be read of an object or list under the name of a secret.
struct structure {
  std::size_t at = 0;
  std::size_t end = 0;  ///< 0 where there is none
  int layers = 0;       ///< of percent-encoding, in which it was written
  bool named = false;   ///< whether a name, and the sign behind it, stand before `at`
  span name{};          ///< the last one

  explicit operator bool() const noexcept { return end > 0; }
};

/// The object, list or map of Go that begins at `at`, to its closing bracket; without one, and
/// where it is longer or deeper than what is read, to the end of the line. Nothing where none
/// begins, or where it only stands for a secret: `[hidden]`.
[[nodiscard]] structure read_structure(std::string_view text, std::size_t at, int layers) noexcept;

/// The next value inside that is neither a name, a count, nor the word of a schema.
[[nodiscard]] std::optional<value> next_scalar(std::string_view text, structure& inside) noexcept;

}  // namespace holdfast::redact_detail
