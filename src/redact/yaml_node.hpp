#pragma once

#include "redact/span.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace holdfast::redact_detail {

/// What YAML may write between a colon and a value: tags (`!!str`, `!vault`) and an anchor (`&a`).
struct node_properties {
  span written{};
  std::size_t after = 0;  ///< where the value begins; the end of the text where none follows
  bool known = true;      ///< tags alone that no one would mistake for a password
  bool alone = false;     ///< the line ends behind them
};

/// The properties that begin at `at`, written in so many layers of percent-encoding. A password may
/// begin with the same signs: where they are not known, the word may be the value itself. Reads at
/// most 3 words of 64 bytes each, and the white space behind them.
[[nodiscard]] std::optional<node_properties> read_properties(std::string_view text, std::size_t at,
                                                             int layers) noexcept;

}  // namespace holdfast::redact_detail
