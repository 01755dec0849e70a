#include "holdfast/connect/sqlite/quoted.hpp"

namespace holdfast::sqlite {

std::optional<std::string> quoted(std::string_view name) {
  if (name.find('\0') != std::string_view::npos) return std::nullopt;
  std::string text;
  text.reserve(name.size() + 2);
  text.push_back('"');
  for (char const c : name) {
    if (c == '"') text.push_back('"');
    text.push_back(c);
  }
  text.push_back('"');
  return text;
}

}  // namespace holdfast::sqlite
