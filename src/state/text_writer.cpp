#include "state/text_writer.hpp"

#include "holdfast/base/excerpt.hpp"

#include <limits>

namespace holdfast {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool needs_escape(char c) noexcept {
  auto const byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\';
}

/// A control as \u0007, a byte that is no UTF-8 as \udc80 to \udcff.
void append_escaped_byte(std::string& to, char c) {
  auto const byte = static_cast<unsigned char>(c);
  to += byte < 0x20 ? "\\u00" : "\\udc";
  to.append(1, hex_digits[byte >> 4U]).append(1, hex_digits[byte & 0xFU]);
}

}  // namespace

void text_writer::time(instant at) {
  if (at == never_reached) {
    to_ += "null";
    return;
  }
  using limits = std::numeric_limits<duration::rep>;
  number(at.time_since_epoch().count(), limits::min(), limits::max());
}

void text_writer::quoted(std::string_view text) {
  to_ += '"';
  while (!text.empty()) {
    std::size_t length = 1;
    if (!needs_escape(text[0])) {
      while (length < text.size() && !needs_escape(text[length])) ++length;
      to_.append(text.substr(0, length));
    } else if (text[0] == '"' || text[0] == '\\') {
      to_.append(1, '\\').append(1, text[0]);
    } else if (length = utf8_length(text); length > 1) {
      to_.append(text.substr(0, length));
    } else {
      length = 1;
      append_escaped_byte(to_, text[0]);
    }
    text.remove_prefix(length);
  }
  to_ += '"';
}

}  // namespace holdfast
