#include "scenarios/line_words.hpp"

namespace holdfast::scenarios {

std::vector<line_word> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  std::vector<line_word> found;
  std::size_t at = line.find_first_not_of(blanks);
  while (at != std::string_view::npos && line[at] != '#') {
    std::size_t const end = std::min(line.find_first_of(blanks, at), line.size());
    found.push_back({line.substr(at, end - at), static_cast<std::uint32_t>(at + 1)});
    at = line.find_first_not_of(blanks, end);
  }
  return found;
}

named_word split_name(line_word const& from) noexcept {
  std::size_t const at = from.text.find('=');
  if (at == std::string_view::npos) return {.name = from.text};
  return {.name = from.text.substr(0, at),
          .value = from.text.substr(at + 1),
          .has_value = true,
          .value_column = from.column + static_cast<std::uint32_t>(at) + 1};
}

}  // namespace holdfast::scenarios
