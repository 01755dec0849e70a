#include "redact/reading.hpp"
#include "redact/scan.hpp"
#include "redact/value.hpp"

#include <algorithm>

namespace holdfast::redact_detail {

finding find_bearer(scan& seen, std::size_t at, std::size_t length) noexcept {
  std::string_view const text = seen.text;
  if (!word_may_begin(text, at)) return std::nullopt;
  symbol const gap = read_symbol(text, at + length, most_layers);
  if (!gap || !is_space(gap.value)) return std::nullopt;
  std::size_t const begin = skip_spaces(text, at + length, gap.layers);
  auto const read = read_value(text, begin, {.layers = gap.layers, .limit = 4096});
  if (!read) return std::nullopt;
  std::string_view const word = text.substr(read->inner.begin, read->inner.end - read->inner.begin);
  bool const to_the_end = seen.end == text_end::cut && read->after == text.size();
  if (!looks_random(word) && word.size() < 40 && !to_the_end) return std::nullopt;
  return take_unless_placeholder(text, *read, gap.layers);
}

namespace {

/// What is taken from `begin` to `mark`, or to the end where that is missing.
found up_to(std::string_view text, std::size_t begin, std::string_view mark) noexcept {
  std::size_t const end = std::min(text.find(mark, begin), text.size());
  return take_unless_placeholder(text, {{begin, end}, end}, 0);
}

}  // namespace

finding find_key_block(scan& seen, std::size_t at, std::size_t length) noexcept {
  std::string_view const text = seen.text;
  constexpr std::string_view putty = "Private-Lines:";
  if (length == putty.size()) {
    if (text.substr(at, length) != putty) return std::nullopt;
    std::size_t const line_end = text.find('\n', at);
    if (line_end == std::string_view::npos) return std::nullopt;
    return up_to(text, line_end + 1, "Private-MAC:");
  }
  std::size_t const line_end = std::min(text.size(), at + length + 64);
  std::string_view const head = text.substr(at, line_end - at);
  std::size_t const key = head.find("PRIVATE");
  if (key == std::string_view::npos) return std::nullopt;
  std::size_t const dashes = text.substr(0, line_end).find("----", at + key);
  if (dashes == std::string_view::npos) return std::nullopt;
  bool const ssh2 = text[dashes - 1] == ' ';  // ---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----
  std::size_t const begin = dashes + (ssh2 ? 4 : 5);
  if (begin > text.size()) return std::nullopt;
  return up_to(text, begin, ssh2 ? "---- END" : "-----END");
}

}  // namespace holdfast::redact_detail
