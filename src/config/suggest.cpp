#include "holdfast/config/suggest.hpp"

#include <algorithm>
#include <vector>

namespace holdfast {
namespace {

constexpr std::size_t longest_word = 64;

/// Distance of Damerau and Levenshtein in the variant "optimal string alignment".
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_above(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_above.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t const change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
      bool const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest_word(std::string_view typed,
                                             std::span<std::string_view const> known) {
  if (typed.size() > longest_word) return std::nullopt;
  std::optional<std::string_view> nearest;
  std::size_t least = 0;
  for (std::string_view const word : known) {
    if (word.size() > longest_word) continue;
    std::size_t const wrong = distance(typed, word);
    bool const near = wrong <= std::max<std::size_t>(1, std::max(typed.size(), word.size()) / 3);
    if (near && wrong < word.size() && (!nearest || wrong < least)) {
      nearest = word;
      least = wrong;
    }
  }
  return nearest;
}

std::string list_of_words(std::span<std::string_view const> words) {
  std::string text;
  for (std::string_view const word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

}  // namespace holdfast
