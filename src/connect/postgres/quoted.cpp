#include "holdfast/connect/postgres/quoted.hpp"

namespace holdfast::postgres {

// libpq's PQescapeIdentifier wants a connection, for encodings in which a quote may be the second
// byte of a character. Our sessions speak UTF-8, where it can't.
std::optional<std::string> quoted(std::string_view name) {
  if (name.empty() || name.find('\0') != std::string_view::npos) return std::nullopt;
  std::string text{"\""};
  for (char const each : name) {
    if (each == '"') text.push_back('"');
    text.push_back(each);
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
