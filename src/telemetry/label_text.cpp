#include "telemetry/label_text.hpp"

#include "holdfast/base/excerpt.hpp"

#include <cstddef>

namespace holdfast {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Readers of such pages differ in what they make of them.
[[nodiscard]] bool is_control(char each) noexcept {
  return (static_cast<unsigned char>(each) < ' ' && each != '\t') || each == '\x7F';
}

[[nodiscard]] bool is_plain(char each) noexcept {
  return each >= ' ' && each <= '~' && each != '\\' && each != '"';
}

}  // namespace

void append_label_text(std::string& to, std::string_view text, bool quoted) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t plain = at;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    to.append(text.substr(at, plain - at));
    at = plain;
    if (at == text.size()) return;
    char const each = text[at];
    if (each == '\\') {
      to += "\\\\";
    } else if (each == '\n') {
      to += "\\n";
    } else if (each == '"') {
      to += quoted ? "\\\"" : "\"";
    } else if (std::size_t const length = utf8_length(text.substr(at));
               length == 0 || is_control(each)) {
      to += replacement;
    } else {
      to.append(text.substr(at, length));
      at += length - 1;
    }
    ++at;
  }
}

}  // namespace holdfast
