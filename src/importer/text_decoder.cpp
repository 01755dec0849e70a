#include "holdfast/importer/text_decoder.hpp"

#include "holdfast/base/contract.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace holdfast {
namespace {

constexpr std::size_t packed_units = 64 * 1024;
constexpr std::size_t longest_mark = 3;
constexpr std::string_view no_utf8 = "\xff";  // stands for half a unit at the end of the text

constexpr bool is_high(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

/// Writes one code point; a lone surrogate gets the three bytes that UTF-8 forbids for it.
char* put(char* to, std::uint32_t point) {
  auto const byte = [&to](std::uint32_t value) { *to++ = static_cast<char>(value); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0U | (point >> 6U));
    byte(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    byte(0xE0U | (point >> 12U));
    byte(0x80U | ((point >> 6U) & 0x3FU));
    byte(0x80U | (point & 0x3FU));
  } else {
    byte(0xF0U | (point >> 18U));
    byte(0x80U | ((point >> 12U) & 0x3FU));
    byte(0x80U | ((point >> 6U) & 0x3FU));
    byte(0x80U | (point & 0x3FU));
  }
  return to;
}

}  // namespace

std::string_view name_of(text_encoding encoding) noexcept {
  switch (encoding) {
    case text_encoding::utf8: return "UTF-8";
    case text_encoding::utf8_bom: return "UTF-8 with byte order mark";
    case text_encoding::utf16_le: return "UTF-16 LE";
    case text_encoding::utf16_be: return "UTF-16 BE";
  }
  return "?";
}

text_decoder::text_decoder(std::unique_ptr<byte_source> bytes) : bytes_{std::move(bytes)} {}

expected<std::size_t, problem> text_decoder::read(std::span<char> room) {
  expects(room.size() >= least_room, "text_decoder::read is given room for a character");
  if (!detected_) {
    auto const done = detect();
    if (!done) return unexpected{done.error()};
  }
  if (encoding_ == text_encoding::utf16_le || encoding_ == text_encoding::utf16_be) {
    return translate(room);
  }
  std::size_t const left = pending_.size() - pending_from_;
  if (left == 0) return bytes_->read(room);
  std::size_t const size = std::min(left, room.size());
  std::memcpy(room.data(), pending_.data() + pending_from_, size);
  pending_from_ += size;
  return size;
}

// Reads until the byte order mark, if there is one, is whole.
expected<bool, problem> text_decoder::detect() {
  std::size_t size = pending_.size();
  while (size < longest_mark && !input_ended_) {
    pending_.resize(longest_mark);
    auto const got = bytes_->read(std::span{pending_}.subspan(size));
    pending_.resize(size + got.value_or(0));
    if (!got) return unexpected{got.error()};
    input_ended_ = *got == 0;
    size = pending_.size();
  }
  std::string_view const start{pending_.data(), size};
  detected_ = true;
  if (start.starts_with("\xef\xbb\xbf")) {
    encoding_ = text_encoding::utf8_bom;
    pending_from_ = 3;
  } else if (start.starts_with("\xff\xfe")) {
    encoding_ = text_encoding::utf16_le;
    pending_from_ = 2;
  } else if (start.starts_with("\xfe\xff")) {
    encoding_ = text_encoding::utf16_be;
    pending_from_ = 2;
  }
  return true;
}

expected<bool, problem> text_decoder::refill() {
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(pending_from_));
  pending_from_ = 0;
  std::size_t const kept = pending_.size();
  pending_.resize(packed_units);
  auto const got = bytes_->read(std::span{pending_}.subspan(kept));
  pending_.resize(kept + got.value_or(0));
  if (!got) return unexpected{got.error()};
  input_ended_ = *got == 0;
  return true;
}

std::uint32_t text_decoder::unit_at(std::size_t at) const noexcept {
  auto const first = static_cast<unsigned char>(pending_[at]);
  auto const second = static_cast<unsigned char>(pending_[at + 1]);
  bool const little = encoding_ == text_encoding::utf16_le;
  return little ? first | (static_cast<std::uint32_t>(second) << 8U)
                : second | (static_cast<std::uint32_t>(first) << 8U);
}

expected<std::size_t, problem> text_decoder::translate(std::span<char> room) {
  char* to = room.data();
  char const* const full = room.data() + room.size() - 4;
  for (;;) {
    while (to <= full && pending_.size() - pending_from_ >= 2) {
      std::uint32_t point = unit_at(pending_from_);
      if (is_high(point)) {
        bool const pair_known = pending_.size() - pending_from_ >= 4;
        if (!pair_known && !input_ended_) break;
        std::uint32_t const next = pair_known ? unit_at(pending_from_ + 2) : 0;
        if (is_low(next)) {
          point = 0x10000U + ((point - 0xD800U) << 10U) + (next - 0xDC00U);
          pending_from_ += 2;
        }
      }
      to = put(to, point);
      pending_from_ += 2;
    }
    if (to != room.data()) return static_cast<std::size_t>(to - room.data());
    if (input_ended_) break;
    auto const done = refill();
    if (!done) return unexpected{done.error()};
  }
  if (pending_from_ == pending_.size()) return 0;
  pending_from_ = pending_.size();
  std::memcpy(room.data(), no_utf8.data(), no_utf8.size());
  return no_utf8.size();
}

}  // namespace holdfast
