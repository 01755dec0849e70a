#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace holdfast::scenarios {

/// One word of a line and where it stands.
struct line_word {
  std::string_view text;
  std::uint32_t column = 1;  ///< in bytes, from 1
};

/// The words of a line, without the comment that a word beginning with # starts. The views are into
/// `line`.
[[nodiscard]] std::vector<line_word> words_of(std::string_view line);

/// The parts of "name=value"; the value is empty where there is no equals sign.
struct named_word {
  std::string_view name;
  std::string_view value{};
  bool has_value = false;
  std::uint32_t value_column = 1;
};

[[nodiscard]] named_word split_name(line_word const& from) noexcept;

}  // namespace holdfast::scenarios
