#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast {

/// Where the header of a CSV text ends: at the first line break outside quotes, blank lines before
/// it skipped; npos where `text` does not reach that far.
[[nodiscard]] std::size_t header_end(std::string_view text) noexcept;

/// The delimiter that `header` is written with: a comma if there is one outside quotes, else
/// whichever of semicolon, tab and bar is most frequent there, else (one column) a comma.
[[nodiscard]] char sniff_delimiter(std::string_view header) noexcept;

/// "comma", "tab", "semicolon", "bar"; other characters as themselves.
[[nodiscard]] std::string_view name_of_delimiter(char const& delimiter) noexcept;

}  // namespace holdfast
