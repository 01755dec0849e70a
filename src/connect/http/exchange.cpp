#include "connect/http/exchange.hpp"

#include <charconv>

namespace holdfast::http {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  auto const first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The status of "HTTP/1.1 200 OK" or "HTTP/2 200"; 0 where there is none.
int status_of(std::string_view status_line) {
  int status = 0;
  auto const blank = status_line.find(' ');
  if (blank == std::string_view::npos) return status;
  std::string_view const rest = trimmed(status_line.substr(blank));
  std::from_chars(rest.data(), rest.data() + rest.size(), status);
  return status;
}

}  // namespace

bool exchange::take_header_line(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    answer_ = response{};
    answer_.status = status_of(line);
    header_bytes_ = 0;
    body_bytes_ = 0;
    return true;
  }
  header_bytes_ += line.size();
  if (header_bytes_ > bounds_.max_headers.value) {
    broken_ = broken_limit::headers;
    return false;
  }
  auto const colon = line.find(':');
  if (colon == std::string_view::npos) return true;  // the empty line at the end
  answer_.headers.push_back(
      {std::string{trimmed(line.substr(0, colon))}, std::string{trimmed(line.substr(colon + 1))}});
  return true;
}

bool exchange::take_body(std::string_view piece) {
  body_bytes_ += piece.size();
  if (body_bytes_ > bounds_.max_body.value) {
    broken_ = broken_limit::body;
    return false;
  }
  if (is_success()) answer_.body.append(piece);
  return true;
}

}  // namespace holdfast::http
