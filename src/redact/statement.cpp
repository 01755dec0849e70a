#include "redact/reading.hpp"
#include "redact/scan.hpp"
#include "redact/value.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

/// A word of SQL and the next one.
struct word_pair {
  std::string_view first{};
  std::string_view second{};
  std::size_t second_at = 0;
  int layers = 0;
  char sign = '\0';  ///< the symbol where the second word should begin
};

std::string_view word_at(std::string_view text, std::size_t at) noexcept {
  std::size_t end = at;
  while (end < text.size() && end - at < 64 && (is_word(text[end]) || text[end] == '.')) ++end;
  return text.substr(at, end - at);
}

word_pair pair_at(std::string_view text, std::size_t at) noexcept {
  word_pair read{.first = word_at(text, at)};
  std::size_t const end = at + read.first.size();
  symbol const next = read_symbol(text, end, most_layers);
  read.layers = next.layers;
  read.second_at = skip_spaces(text, end, most_layers);
  read.second = word_at(text, read.second_at);
  read.sign = read_symbol(text, read.second_at, most_layers).value;
  return read;
}

bool begins_update(std::string_view text, word_pair const& words) noexcept {
  std::size_t const end = words.second_at + words.second.size();
  std::size_t const set_at = skip_spaces(text, end, most_layers);
  return !words.second.empty() && equals_folded(word_at(text, set_at), "set");
}

/// Whether `select` begins a statement at once: `select *`, `select f(`, `select a,`.
bool begins_select(std::string_view text, word_pair const& words) noexcept {
  if (words.sign == '*') return true;
  std::size_t const end = words.second_at + words.second.size();
  char const next = read_symbol(text, end, most_layers).value;
  return !words.second.empty() && (next == '(' || next == ',');
}

/// Whether `preposition` and the name of a table follow: `insert into t`, not `merge into 'x'`.
bool has_target(std::string_view text, word_pair const& words,
                std::string_view preposition) noexcept {
  if (!equals_folded(words.second, preposition)) return false;
  std::size_t const target = skip_spaces(text, words.second_at + words.second.size(), most_layers);
  symbol const next = read_symbol(text, target, most_layers);
  return next && next.value != '\'';
}

bool begins_statement(scan& seen, word_pair const& words) noexcept {
  for (std::string_view const verb : {"insert", "replace", "merge"}) {
    if (equals_folded(words.first, verb)) return has_target(seen.text, words, "into");
  }
  if (equals_folded(words.first, "delete")) return has_target(seen.text, words, "from");
  if (equals_folded(words.first, "update")) return begins_update(seen.text, words);
  if (equals_folded(words.first, "values")) return words.sign == '(';
  if (equals_folded(words.first, "where")) return seen.select_seen;
  if (equals_folded(words.first, "parameters")) return words.sign == ':' || words.sign == '$';
  if (!equals_folded(words.first, "select")) return false;
  seen.select_seen = true;
  return begins_select(seen.text, words);
}

finding take_literal(std::string_view text, std::size_t at, int layers) noexcept {
  auto const literal = read_quoted(text, at, {.layers = layers});
  if (!literal) return std::nullopt;
  return take_unless_placeholder(text, *literal, layers);
}

/// `IDENTIFIED BY 'x'`, `IDENTIFIED WITH plugin BY 'x'`.
finding take_identified(std::string_view text, word_pair by) noexcept {
  if (equals_folded(by.second, "with")) {
    std::size_t at = skip_spaces(text, by.second_at + by.second.size(), most_layers);
    auto const plugin = read_value(text, at, {.layers = by.layers, .limit = 64});
    if (!plugin) return std::nullopt;
    by.second_at = skip_spaces(text, plugin->after, most_layers);
    by.second = word_at(text, by.second_at);
  }
  if (!equals_folded(by.second, "by") && !equals_folded(by.second, "as")) return std::nullopt;
  std::size_t const begin = skip_spaces(text, by.second_at + by.second.size(), most_layers);
  return take_literal(text, begin, by.layers);
}

/// Whether what PostgreSQL writes behind the values of a row follows at `at`, or nothing.
bool row_is_over(std::string_view text, std::size_t at, int layers) noexcept {
  symbol const next = read_symbol(text, at, layers);
  if (!next || next.value == '.' || next.value == '\n' || is_quote(next.value)) return true;
  std::string_view const word = word_at(text, skip_spaces(text, at, layers));
  return word == "already" || word == "is" || word.starts_with("conflicts");
}

/// Where the bracket closes that was opened before `begin`. Values may have brackets of their own:
/// it is the one with which the row is over; if there is none within 256 bytes, the first.
std::size_t end_of_row(std::string_view text, std::size_t begin, int layers) noexcept {
  constexpr std::size_t longest_rest = 256;
  std::size_t first = text.size();
  for (std::size_t at = begin; at < text.size() && (at < first || at - first < longest_rest);) {
    symbol const next = read_symbol(text, at, layers);
    if (next.value == '\n') return std::min(first, at);
    if (next.value == ')') {
      if (row_is_over(text, at + next.length, layers)) return at;
      first = std::min(first, at);
    }
    at += next.length;
  }
  return first;
}

finding take_row(std::string_view text, std::size_t begin, int layers) noexcept {
  std::size_t const end = end_of_row(text, begin, layers);
  return take_unless_placeholder(text, {{begin, end}, end}, layers);
}

/// `Key (a, b)=(` : where the values begin.
std::optional<std::size_t> key_values(std::string_view text, std::size_t at, int layers) noexcept {
  std::size_t const limit = std::min(text.size(), at + 256);
  bool equals = false;
  for (std::size_t i = at; i < limit;) {
    symbol const next = read_symbol(text, i, layers);
    i += next.length;
    if (equals) return next.value == '(' ? std::optional{i} : std::nullopt;
    if (next.value == '\n') return std::nullopt;
    if (next.value == ')') {
      equals = read_symbol(text, i, layers).value == '=';
      if (!equals) return std::nullopt;
      i += read_symbol(text, i, layers).length;
    }
  }
  return std::nullopt;
}

}  // namespace

finding note_statement(scan& seen, std::size_t at, std::size_t /*length*/) noexcept {
  if (!word_may_begin(seen.text, at)) return std::nullopt;
  word_pair const words = pair_at(seen.text, at);
  if (equals_folded(words.first, "identified")) {
    return take_identified(seen.text, words);
  }
  if (!seen.rules.sql_literals || seen.statement <= at) return std::nullopt;
  if (begins_statement(seen, words)) {
    seen.statement = at;
    seen.statement_layers = words.layers;
  }
  return std::nullopt;
}

finding find_literal(scan& seen, std::size_t at) noexcept {
  return take_literal(seen.text, at, seen.statement_layers);
}

finding find_row_values(scan& seen, std::size_t at, std::size_t length) noexcept {
  if (!seen.rules.row_values || !word_may_begin(seen.text, at)) return std::nullopt;
  std::string_view const text = seen.text;
  std::string_view const words = text.substr(at, length);
  symbol const gap = read_symbol(text, at + length, most_layers);
  if (!is_space(gap.value)) return std::nullopt;
  std::size_t const next = skip_spaces(text, at + length, gap.layers);
  if (to_lower(words.back()) == 'y' && words.size() == 3) {  // Key (a)=(b)
    if (read_symbol(text, next, gap.layers).value != '(') return std::nullopt;
    auto const begin = key_values(text, next, gap.layers);
    return begin ? take_row(text, *begin, gap.layers) : std::nullopt;
  }
  std::string_view const second = word_at(text, next);
  std::size_t const behind = skip_spaces(text, next + second.size(), gap.layers);
  if (equals_folded(second, "entry")) return take_literal(text, behind, gap.layers);
  if (!equals_folded(second, "row") || !equals_folded(word_at(text, behind), "contains")) {
    return std::nullopt;
  }
  std::size_t const open = skip_spaces(text, behind + 8, gap.layers);
  symbol const bracket = read_symbol(text, open, gap.layers);
  return bracket.value == '(' ? take_row(text, open + bracket.length, gap.layers) : std::nullopt;
}

}  // namespace holdfast::redact_detail
