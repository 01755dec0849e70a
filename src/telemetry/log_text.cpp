#include "telemetry/log_text.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/redact/redact.hpp"
#include "holdfast/telemetry/event_log.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace holdfast {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

[[nodiscard]] unsigned byte_of(char c) noexcept { return static_cast<unsigned char>(c); }

/// Of one character that is well formed.
[[nodiscard]] unsigned code_point_of(std::string_view character) noexcept {
  unsigned point = byte_of(character[0]);
  if (character.size() > 1) point &= 0x7FU >> character.size();
  for (char const c : character.substr(1)) point = (point << 6U) | (byte_of(c) & 0x3FU);
  return point;
}

struct code_range {
  unsigned first, last;
};

/// What moves a cursor, ends a line or turns the direction of text, or can't be seen. All of it
/// lies below U+10000. Source: Unicode 15, annex 9, section 2, and the controls of chapter 23.
constexpr std::array<code_range, 8> dangerous{{{0x00, 0x1F},
                                               {0x7F, 0x9F},
                                               {0x061C, 0x061C},
                                               {0x200E, 0x200F},
                                               {0x2028, 0x202E},
                                               {0x2066, 0x2069},
                                               {0xFEFF, 0xFEFF},
                                               {0xFFF9, 0xFFFB}}};

[[nodiscard]] bool is_dangerous(unsigned point) noexcept {
  return std::any_of(dangerous.begin(), dangerous.end(),
                     [&](code_range each) { return point >= each.first && point <= each.last; });
}

void append_hex(std::string& to, unsigned value, unsigned digits) {
  while (digits-- > 0) to += hex_digits[(value >> (4 * digits)) & 0xFU];
}

/// "\n", "\x1b" or "\u202e"; JSON knows no \x.
void append_dangerous(std::string& to, unsigned point, text_place where) {
  if (point == '\n') {
    to += "\\n";
  } else if (point == '\t') {
    to += "\\t";
  } else if (point < 0x80 && where != text_place::json) {
    append_hex(to += "\\x", point, 2);
  } else {
    append_hex(to += "\\u", point, 4);
  }
}

/// Appends one character, or one byte where there is none; how many bytes it took.
std::size_t append_character(std::string& to, std::string_view text, text_place where) {
  std::size_t const length = utf8_length(text);
  if (length == 0) {
    append_hex(to += where == text_place::json ? "\\\\x" : "\\x", byte_of(text[0]), 2);
    return 1;
  }
  std::string_view const character = text.substr(0, length);
  unsigned const point = code_point_of(character);
  if (is_dangerous(point)) {
    append_dangerous(to, point, where);
  } else {
    if (where != text_place::open && (point == '"' || point == '\\')) to += '\\';
    to += character;
  }
  return length;
}

}  // namespace

void append_escaped(std::string& to, std::string_view text, text_place where, std::size_t limit) {
  std::size_t const end = to.size() + limit;
  while (!text.empty()) {
    std::size_t const before = to.size();
    text.remove_prefix(append_character(to, text, where));
    if (to.size() > end) {
      to.resize(before);
      to += "…";
      return;
    }
  }
}

bool is_plain_word(std::string_view text) noexcept {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/@+-";
  return !text.empty() && text.find_first_not_of(plain) == std::string_view::npos;
}

std::string shown_text(std::string_view text) {
  constexpr std::size_t longest = event_log::longest_text;
  if (text.size() <= longest) return redacted(text);
  std::size_t end = longest;
  while (end > longest - 3 && (byte_of(text[end]) & 0xC0U) == 0x80U) --end;
  return redacted(text.substr(0, end), text_end::cut) + "…";
}

std::string timestamp_text(std::chrono::system_clock::time_point at) {
  namespace chrono = std::chrono;
  auto const moment = chrono::floor<chrono::milliseconds>(at);
  auto const day = chrono::floor<chrono::days>(moment);
  chrono::year_month_day const date{day};
  chrono::hh_mm_ss const time{moment - day};
  std::array<char, 64> text{};
  int const length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
      static_cast<int>(time.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace holdfast
