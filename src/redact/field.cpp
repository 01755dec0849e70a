#include "redact/header_value.hpp"
#include "redact/key_name.hpp"
#include "redact/reading.hpp"
#include "redact/scan.hpp"
#include "redact/separator.hpp"
#include "redact/value.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t longest_suspicious = 512;

std::string_view text_of(std::string_view text, span part) noexcept {
  return text.substr(part.begin, part.end - part.begin);
}

bool all_digits(std::string_view text) noexcept { return std::ranges::all_of(text, is_digit); }

/// A name, what is behind it, and how its value is read.
struct field {
  std::string_view text;
  span name;
  separator by;
  key_rank rank;

  [[nodiscard]] std::string_view named() const noexcept { return text_of(text, name); }
  [[nodiscard]] bool is_option() const noexcept { return text[name.begin] == '-'; }
  [[nodiscard]] value_rules rules() const noexcept {
    value_rules reading{.layers = by.layers, .braces = by.kind == sign::equals};
    if (rank == key_rank::suspicious) reading.limit = longest_suspicious;
    return reading;
  }
};

/// Whether `<` stands before the name, in any encoding.
bool in_angles(field const& seen) noexcept {
  std::string_view const before = seen.text.substr(0, seen.name.begin);
  return before.ends_with('<') || before.ends_with("%3C") || before.ends_with("\\u003c");
}

/// `PWD=/home/me` of a shell, `tokens: 20` of a bucket, `pass: 12` of a test.
bool is_innocent(field const& seen, std::string_view word, bool quoted) noexcept {
  std::string_view const name = seen.named();
  if (quoted) return false;
  if (name.size() <= 6 && name.ends_with("PWD") && word.starts_with('/')) return true;
  bool const counted = all_digits(word) && word.size() <= 6;
  std::string_view const lead = name.substr(0, name.find_first_of("0123456789"));
  bool const countable = !lead.empty() && (to_lower(lead.back()) == 'n' || to_lower(lead.back()) == 's' ||
                                           to_lower(lead.back()) == 't');
  if (counted && countable) return true;
  return seen.by.kind == sign::colon && needs_equals(name) && !looks_random(word);
}

/// The value where the sign between it and its name allows one.
std::optional<value> value_of(field const& seen) noexcept {
  switch (seen.by.kind) {
    case sign::equals:
    case sign::colon: return read_value(seen.text, seen.by.after, seen.rules());
    case sign::element:
      if (!in_angles(seen)) return std::nullopt;
      return read_value(seen.text, seen.by.after, seen.rules());
    case sign::comma: return read_quoted(seen.text, seen.by.after, seen.rules());
    case sign::space: break;
  }
  if (auto const quoted = read_quoted(seen.text, seen.by.after, seen.rules())) return quoted;
  if (!seen.is_option() || read_symbol(seen.text, seen.by.after, 0).value == '-') {
    return std::nullopt;
  }
  return read_value(seen.text, seen.by.after, seen.rules());
}

/// Of two words in quotes the second belongs to the first only by its looks, unless the first is an
/// option: `["user", "password", "host"]`.
bool belongs(field const& seen, std::string_view word) noexcept {
  if (seen.rank == key_rank::suspicious) return looks_random(word);
  bool const loose = seen.by.kind == sign::comma && !seen.is_option();
  return !loose || seen.rank == key_rank::header || looks_random(word);
}

finding take(field const& seen) noexcept {
  if (seen.rank == key_rank::cookie) return cookie_value(seen.text, seen.by);
  auto const read = value_of(seen);
  if (!read) return std::nullopt;
  auto const credentials = behind_scheme(seen.text, *read, seen.by.layers);
  span const inner = credentials.inner;
  std::string_view const word = text_of(seen.text, inner);
  if (!belongs(seen, word)) return std::nullopt;
  if (is_placeholder(word, seen.by.layers) || is_innocent(seen, word, credentials.quoted)) {
    return found{{}, credentials.after};
  }
  return found{inner, credentials.after};
}

}  // namespace

finding find_field(scan& seen, std::size_t at, std::size_t /*length*/) noexcept {
  if (at < seen.names_judged) return std::nullopt;
  span const name = name_around(seen.text, at);
  seen.names_judged = name.end;
  auto const by = read_separator(seen.text, name.end);
  if (!by) return std::nullopt;
  bool const option = seen.text[name.begin] == '-';
  bool const blank = by->kind == sign::space && !option;
  bool const quote = blank && read_quoted(seen.text, by->after, {.layers = by->layers, .limit = 0});
  if (blank && !quote) {
    symbol const next = read_symbol(seen.text, by->after, by->layers);
    if (!is_quote(next.value) && next.value != '$' && next.value != '\\') return std::nullopt;
  }
  key_rank const rank = rank_of(text_of(seen.text, name));
  if (rank == key_rank::plain) return std::nullopt;
  return take({seen.text, name, *by, rank});
}

}  // namespace holdfast::redact_detail
