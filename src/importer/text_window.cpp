#include "holdfast/importer/text_window.hpp"

#include "holdfast/base/contract.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <simdjson.h>

namespace holdfast {
namespace {

/// How many bytes at the end of `text` are the beginning of a character that goes on behind it.
std::size_t unfinished_tail(std::string_view text) {
  std::size_t const most = std::min<std::size_t>(text.size(), 3);
  for (std::size_t back = 1; back <= most; ++back) {
    auto const byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    std::size_t const length = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : byte >= 0xC0U ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

bool is_clean(std::string_view text) {
  return simdjson::validate_utf8(text) && text.find('\0') == std::string_view::npos;
}

}  // namespace

text_window::text_window(text_decoder input, std::size_t refill)
    : input_{std::move(input)}, refill_{refill} {
  expects(refill >= 64, "a window is refilled by at least 64 bytes");
}

bool text_window::grow() {
  std::size_t const before = end_ - begin_;
  make_room(std::max(before, refill_));
  std::size_t const enough = before + std::max<std::size_t>(before, 1);
  std::size_t const old_end = end_;
  while (end_ < enough && !ended_ && !failed_) read_once();
  check_new_text();
  return end_ != old_end;
}

// Moves what is held to the front of the buffer, which then has room for `wanted` bytes more.
void text_window::make_room(std::size_t wanted) {
  std::size_t const held = end_ - begin_;
  if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, held);
    checked_ = std::max(checked_, begin_) - begin_;
    begin_ = 0;
    end_ = held;
  }
  std::size_t const needed = held + wanted + text_decoder::least_room;
  if (buffer_.size() < needed) buffer_.resize(needed);
}

void text_window::read_once() {
  auto const got = input_.read(std::span{buffer_}.subspan(end_));
  if (!got) {
    failed_ = got.error();
  } else {
    end_ += *got;
    ended_ = *got == 0;
  }
}

void text_window::check_new_text() {
  std::string_view const fresh{buffer_.data() + checked_, end_ - checked_};
  std::size_t const tail = ended_ ? 0 : unfinished_tail(fresh);
  if (!is_clean(fresh.substr(0, fresh.size() - tail))) {
    suspect_until_ = offset_ + (end_ - begin_);
  }
  checked_ = end_ - tail;
}

}  // namespace holdfast
