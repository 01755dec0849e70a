#include "importer/sqlite_definition.hpp"

#include <cstddef>

namespace holdfast::sqlite {
namespace {

/// Where the token ends that begins at `at`: a quoted text, a comment, or one character.
std::size_t end_of_token(std::string_view sql, std::size_t at) {
  auto const behind = [&](std::string_view end, std::size_t opened = 1) {
    auto const found = sql.find(end, at + opened);
    return found == sql.npos ? sql.size() : found + end.size();
  };
  // A doubled quote reads as two quoted texts side by side, which ends at the same place.
  if (sql[at] == '"' || sql[at] == '\'' || sql[at] == '`') return behind(sql.substr(at, 1));
  if (sql[at] == '[') return behind("]");
  if (sql.substr(at, 2) == "--") return behind("\n");
  if (sql.substr(at, 2) == "/*") return behind("*/", 2);
  return at + 1;
}

std::string without_leading_blanks(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r\n\f");
  return first == text.npos ? std::string{} : std::string{text.substr(first)};
}

}  // namespace

std::optional<table_definition> definition_in(std::string_view sql) {
  table_definition made;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < sql.size(); at = end_of_token(sql, at)) {
    char const c = sql[at];
    if (c == '(' && depth++ == 0) {
      made.head = sql.substr(0, at + 1);
      begin = at + 1;
    }
    bool const closes = c == ')' && --depth == 0;
    if (!closes && (c != ',' || depth != 1)) continue;
    made.parts.push_back(without_leading_blanks(sql.substr(begin, at - begin)));
    begin = at + 1;
    if (!closes) continue;
    made.tail = without_leading_blanks(sql.substr(begin));
    return made;
  }
  return std::nullopt;
}

}  // namespace holdfast::sqlite
