#include "redact/structure.hpp"

#include "holdfast/redact/redactor.hpp"
#include "redact/reading.hpp"

#include <algorithm>
#include <array>

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t longest = 64 * 1024;
constexpr int deepest = 64;

constexpr auto schema_words = std::to_array<std::string_view>(
    {"string", "str", "object", "integer", "int", "number", "boolean", "bool", "array", "bytes",
     "text", "optional", "any"});
constexpr auto schema_names = std::to_array<std::string_view>(
    {"type", "format", "description", "title", "$ref", "in", "required"});

template <std::size_t Size>
bool is_one_of(std::string_view text, std::array<std::string_view, Size> const& words) noexcept {
  return std::ranges::any_of(words,
                             [text](std::string_view word) { return equals_folded(text, word); });
}

std::string_view text_of(std::string_view text, span part) noexcept {
  return text.substr(part.begin, part.end - part.begin);
}

bool is_open(char c) noexcept { return c == '{' || c == '['; }
bool is_close(char c) noexcept { return c == '}' || c == ']'; }

/// Behind the closing bracket of what begins at `at`; nothing where it is not found.
std::size_t end_of_balanced(std::string_view text, std::size_t at, int layers) noexcept {
  int depth = 0;
  for (std::size_t const begin = at; at - begin < longest && depth <= deepest;) {
    symbol const next = read_symbol(text, at, layers);
    if (!next) return no_place;
    if (is_quote(next.value) || next.value == '\\') {
      auto const quoted = read_quoted(text, at, {.layers = layers, .limit = longest});
      if (quoted && !quoted->closed) return no_place;
      at = quoted ? quoted->after : at + next.length;
      continue;
    }
    at += next.length;
    if (is_open(next.value)) ++depth;
    if (is_close(next.value) && --depth == 0) return at;
  }
  return no_place;
}

/// A word without quotes; as a value it may hold the signs that end a name.
value read_plain(std::string_view text, structure const& inside) noexcept {
  constexpr std::string_view ends = "{}[](),;\"'`";
  std::size_t at = inside.at;
  while (at < inside.end) {
    symbol const next = read_symbol(text, at, inside.layers);
    bool const sign = next.value == ':' || next.value == '=';
    if (!next || is_space(next.value) || (sign && !inside.named)) break;
    if (at > inside.at && ends.find(next.value) != std::string_view::npos) break;
    at += next.length;
  }
  return {{inside.at, at}, at};
}

bool is_telling(std::string_view text, structure const& inside, value const& read) noexcept {
  std::string_view const word = text_of(text, read.inner);
  if (is_placeholder(word, inside.layers) || is_one_of(word, schema_words)) return false;
  if (inside.named && is_one_of(text_of(text, inside.name), schema_names)) return false;
  return read.quoted || word.size() > 6 || !std::ranges::all_of(word, is_digit);
}

}  // namespace

structure read_structure(std::string_view text, std::size_t at, int layers) noexcept {
  if (text.substr(at).starts_with(redacted_mark)) return {};
  if (text.substr(at, 4) == "map[") at += 3;
  symbol const first = read_symbol(text, at, layers);
  if (!is_open(first.value)) return {};
  std::size_t end = end_of_balanced(text, at, layers);
  if (end != no_place) {
    bool const mark = end - at <= 64 && is_placeholder(text.substr(at, end - at), layers);
    if (mark) return {};
  } else {
    end = std::min(text.find('\n', at), text.size());
  }
  return {.at = at + first.length, .end = end, .layers = layers};
}

std::optional<value> next_scalar(std::string_view text, structure& inside) noexcept {
  constexpr std::string_view between = "{}[](),;:=>|";
  while (inside.at < inside.end) {
    if (text.substr(inside.at).starts_with(redacted_mark)) {
      inside.at += redacted_mark.size();
      inside.named = false;
      continue;
    }
    symbol const next = read_symbol(text, inside.at, inside.layers);
    if (!next) break;
    bool const sign = between.find(next.value) != std::string_view::npos;
    if (is_space(next.value) || sign) {
      if (is_open(next.value) || is_close(next.value) || next.value == ',') inside.named = false;
      inside.at += next.length;
      continue;
    }
    auto const quoted = read_quoted(text, inside.at, {.layers = inside.layers, .limit = longest});
    value const read = quoted ? *quoted : read_plain(text, inside);
    std::size_t const behind = skip_spaces(text, read.after, inside.layers);
    char const by = read_symbol(text, behind, inside.layers).value;
    bool const name = !inside.named && (by == ':' || by == '=');
    bool const telling = !name && is_telling(text, inside, read);
    inside.at = std::max(read.after, inside.at + next.length);
    inside.named = name;
    if (name) inside.name = read.inner;
    if (telling) return read;
  }
  return std::nullopt;
}

}  // namespace holdfast::redact_detail
