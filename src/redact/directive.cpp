#include "redact/directive.hpp"

#include "redact/key_name.hpp"
#include "redact/reading.hpp"

#include <algorithm>
#include <array>

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t look_back = 64;

std::string_view text_of(std::string_view text, span part) noexcept {
  return text.substr(part.begin, part.end - part.begin);
}

std::string_view before(std::string_view text, std::size_t at, std::size_t bytes) noexcept {
  std::size_t const from = at - std::min(at, bytes);
  return text.substr(from, at - from);
}

/// Whether the value of a field would begin on the next line.
bool is_on_next_line(std::string_view text, span name, separator const& by) noexcept {
  for (std::size_t at = name.end; at < by.after;) {
    symbol const next = read_symbol(text, at, most_layers);
    if (next.value == '\n') return true;
    at += next.length;
  }
  std::string_view const there = text.substr(by.after, 2);  // inside JSON
  return there == "\\n" || there == "\\r";
}

std::size_t skip_blanks_back(std::string_view text, std::size_t at) noexcept {
  for (std::size_t const from = at; from - at < look_back;) {
    symbol const blank = symbol_before(text, at);
    if (blank.value != ' ' && blank.value != '\t') break;
    at -= blank.length;
  }
  return at;
}

/// The word that ends at `end`; empty where none does.
span word_to(std::string_view text, std::size_t end) noexcept {
  std::size_t begin = end;
  while (end - begin < look_back && !word_may_begin(text, begin)) --begin;
  return {begin, end};
}

/// The word before `at`, with blanks between.
span word_before(std::string_view text, std::size_t at) noexcept {
  std::size_t const end = skip_blanks_back(text, at);
  return end < at ? word_to(text, end) : span{};
}

/// `for token in`, `for name, secret in`: whether a loop over names ends at `at`.
bool is_loop(std::string_view text, std::size_t at) noexcept {
  constexpr int most_names = 4;
  std::size_t end = skip_blanks_back(text, at);
  if (end == at) return false;
  for (int names = 0; names < most_names; ++names) {
    span const name = word_to(text, end);
    if (name.begin == name.end) return false;
    end = skip_blanks_back(text, name.begin);
    symbol const comma = symbol_before(text, end);
    if (comma.value != ',') return text_of(text, word_before(text, name.begin)) == "for";
    end = skip_blanks_back(text, end - comma.length);
  }
  return false;
}

bool begins_line(std::string_view text, std::size_t at) noexcept {
  symbol const last = symbol_before(text, skip_blanks_back(text, at));
  return !last || last.value == '\n' || is_quote(last.value) || last.value == '>';
}

/// Whether a command that sets a variable stands right before: `ENV NAME x` of a Dockerfile.
bool is_being_set(std::string_view text, span name) noexcept {
  for (std::string_view const command : {"ENV ", "setenv ", "configure set "}) {
    if (!before(text, name.begin, command.size()).ends_with(command)) continue;
    if (!word_may_begin(text, name.begin - command.size())) continue;
    return rank_of(text_of(text, name), false) == key_rank::secret;
  }
  return false;
}

}  // namespace

bool begins_command(std::string_view text, std::size_t at) noexcept {
  symbol const last = symbol_before(text, at);
  if (!last || last.value == '\n' || is_quote(last.value)) return true;
  if (last.value != ' ') return false;
  char const sign = symbol_before(text, at - last.length).value;
  return sign == '>' || sign == ':';
}

bool is_directive(std::string_view text, span name) noexcept {
  std::string_view const word = text_of(text, name);
  if (word == "requirepass" || word == "masterauth" || word == "primaryauth") return true;
  if (word == "PASS") return begins_command(text, name.begin);
  if (is_being_set(text, name)) return true;
  if (word != "password") return false;
  return before(text, name.begin, look_back).find("login ") != std::string_view::npos;
}

separator behind_verb(std::string_view text, separator by) noexcept {
  constexpr auto verbs = std::to_array<std::string_view>(
      {"provided", "is", "was", "supplied", "received", "used", "given", "set", "value"});
  for (std::string_view const verb : verbs) {
    std::size_t const end = by.after + verb.size();
    if (!equals_folded(text.substr(by.after, verb.size()), verb)) continue;
    auto const next = read_separator(text, end);
    if (!next || next->kind == sign::element) continue;
    bool const quote = is_quote(read_symbol(text, next->after, next->layers).value);
    if (next->kind != sign::space || quote) return *next;
  }
  return by;
}

span with_word_before(std::string_view text, span name) noexcept {
  if (name.begin == 0 || text[name.begin - 1] != ' ') return name;
  std::size_t begin = name.begin - 1;
  while (begin > 0 && name.begin - begin < 16 && is_letter(text[begin - 1])) --begin;
  return {begin, name.end};
}

bool opens_block(std::string_view text, span name, separator const& by) noexcept {
  bool const colon = read_symbol(text, name.end, most_layers).value == ':';
  if (!colon || !is_on_next_line(text, name, by)) return false;
  span word = word_before(text, name.begin);
  if (text_of(text, word) == "in") return is_loop(text, word.begin);
  if (text_of(text, word) == "not") word = word_before(text, word.begin);
  for (std::string_view const condition : {"if", "elif", "while"}) {
    if (text_of(text, word) == condition) return begins_line(text, word.begin);
  }
  return false;
}

bool follows_unexpected(std::string_view text, span name) noexcept {
  constexpr std::string_view word = "unexpected ";
  return equals_folded(before(text, name.begin, word.size()), word);
}

}  // namespace holdfast::redact_detail
