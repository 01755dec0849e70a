#include "importer/postgres_copy_text.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace holdfast::postgres {
namespace {

/// The letter that stands for a byte behind a backslash, or 0 for one that stands for itself.
constexpr char escape_of(char byte) noexcept {
  switch (byte) {
    case '\\': return '\\';
    case '\t': return 't';
    case '\n': return 'n';
    case '\r': return 'r';
    default: return 0;
  }
}

constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = escape_of(static_cast<char>(i));
  return table;
}();

}  // namespace

std::string& copy_text::begin_cell() {
  if (in_row_) bytes_ += '\t';
  in_row_ = true;
  return bytes_;
}

void copy_text::add(std::string_view text) {
  begin_cell();
  std::size_t plain = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char const escape = escapes[static_cast<unsigned char>(text[at])];
    if (escape == 0) continue;
    bytes_.append(text, plain, at - plain);
    bytes_ += '\\';
    bytes_ += escape;
    plain = at + 1;
  }
  bytes_.append(text, plain);
}

void copy_text::add(std::int64_t number) {
  number_text room;
  begin_cell() += text_of(value::of(number), room);
}

void copy_text::add_bytes(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  begin_cell() += "\\\\x";
  for (char const each : bytes) {
    auto const byte = static_cast<unsigned char>(each);
    bytes_ += digits[byte >> 4U];
    bytes_ += digits[byte & 15U];
  }
}

void copy_text::add(value const& of, column_type column) {
  if (of.kind == value_kind::null) return add_null();
  if (of.kind == value_kind::text) return add(of.text);
  number_text room;
  std::string_view const spelling = text_of(of, room);
  if (of.kind == value_kind::real && column == column_type::number) {
    begin_cell() += numeric_text(spelling);
  } else {
    begin_cell() += spelling;
  }
}

void copy_text::end_row() {
  bytes_ += '\n';
  in_row_ = false;
}

std::string numeric_text(std::string_view spelling) {
  auto const mark = spelling.find("e+");
  if (mark == std::string_view::npos) return std::string{spelling};
  std::size_t exponent = 0;
  std::from_chars(spelling.data() + mark + 2, spelling.data() + spelling.size(), exponent);
  std::string_view const mantissa = spelling.substr(0, mark);
  auto const point = mantissa.find('.');
  std::size_t const behind = point == std::string_view::npos ? 0 : mantissa.size() - point - 1;
  std::string text{mantissa.substr(0, point)};
  if (behind > 0) text += mantissa.substr(point + 1);
  // Its spelling has an exponent from 16 digits on, so no digit is left behind the point.
  text.append(exponent > behind ? exponent - behind : 0, '0');
  return text + ".0";
}

}  // namespace holdfast::postgres
