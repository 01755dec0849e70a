#include "holdfast/connect/postgres/quoted.hpp"

#include "holdfast/base/excerpt.hpp"

namespace holdfast::postgres {

// libpq's PQescapeIdentifier wants a connection, for encodings in which a quote may be the second
// byte of a character. Our sessions speak UTF-8, where it can't.
std::optional<std::string> quoted(std::string_view name) {
  if (name.empty()) return std::nullopt;
  std::string text{"\""};
  while (!name.empty()) {
    std::size_t const length = utf8_length(name);
    if (length == 0 || name.front() == '\0') return std::nullopt;
    if (name.front() == '"') text.push_back('"');
    text.append(name.substr(0, length));
    name.remove_prefix(length);
  }
  return text.append("\"");
}

std::optional<std::string> quoted(std::string_view schema, std::string_view name) {
  auto const first = quoted(schema);
  auto const second = quoted(name);
  if (!first || !second) return std::nullopt;
  return *first + "." + *second;
}

}  // namespace holdfast::postgres
