#include "holdfast/importer/csv_dialect.hpp"

#include <array>
#include <cstddef>

namespace holdfast {

std::size_t header_end(std::string_view text) noexcept {
  bool quoted = false;
  for (auto at = text.find_first_not_of("\r\n"); at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && (text[at] == '\n' || text[at] == '\r')) return at;
  }
  return std::string_view::npos;
}

char sniff_delimiter(std::string_view header) noexcept {
  constexpr std::string_view candidates = ",;\t|";
  std::array<std::size_t, candidates.size()> found{};
  bool quoted = false;
  for (char const c : header) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    auto const which = candidates.find(c);
    if (which != std::string_view::npos) ++found[which];
  }
  if (found[0] != 0) return ',';
  std::size_t best = 0;
  for (std::size_t i = 1; i < found.size(); ++i) {
    if (found[i] > found[best]) best = i;
  }
  return candidates[best];
}

std::string_view name_of_delimiter(char const& delimiter) noexcept {
  switch (delimiter) {
    case ',': return "comma";
    case ';': return "semicolon";
    case '\t': return "tab";
    case '|': return "bar";
    default: return {&delimiter, 1};
  }
}

}  // namespace holdfast
