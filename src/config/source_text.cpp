#include "source_text.hpp"

#include "holdfast/base/excerpt.hpp"

#include <algorithm>

namespace holdfast {
namespace {

bool is_forbidden_control(char c) {
  auto const byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
}

std::uint64_t characters_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

source_text::source_text(std::string_view text, std::string name)
    : text_{text}, name_{std::make_shared<std::string const>(std::move(name))}, line_starts_{0} {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  for (std::size_t at = text_.find('\n'); at != text_.npos; at = text_.find('\n', at + 1)) {
    line_starts_.push_back(at + 1);
  }
}

std::optional<problem> source_text::bad_character() {
  std::size_t at = 0;
  while (at < text_.size()) {
    std::size_t const length = utf8_length(text_.substr(at));
    bool const control = is_forbidden_control(text_[at]);
    if (length == 0 || control) {
      auto const line = std::upper_bound(line_starts_.begin(), line_starts_.end(), at) - 1;
      auto const number = static_cast<std::size_t>(line - line_starts_.begin());
      std::string const shown = excerpt(text_.substr(at, 1));
      return problem{this->at(number, at - *line),
                     control ? "the control character " + shown + " may not stand here"
                             : "the byte " + shown + " is not UTF-8",
                     control ? "write it as an escape in double quotes, or remove it"
                             : "save the file as UTF-8"};
    }
    at += length;
  }
  return std::nullopt;
}

text_position source_text::at(std::size_t line, std::size_t byte_in_line) {
  if (line != last_line_) {
    last_line_ = line;
    last_byte_ = last_characters_ = 0;
  }
  auto const& [least, most] = std::minmax(last_byte_, byte_in_line);
  std::uint64_t const between = characters_in(from(line, least).substr(0, most - least));
  last_characters_ += byte_in_line < last_byte_ ? -between : between;
  last_byte_ = byte_in_line;
  return {*name_, line + 1, last_characters_ + 1};
}

std::string_view source_text::from(std::size_t line, std::size_t byte_in_line) const {
  if (line >= line_starts_.size()) return {};
  return text_.substr(std::min(line_starts_[line] + byte_in_line, text_.size()));
}

}  // namespace holdfast
