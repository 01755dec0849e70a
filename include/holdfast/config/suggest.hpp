#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace holdfast {

/// The known word that `typed` most likely meant: the nearest by insertions, deletions, changes and
/// swaps of neighbours, if no more than a third of its letters are wrong; nothing otherwise.
/// Cost: quadratic in the length, which counts up to 64 bytes.
[[nodiscard]] std::optional<std::string_view> nearest_word(std::string_view typed,
                                                           std::span<std::string_view const> known);

/// "a, b, c".
[[nodiscard]] std::string list_of_words(std::span<std::string_view const> words);

}  // namespace holdfast
