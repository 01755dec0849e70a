#include "redact/reading.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  return is_hex(c) ? to_lower(c) - 'a' + 10 : -1;
}

/// The byte that two hexadecimal digits at `at` spell; -1 where there are none.
int hex_byte(std::string_view text, std::size_t at) {
  if (at + 2 > text.size()) return -1;
  int const high = hex_value(text[at]);
  int const low = hex_value(text[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/// A byte behind up to `layers` percent signs: `%3D`, `%253D`.
symbol read_percent(std::string_view text, std::size_t at, int layers) {
  int byte = hex_byte(text, at + 1);
  if (byte < 0) return {'%', 1, 0};
  if (byte == '%' && layers > 1) {
    int const inner = hex_byte(text, at + 3);
    if (inner >= 0) return {static_cast<char>(inner), 5, 2};
  }
  return {static_cast<char>(byte), 3, 1};
}

/// What JSON writes with a backslash and decodes to one ASCII character, after the backslash.
symbol read_escape(std::string_view text, std::size_t at, symbol backslash) {
  std::size_t const next = at + backslash.length;
  if (next >= text.size()) return backslash;
  if (text[next] == '/') return {'/', backslash.length + 1, backslash.layers};
  if (text[next] != 'u' || text.substr(next + 1, 2) != "00") return backslash;
  int const byte = hex_byte(text, next + 3);
  if (byte < 0 || byte >= 0x80) return backslash;
  return {static_cast<char>(byte), backslash.length + 5, backslash.layers};
}

}  // namespace

symbol read_coded_symbol(std::string_view text, std::size_t at, int layers) noexcept {
  symbol read{text[at], 1, 0};
  if (layers > 0 && read.value == '%') read = read_percent(text, at, layers);
  if (layers > 0 && read.value == '+' && read.length == 1) return {' ', 1, 1};
  return read.value == '\\' ? read_escape(text, at, read) : read;
}

symbol symbol_before(std::string_view text, std::size_t at) noexcept {
  if (at == 0) return {};
  for (unsigned const length : {6U, 5U, 3U}) {  // \u0020, %2520, %20
    if (at < length) continue;
    symbol const coded = read_symbol(text, at - length, most_layers);
    if (coded.length == length) return coded;
  }
  char const c = text[at - 1];
  bool const escaped = at > 1 && text[at - 2] == '\\';
  if (escaped && (c == 'n' || c == 'r')) return {'\n', 2, 0};
  return escaped && c == 't' ? symbol{'\t', 2, 0} : symbol{c, 1, 0};
}

bool equals_folded(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (to_lower(text[i]) != lower[i]) return false;
  }
  return true;
}

bool word_may_begin(std::string_view text, std::size_t at) noexcept {
  if (at == 0 || !is_word(text[at - 1])) return true;
  if (at >= 3 && text[at - 3] == '%' && hex_byte(text, at - 2) >= 0) return true;
  if (at >= 5 && text.substr(at - 5, 3) == "%25" && hex_byte(text, at - 2) >= 0) return true;
  if (at >= 6 && text.substr(at - 6, 4) == "\\u00" && hex_byte(text, at - 2) >= 0) return true;
  if (at < 2 || text[at - 2] != '\\') return false;
  char const c = text[at - 1];
  return c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f';
}

std::size_t skip_spaces(std::string_view text, std::size_t at, int layers) noexcept {
  std::size_t const limit = std::min(text.size(), at + 256);
  while (at < limit) {
    symbol const next = read_symbol(text, at, layers);
    if (!next || !is_space(next.value)) break;
    at += next.length;
  }
  return at;
}

}  // namespace holdfast::redact_detail
