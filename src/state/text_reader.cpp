#include "state/text_reader.hpp"

#include "holdfast/base/excerpt.hpp"

#include <algorithm>

namespace holdfast {
namespace {

constexpr std::string_view digits = "0123456789";

std::optional<unsigned> hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  return std::nullopt;
}

}  // namespace

bool text_reader::took(std::string_view expected) noexcept {
  if (failed() || !rest().starts_with(expected)) return false;
  at_ += expected.size();
  return true;
}

void text_reader::expect(std::string_view expected) noexcept {
  if (!took(expected)) fail("not what stands there in a record of this version");
}

text_reader& text_reader::key(std::string_view name) {
  if (!first_) expect(",");
  first_ = false;
  expect("\"");
  expect(name);
  expect("\":");
  return *this;
}

/// A whole number as it is written: no leading zeros, no minus before zero.
std::string_view text_reader::next_number() noexcept {
  std::string_view const from = rest();
  std::size_t const sign = from.starts_with('-') ? 1 : 0;
  std::size_t const end = std::min(from.find_first_not_of(digits, sign), from.size());
  std::string_view const magnitude = from.substr(sign, end - sign);
  bool const plain = !magnitude.empty() && (magnitude[0] != '0' || end == 1);
  if (!plain) {
    fail("not a whole number");
    return {};
  }
  at_ += end;
  return from.substr(0, end);
}

void text_reader::flag(bool& value) {
  value = took("true");
  if (!value) expect("false");
}

void text_reader::time(instant& at) {
  if (took("null")) {
    at = never_reached;
    return;
  }
  using limits = std::numeric_limits<duration::rep>;
  duration::rep count = 0;
  number(count, limits::min(), limits::max() - 1);
  at = instant{duration{count}};
}

void text_reader::time(wall_time& at) {
  duration since{};
  length(since);
  at = wall_time{since};
}

void text_reader::length(duration& span) {
  duration::rep count = 0;
  number(count, duration::rep{0}, duration::max().count());
  span = duration{count};
}

std::string text_reader::unquoted() {
  std::string read;
  expect("\"");
  while (!failed() && !took("\"")) {
    std::string_view const from = rest();
    std::size_t const length = utf8_length(from);
    bool const is_control = length == 1 && static_cast<unsigned char>(from[0]) < 0x20;
    if (length == 0 || is_control) {
      fail("a text that has no end, or a byte that is to be escaped");
    } else if (from[0] == '\\') {
      append_escape(read);
    } else {
      read += from.substr(0, length);
      at_ += length;
    }
  }
  return read;
}

void text_reader::append_escape(std::string& to) {
  if (took("\\\"")) {
    to += '"';
  } else if (took("\\\\")) {
    to += '\\';
  } else {
    bool const is_control = took("\\u00");
    if (!is_control) expect("\\udc");
    std::string_view const from = rest();
    auto const high = from.empty() ? std::nullopt : hex_value(from[0]);
    auto const low = from.size() < 2 ? std::nullopt : hex_value(from[1]);
    unsigned const byte = high && low ? *high * 16 + *low : 0;
    if (!high || !low || (is_control ? byte >= 0x20 : byte < 0x80)) return fail("a wrong escape");
    at_ += 2;
    to += static_cast<char>(byte);
  }
}

void text_reader::end() {
  if (!rest().empty()) fail("more than a record");
}

std::string text_reader::why() const {
  return failed() ? "byte " + std::to_string(at_) + ": " + why_ : "";
}

}  // namespace holdfast
