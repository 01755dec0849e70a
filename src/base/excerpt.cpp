#include "holdfast/base/excerpt.hpp"

#include <algorithm>
#include <array>

namespace holdfast {
namespace {

constexpr unsigned byte_of(char c) { return static_cast<unsigned char>(c); }

/// One row of the table of well-formed sequences: lead bytes, length, range of the second byte.
struct lead_range {
  unsigned first, last;
  std::size_t length;
  unsigned second_first, second_last;
};

constexpr std::array<lead_range, 7> leads{{{0xC2, 0xDF, 2, 0x80, 0xBF},
                                           {0xE0, 0xE0, 3, 0xA0, 0xBF},
                                           {0xE1, 0xEC, 3, 0x80, 0xBF},
                                           {0xED, 0xED, 3, 0x80, 0x9F},
                                           {0xEE, 0xEF, 3, 0x80, 0xBF},
                                           {0xF0, 0xF0, 4, 0x90, 0xBF},
                                           {0xF1, 0xF4, 4, 0x80, 0xBF}}};

/// Marks that end a line or turn the direction of text, so that it shows other than it is: from
/// Unicode 15, annex 9, section 2.
constexpr std::array<std::string_view, 14> turning{"\u061C", "\u200E", "\u200F", "\u2028", "\u2029",
                                                   "\u202A", "\u202B", "\u202C", "\u202D", "\u202E",
                                                   "\u2066", "\u2067", "\u2068", "\u2069"};

/// Whether a character moves a terminal instead of showing: the controls C0, DEL and C1, and marks
/// of direction.
bool is_control(std::string_view character) {
  unsigned const first = byte_of(character[0]);
  if (first < 0x20 || first == 0x7F) return true;
  if (first == 0xC2) return byte_of(character[1]) < 0xA0;
  return std::find(turning.begin(), turning.end(), character) != turning.end();
}

void append_escaped(std::string& to, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (c == '\n') {
    to += "\\n";
  } else if (c == '\t') {
    to += "\\t";
  } else {
    to.append("\\x").append(1, digits[byte_of(c) >> 4U]).append(1, digits[byte_of(c) & 0xFU]);
  }
}

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept {
  if (text.empty()) return 0;
  unsigned const lead = byte_of(text[0]);
  if (lead < 0x80) return 1;
  for (auto const& row : leads) {
    if (lead < row.first || lead > row.last) continue;
    if (text.size() < row.length) return 0;
    // U+10FFFF is the last character: after F4 the second byte ends at 8F.
    unsigned const second_last = lead == 0xF4 ? 0x8F : row.second_last;
    if (byte_of(text[1]) < row.second_first || byte_of(text[1]) > second_last) return 0;
    for (std::size_t at = 2; at < row.length; ++at) {
      if ((byte_of(text[at]) & 0xC0U) != 0x80U) return 0;
    }
    return row.length;
  }
  return 0;
}

std::string excerpt(std::string_view text, std::size_t limit) {
  std::string shown;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t const length = utf8_length(text.substr(at));
    std::size_t const step = length == 0 ? 1 : length;
    if (at + step > limit) return shown + "…";
    std::string_view const character = text.substr(at, step);
    if (length == 0 || is_control(character)) {
      for (char const c : character) append_escaped(shown, c);
    } else {
      shown += character;
    }
    at += step;
  }
  return shown;
}

}  // namespace holdfast
