#pragma once

#include <string_view>

namespace holdfast {

/// The delimiter that a header line is written with: a comma if there is one outside quotes, else
/// whichever of semicolon, tab and bar is most frequent there, else (one column) a comma.
///
/// `text` begins with the header; what follows its line end is not looked at.
[[nodiscard]] char sniff_delimiter(std::string_view text) noexcept;

/// "comma", "tab", "semicolon", "bar"; other characters as themselves.
[[nodiscard]] std::string_view name_of_delimiter(char const& delimiter) noexcept;

}  // namespace holdfast
