#include "holdfast/redact/redaction.hpp"
#include "redact/reading.hpp"
#include "redact/scan.hpp"
#include "redact/value.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace holdfast::redact_detail {
namespace {

constexpr auto says_nothing = std::to_array<std::string_view>(
    {"null",    "nil",      "none",    "true",     "false",   "yes",      "no",      "undefined",
     "hidden",  "redacted", "masked",  "filtered", "removed", "required", "missing", "empty",
     "invalid", "expired",  "must",    "is",       "was",     "not",      "cannot",  "incorrect",
     "wrong",   "unset",    "unknown", "ok",       "failed",  "disabled", "enabled", "default",
     "n/a",     "nullptr",  "(null)",  "xxx"});

bool is_one_of(std::string_view text, std::span<std::string_view const> words) noexcept {
  return std::ranges::any_of(words,
                             [text](std::string_view word) { return equals_folded(text, word); });
}

/// Signs alone are no secret that could be used: `'}'`. Nor are marks, with signs around them.
bool has_letter_or_digit(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(redacted_mark)) {
      at += redacted_mark.size();
      continue;
    }
    if (is_word(text[at]) && text[at] != '_') return true;
    ++at;
  }
  return false;
}

/// `***`, `xxxxxx`, `•••`, `....`: one character again and again.
bool is_filler(std::string_view text) noexcept {
  constexpr std::string_view fillers = "*xX.-_#?\xE2\x80\xA2";
  bool const filled = text.find_first_not_of(fillers) == std::string_view::npos;
  bool const letters = text.find_first_of("xX") != std::string_view::npos;
  return filled && (text.size() >= 3 || !letters);
}

/// `<password>`, `[hidden]`, `(secret)`, `{{ token }}`, `%(password)s`: words in brackets.
bool is_bracketed(std::string_view text) noexcept {
  constexpr std::string_view open = "<[({";
  constexpr std::string_view close = ">])}";
  auto const kind = open.find(text.front());
  if (kind == std::string_view::npos || text.size() < 2 || text.back() != close[kind]) return false;
  return std::ranges::all_of(text.substr(1, text.size() - 2), [](char c) {
    return is_letter(c) || c == '_' || c == '-' || c == ' ' || c == '{' || c == '}' || c == '.';
  });
}

/// `$1`, `$PASSWORD`, `${PASSWORD}`, `$(cat file)`, `%s`, `:name`, `?`, `{0}`: filled in elsewhere.
bool is_variable(std::string_view text) noexcept {
  if (text.size() < 2) return false;
  char const next = text[1];
  bool const name = std::ranges::all_of(text.substr(1), [](char c) { return is_word(c); });
  if (text[0] == '$') return next == '{' || next == '(' || (name && !is_lower(next));
  if (text[0] == '%') return text.size() == 2 || next == '(';
  return text[0] == '{' && next == '{';
}

/// `0a1b2c3d:4e5f6071`, a user and a password made by a machine, at any depth of encoding.
bool is_hex_pair(std::string_view text) noexcept {
  constexpr std::size_t half = 8;
  if (text.size() <= 2 * half) return false;
  symbol const colon = read_symbol(text, half, most_layers);
  if (colon.value != ':' || text.size() != 2 * half + colon.length) return false;
  return std::ranges::all_of(text.substr(0, half), is_hex) &&
         std::ranges::all_of(text.substr(half + colon.length), is_hex);
}

/// How often a letter follows a digit, a capital a small letter, and the like.
struct variety {
  int letters = 0, digits = 0, changes = 0;
  bool foreign = false;  ///< signs that keys do not have
  bool parted = false;   ///< signs that stand between words
};

int kind_of(char c) noexcept { return is_digit(c) ? 1 : is_upper(c) ? 2 : is_lower(c) ? 3 : 0; }

variety variety_of(std::string_view text) noexcept {
  variety seen;
  constexpr std::string_view others = "-_./+=~!@#$%^&*";
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    seen.letters += is_letter(c) ? 1 : 0;
    seen.digits += is_digit(c) ? 1 : 0;
    if (!is_alnum(c) && others.find(c) == std::string_view::npos) seen.foreign = true;
    if (c == '-' || c == '.' || c == '_') seen.parted = true;
    bool const both = i > 0 && kind_of(c) != 0 && kind_of(text[i - 1]) != 0;
    bool const capital = i > 0 && is_lower(c) && is_upper(text[i - 1]);  // as names begin
    if (both && !capital && kind_of(c) != kind_of(text[i - 1])) ++seen.changes;
  }
  return seen;
}

}  // namespace

bool is_placeholder(std::string_view written, int layers) noexcept {
  if (!has_letter_or_digit(written)) return true;
  std::array<char, 64> meant{};
  std::size_t size = 0;
  for (std::size_t at = 0; at < written.size();) {
    symbol const next = read_symbol(written, at, layers);
    if (size == meant.size()) return written.find_first_not_of("*xX") == std::string_view::npos;
    meant[size++] = next.value;
    at += next.length;
  }
  std::string_view const text{meant.data(), size};
  if (!has_letter_or_digit(text)) return true;
  if (is_filler(text) || is_bracketed(text) || is_variable(text)) return true;
  std::string_view const word = text.substr(0, text.find_last_not_of(".,!)") + 1);
  return is_one_of(word, says_nothing);
}

found take_unless_placeholder(std::string_view text, value const& read, int layers) noexcept {
  span const inner = read.inner;
  if (is_placeholder(text.substr(inner.begin, inner.end - inner.begin), layers)) {
    return {{}, read.after};
  }
  return {inner, read.after};
}

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_alnum(text[i])) return false;
  }
  return true;
}

bool looks_random(std::string_view text) noexcept {
  if (text.size() < 12 || text.size() > 512) return false;
  if (is_uuid(text) || is_hex_pair(text)) return true;
  variety const seen = variety_of(text);
  if (seen.foreign || seen.digits == 0 || seen.letters == 0) return false;
  auto const size = static_cast<int>(text.size());
  bool const dense = seen.changes * 8 >= size || (size >= 20 && !seen.parted);
  return seen.changes >= 3 && dense && (seen.letters + seen.digits) * 8 >= size * 5;
}

}  // namespace holdfast::redact_detail
