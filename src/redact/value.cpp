#include "redact/value.hpp"

#include "redact/reading.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

/// Backslashes right before a symbol: how many, and how many bytes each one has.
struct slashes {
  std::size_t count = 0;
  std::size_t length = 1;

  void see(symbol const& seen) noexcept {
    count = seen.value == '\\' ? count + 1 : 0;
    if (count > 0) length = seen.length;
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return count * length; }
};

/// The opening quote of a value: its character and the backslashes before it, 0 in JSON, 1 in JSON
/// in JSON, 3 in JSON in JSON in JSON.
struct opening {
  char quote = '\0';
  std::size_t depth = 0;
  std::size_t after = 0;
};

std::optional<opening> read_opening(std::string_view text, std::size_t at, int layers) noexcept {
  slashes before;
  for (std::size_t steps = 0; steps < 16; ++steps) {
    symbol const next = read_symbol(text, at, layers);
    if (!next) return std::nullopt;
    at += next.length;
    if (is_quote(next.value)) return opening{next.value, before.count, at};
    if (next.value != '\\') return std::nullopt;
    before.see(next);
  }
  return std::nullopt;
}

/// Whether the same quote follows at once, doubled as in SQL; then where it ends.
std::optional<std::size_t> doubled(std::string_view text, std::size_t at, opening const& opened,
                                   int layers) noexcept {
  auto const again = read_opening(text, at, layers);
  if (!again || again->quote != opened.quote || again->depth != opened.depth) return std::nullopt;
  return again->after;
}

bool word_follows(std::string_view text, std::size_t at, int layers) noexcept {
  symbol const next = read_symbol(text, at, layers);
  return next && is_word(next.value);
}

/// A quote ends what it opened if no further backslash escapes it. With `depth` backslashes before
/// the opening one, a quote inside has as many and one more, and each backslash inside is doubled
/// once for each depth of JSON.
bool closes(opening const& opened, std::size_t before) noexcept {
  return before < opened.depth || before % (2 * (opened.depth + 1)) == opened.depth;
}

value close(std::size_t begin, std::size_t quote_at, std::size_t after, opening const& opened,
            slashes const& before) noexcept {
  std::size_t const own = std::min(before.count, opened.depth) * before.length;
  return {{begin, std::max(begin, quote_at - own)}, after, true, true};
}

std::optional<value> read_between_quotes(std::string_view text, opening const& opened,
                                         value_rules rules) noexcept {
  std::size_t const begin = opened.after;
  slashes before;
  std::size_t at = begin;
  while (at - begin <= rules.limit) {
    symbol const next = read_symbol(text, at, rules.layers);
    if (!next || next.value == '\n') return value{{begin, at}, at, true, false};
    std::size_t const after = at + next.length;
    if (next.value == opened.quote && closes(opened, before.count)) {
      auto const again = doubled(text, after, opened, rules.layers);
      bool const first = at == begin + before.bytes();
      if (again && !first) {
        at = *again;
        before = {};
        continue;
      }
      if (!word_follows(text, after, rules.layers)) {
        return close(begin, at, after, opened, before);
      }
    }
    before.see(next);
    at = after;
  }
  return std::nullopt;
}

/// `$$` or `$tag$` at `at`; empty where none stands there. Tags of SQL do not begin with a digit,
/// which tells them from the `$2b$` of a hash.
std::string_view dollar_tag(std::string_view text, std::size_t at, int layers) noexcept {
  symbol const first = read_symbol(text, at, layers);
  if (first.value != '$') return {};
  for (std::size_t end = at + first.length; end - at < 32;) {
    symbol const next = read_symbol(text, end, layers);
    if (!next || (next.value != '$' && !is_word(next.value))) return {};
    if (end == at + first.length && is_digit(next.value)) return {};
    end += next.length;
    if (next.value == '$') return text.substr(at, end - at);
  }
  return {};
}

std::optional<value> read_dollars(std::string_view text, std::size_t at,
                                  value_rules rules) noexcept {
  constexpr std::size_t longest_tagged = 1024;
  std::string_view const tag = dollar_tag(text, at, rules.layers);
  if (tag.empty()) return std::nullopt;
  std::size_t const begin = at + tag.size();
  bool const named = tag.find_first_not_of("$%24") != std::string_view::npos;
  std::size_t const limit = named ? std::min(rules.limit, longest_tagged) : rules.limit;
  std::size_t const end = text.substr(begin, limit).find(tag);
  if (end != std::string_view::npos) {
    return value{{begin, begin + end}, begin + end + tag.size(), true, true};
  }
  // Nothing but SQL writes `$$`; a tag without its end may be part of a word.
  if (named || limit < text.size() - begin) return std::nullopt;
  return value{{begin, text.size()}, text.size(), true, false};
}

/// `{...}` with `}}` for a brace inside.
std::optional<value> read_braces(std::string_view text, std::size_t at,
                                 value_rules rules) noexcept {
  symbol const first = read_symbol(text, at, rules.layers);
  if (first.value != '{') return std::nullopt;
  std::size_t const begin = at + first.length;
  symbol const inside = read_symbol(text, begin, rules.layers);
  if (is_quote(inside.value) || is_space(inside.value) || inside.value == '{') return std::nullopt;
  for (at = begin; at - begin <= rules.limit;) {
    symbol const next = read_symbol(text, at, rules.layers);
    if (!next || next.value == '\n') return value{{begin, at}, at, true, false};
    if (next.value == '}') {
      symbol const again = read_symbol(text, at + next.length, rules.layers);
      if (again.value != '}') return value{{begin, at}, at + next.length, true, true};
      at += again.length;
    }
    at += next.length;
  }
  return std::nullopt;
}

/// `["a", "b"]`: all that is in the list.
std::optional<value> read_list(std::string_view text, std::size_t at, value_rules rules) noexcept {
  symbol const first = read_symbol(text, at, rules.layers);
  if (first.value != '[') return std::nullopt;
  std::size_t const begin = at + first.length;
  for (at = begin; at - begin <= rules.limit;) {
    at = skip_spaces(text, at, rules.layers);
    auto const opened = read_opening(text, at, rules.layers);
    auto const each = opened ? read_between_quotes(text, *opened, rules) : std::nullopt;
    if (!each) return std::nullopt;
    std::size_t const end = skip_spaces(text, each->after, rules.layers);
    symbol const behind = read_symbol(text, end, rules.layers);
    if (behind.value != ',') return value{{begin, each->after}, each->after, true, true};
    at = end + behind.length;
  }
  return std::nullopt;
}

/// Whether a field begins at `at`: a name of at most 40 bytes with `=` or `:` behind it. Names of
/// ODBC may have several words, each with a capital: `User ID=`.
bool field_follows(std::string_view text, std::size_t at, int layers) noexcept {
  std::size_t const begin = skip_spaces(text, at, layers);
  at = begin;
  bool capitals = true;
  for (char before = ' '; at - begin < 40;) {
    symbol const next = read_symbol(text, at, layers);
    if (!next) return at > begin;
    if (next.value == '=' || next.value == ':') return at > begin;
    if (before == ' ') capitals = capitals && is_upper(next.value);
    bool const named = is_word(next.value) || next.value == '-' || next.value == '.';
    if (!named && (next.value != ' ' || !capitals)) return false;
    before = next.value;
    at += next.length;
  }
  return false;
}

bool ends_field(std::string_view text, std::size_t after, int layers) noexcept {
  symbol const next = read_symbol(text, after, layers);
  if (!next || is_space(next.value) || is_quote(next.value) || next.value == '\\') return true;
  return field_follows(text, after, layers);
}

bool ends_bracket(std::string_view text, std::size_t after, int layers) noexcept {
  symbol const next = read_symbol(text, after, layers);
  constexpr std::string_view closing = ")]}>,;&.:\\|-";
  return !next || is_space(next.value) || is_quote(next.value) ||
         closing.find(next.value) != std::string_view::npos;
}

/// Whether `\n` stands at `at`, at any depth of JSON, and a field begins the line behind it.
bool ends_line(std::string_view text, std::size_t at, int layers) noexcept {
  bool ended = false;
  for (std::size_t const begin = at; at - begin < 32;) {
    symbol next = read_symbol(text, at, layers);
    bool const escaped = next.value == '\\';
    while (next.value == '\\' && at - begin < 16) {
      at += next.length;
      next = read_symbol(text, at, layers);
    }
    bool const end = escaped && (next.value == 'n' || next.value == 'r');
    if (!end && next.value != ' ') break;
    ended = ended || end;
    at += next.length;
  }
  return ended && begins_field(text, at, layers);
}

/// Where a word ends, told symbol by symbol.
class word_end {
 public:
  word_end(std::string_view text, int layers) noexcept : text_{text}, layers_{layers} {}

  /// Whether the word ends before `next`, which stands at `at`, behind `escapes` backslashes.
  [[nodiscard]] bool before(symbol const& next, std::size_t at, std::size_t escapes) noexcept {
    std::size_t const after = at + next.length;
    switch (next.value) {
      case ',':
      case ';':
      case '&':
      case '|': return ends_field(text_, after, layers_);
      case '(':
      case '[':
      case '{': ++open_; return false;
      case ')':
      case ']':
      case '}':
      case '>':
        if (open_ > 0) return --open_, false;
        return ends_bracket(text_, after, layers_);
      case '<':
        if (read_symbol(text_, after, layers_).value == '/') return true;
        ++open_;
        return false;
      case '"':
      case '\'':
      case '`': return !word_follows(text_, after, layers_);
      case '\\': return escapes == 0 && ends_line(text_, at, layers_);
      default: return is_space(next.value);
    }
  }

 private:
  std::string_view text_;
  int layers_;
  int open_ = 0;
};

std::optional<value> read_word(std::string_view text, std::size_t begin,
                               value_rules rules) noexcept {
  word_end ends{text, rules.layers};
  slashes before;
  std::size_t at = begin;
  while (at - begin <= rules.limit) {
    symbol const next = read_symbol(text, at, rules.layers);
    bool const escaped = next.value == ' ' && before.count % 2 == 1 && at - begin > 1;
    if (!next || (!escaped && ends.before(next, at, before.count))) {
      std::size_t const escapes = next && is_quote(next.value) ? before.bytes() : 0;
      if (at - escapes == begin) return std::nullopt;
      return value{{begin, at - escapes}, at - escapes, false, true};
    }
    before.see(next);
    at += next.length;
  }
  return std::nullopt;
}

}  // namespace

std::optional<value> read_quoted(std::string_view text, std::size_t at,
                                 value_rules rules) noexcept {
  if (auto const opened = read_opening(text, at, rules.layers)) {
    return read_between_quotes(text, *opened, rules);
  }
  if (rules.braces) {
    if (auto const braced = read_braces(text, at, rules)) return braced;
  }
  if (auto const list = read_list(text, at, rules)) return list;
  if (auto const dollars = read_dollars(text, at, rules)) return dollars;
  symbol const prefix = read_symbol(text, at, rules.layers);
  constexpr std::string_view prefixes = "EeNnBbRrFfUuL@";  // E'...' of SQL, b"..." of Python
  if (!prefix || prefixes.find(prefix.value) == std::string_view::npos) return std::nullopt;
  auto const opened = read_opening(text, at + prefix.length, rules.layers);
  return opened ? read_between_quotes(text, *opened, rules) : std::nullopt;
}

bool begins_field(std::string_view text, std::size_t at, int layers) noexcept {
  constexpr std::size_t longest_name = 40;
  std::size_t const begin = at;
  symbol next = read_symbol(text, at, layers);
  while (at - begin < longest_name &&
         (is_word(next.value) || next.value == '-' || next.value == '.')) {
    at += next.length;
    next = read_symbol(text, at, layers);
  }
  if (at == begin || (next.value != '=' && next.value != ':')) return false;
  symbol const behind = read_symbol(text, at + next.length, layers);
  if (!behind) return false;
  if (next.value == ':') return is_space(behind.value) || behind.value == '\\';
  at += next.length + behind.length;
  bool const quoted = is_quote(behind.value) || behind.value == '\\';
  char const first = quoted ? read_symbol(text, at, layers).value : behind.value;
  constexpr std::string_view no_value = "=,;&)]}";
  return !is_space(first) && no_value.find(first) == std::string_view::npos;
}

std::optional<value> read_value(std::string_view text, std::size_t at, value_rules rules) noexcept {
  if (auto const quoted = read_quoted(text, at, rules)) return quoted;
  return read_word(text, at, rules);
}

}  // namespace holdfast::redact_detail
