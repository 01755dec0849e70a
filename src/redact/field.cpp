#include "redact/command_line.hpp"
#include "redact/directive.hpp"
#include "redact/header_value.hpp"
#include "redact/key_name.hpp"
#include "redact/reading.hpp"
#include "redact/scan.hpp"
#include "redact/separator.hpp"
#include "redact/value.hpp"
#include "redact/yaml_node.hpp"

#include <algorithm>
#include <array>

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t longest_suspicious = 512;

std::string_view text_of(std::string_view text, span part) noexcept {
  return text.substr(part.begin, part.end - part.begin);
}

/// A name, what is behind it, and how its value is read.
struct field {
  std::string_view text;
  span name;
  separator by;
  key_rank rank;
  bool of_vendor = false;  ///< found by the name of a service
  bool directive = false;  ///< a command, whose argument the value is

  [[nodiscard]] std::string_view named() const noexcept { return text_of(text, name); }
  [[nodiscard]] bool is_option() const noexcept { return text[name.begin] == '-'; }
  [[nodiscard]] bool is_password() const noexcept { return names_password(named()); }
  [[nodiscard]] value_rules rules() const noexcept {
    value_rules reading{.layers = by.layers, .braces = by.kind == sign::equals};
    if (rank == key_rank::suspicious || by.kind == sign::space) reading.limit = longest_suspicious;
    return reading;
  }
};

/// Whether `<` stands before the name, in any encoding, or `<prefix:`.
bool in_angles(field const& seen) noexcept {
  std::string_view before = seen.text.substr(0, seen.name.begin);
  if (before.ends_with(':')) {
    std::size_t size = 1;
    while (size < std::min<std::size_t>(before.size(), 32) &&
           is_word(before[before.size() - 1 - size])) {
      ++size;
    }
    before.remove_suffix(size);
  }
  return before.ends_with('<') || before.ends_with("%3C") || before.ends_with("\\u003c");
}

/// `<string name="password">x</string>`; but `Password` there is what people read.
std::optional<value> value_of_attribute(field const& seen) noexcept {
  std::string_view const before = seen.text.substr(0, seen.name.begin);
  if (!before.ends_with("name=\"") && !before.ends_with("key=\"")) return std::nullopt;
  auto const read = read_value(seen.text, seen.by.after, seen.rules());
  if (!read || seen.text.substr(read->after, 2) != "</") return std::nullopt;
  std::string_view const word = text_of(seen.text, read->inner);
  bool const same = word.size() == seen.named().size() &&
                    std::ranges::equal(word, seen.named(), {}, to_lower, to_lower);
  return same ? std::nullopt : read;
}

/// Behind the attributes of `<password kind="x">`; where none are, the separator as it is.
separator behind_attributes(field const& seen) noexcept {
  constexpr std::size_t longest_attributes = 256;
  if (seen.by.kind != sign::space || !in_angles(seen)) return seen.by;
  std::string_view const there = seen.text.substr(seen.by.after, longest_attributes);
  std::size_t const end = there.find_first_of("<>");
  bool const begins = end != std::string_view::npos && end > 0 && there[end] == '>';
  if (!begins || there[end - 1] == '/') return seen.by;
  return {sign::element, seen.by.layers, seen.by.after + end + 1};
}

/// Whether the value is empty and the next field follows: `password= user=x`.
bool is_empty(field const& seen) noexcept {
  if (!seen.by.trailing) return false;
  std::size_t at = seen.by.after;
  while (at < seen.text.size() && at - seen.by.after < 64 && is_word(seen.text[at])) ++at;
  symbol const sign = read_symbol(seen.text, at, seen.by.layers);
  symbol const behind = read_symbol(seen.text, at + sign.length, seen.by.layers);
  return at > seen.by.after && sign.value == '=' && is_word(behind.value);
}

/// Whether a sentence goes on behind a colon: `pre_shared_key: limit it to resumption`. Passwords
/// may be plain words, so they are never taken for prose.
bool is_prose(field const& seen, std::string_view word, std::size_t after) noexcept {
  if (seen.by.kind != sign::colon || seen.is_password()) return false;
  auto const small = [](char c) { return is_lower(c) || c == '\'' || c == '-'; };
  std::size_t const next = skip_spaces(seen.text, after, seen.by.layers);
  if (next == after || !std::ranges::all_of(word, small)) return false;
  std::size_t end = next;
  while (end < seen.text.size() && end - next < 32 && is_letter(seen.text[end])) ++end;
  symbol const behind = read_symbol(seen.text, end, seen.by.layers);
  return end > next && behind.value != '=' && behind.value != ':';
}

/// `token: string;` of a program, where a type stands behind the colon.
bool is_type(field const& seen, std::string_view word) noexcept {
  constexpr auto types = std::to_array<std::string_view>(
      {"string", "str", "number", "boolean", "bool", "int", "bytes", "optional"});
  word = word.substr(0, word.find_last_not_of(";,)") + 1);
  bool const known = std::ranges::find(types, word) != types.end();
  return known && seen.by.kind == sign::colon;
}

/// `password:` of YAML without a value, and the next field on the next line.
bool is_next_name(field const& seen, std::string_view word) noexcept {
  std::string_view const between = seen.text.substr(seen.name.end, seen.by.after - seen.name.end);
  return word.ends_with(':') && between.find('\n') != std::string_view::npos;
}

/// `PWD=/home/me` of a shell, `tokens: 20` of a bucket, `pass: 12` of a test.
bool is_innocent(field const& seen, std::string_view word, bool quoted) noexcept {
  std::string_view const name = seen.named();
  if (quoted || seen.by.kind == sign::space) return false;
  if (name.size() <= 6 && name.ends_with("PWD") && word.starts_with('/')) return true;
  if (is_type(seen, word) || is_next_name(seen, word)) return true;
  if (equals_folded(name, "sig") && word.starts_with("SIG")) return true;
  if (equals_folded(name, "otp") && word.size() < 4 && std::ranges::all_of(word, is_digit)) {
    return true;
  }
  bool const counted = word.size() <= 6 && std::ranges::all_of(word, is_digit);
  if (counted && !seen.is_password()) return true;
  return seen.by.kind == sign::colon && needs_equals(name) && !looks_random(word);
}

/// A value behind nothing but white space: of an option, of a directive, of SQL (`PASSWORD 'x'`),
/// or one that looks made by chance.
std::optional<value> value_behind_space(field const& seen) noexcept {
  if (auto const quoted = read_quoted(seen.text, seen.by.after, seen.rules())) {
    std::string_view const word = text_of(seen.text, quoted->inner);
    bool const verb = equals_folded(seen.named(), "pass");
    bool const meant =
        seen.is_option() || (seen.is_password() && !verb) || looks_random(word) || seen.directive;
    return meant ? quoted : std::nullopt;
  }
  auto const read = read_value(seen.text, seen.by.after, seen.rules());
  if (!read || read_symbol(seen.text, seen.by.after, 0).value == '-') return std::nullopt;
  if (seen.is_option() || seen.directive) return read;
  std::string_view const word = text_of(seen.text, read->inner);
  bool const secret = seen.rank == key_rank::secret && word.size() >= 16 && word.size() != 36;
  return secret && looks_random(word) ? read : std::nullopt;
}

/// The value where the sign between it and its name allows one.
std::optional<value> value_of(field const& seen) noexcept {
  switch (seen.by.kind) {
    case sign::equals:
    case sign::colon: return read_value(seen.text, seen.by.after, seen.rules());
    case sign::element:
      if (!in_angles(seen)) return value_of_attribute(seen);
      return read_value(seen.text, seen.by.after, seen.rules());
    case sign::comma:
    case sign::call: return read_quoted(seen.text, seen.by.after, seen.rules());
    case sign::space: return value_behind_space(seen);
  }
  return std::nullopt;
}

/// `ASANA_CLIENT_ID=1234567890123456`.
bool is_client_number(field const& seen, std::string_view word) noexcept {
  return word.size() >= 15 && std::ranges::all_of(word, is_digit) && names_client(seen.named());
}

/// `client_id=6f1c1d2e-...` is public and stands in addresses; only a service that hands out keys
/// makes a secret of it.
bool is_public_client(field const& seen, std::string_view word) noexcept {
  return !seen.of_vendor && is_uuid(word) && names_client(seen.named());
}

/// Whether a word in quotes is more likely a name than a secret: `token("identifier")`.
bool is_name(std::string_view word) noexcept {
  return std::ranges::all_of(word, [](char c) {
    return is_letter(c) || c == ' ' || c == '_' || c == '-' || c == '.' || c == ':';
  });
}

/// Of two words in quotes the second belongs to the first only by its looks, unless the first is an
/// option: `["user", "password", "host"]`. So does an argument, unless it sets a password.
bool belongs(field const& seen, std::string_view word) noexcept {
  if (seen.rank == key_rank::suspicious) {
    return (looks_random(word) && !is_public_client(seen, word)) || is_client_number(seen, word);
  }
  if (seen.by.kind == sign::call) return seen.is_password() || !is_name(word);
  bool const loose = seen.by.kind == sign::comma && !seen.is_option() && !seen.directive;
  return !loose || seen.rank == key_rank::header || looks_random(word);
}

/// `[Bearer abc]`, as Go prints the values of a header.
separator in_list(field const& seen) noexcept {
  separator by = seen.by;
  bool const list = seen.text.substr(by.after, 1) == "[";
  bool const mark = seen.text.substr(by.after).starts_with(redacted_mark);
  if (list && !mark) ++by.after;
  return by;
}

/// An object or list under the name of a secret: `{"tokens": {"prod": "x"}}`.
structure structure_of(field const& seen) noexcept {
  bool const assigned = seen.by.kind == sign::equals || seen.by.kind == sign::colon;
  if (seen.rank != key_rank::secret || !assigned) return {};
  symbol const first = read_symbol(seen.text, seen.by.after, seen.by.layers);
  symbol const inner = read_symbol(seen.text, seen.by.after + first.length, seen.by.layers);
  bool const odbc = seen.rules().braces && first.value == '{' && !is_quote(inner.value) &&
                    !is_space(inner.value) && inner.value != '\\';
  return odbc ? structure{} : read_structure(seen.text, seen.by.after, seen.by.layers);
}

finding take_value(scan& over, field const& seen) noexcept {
  if (over.inside.end <= seen.by.after) {
    if (structure const all = structure_of(seen)) {
      over.inside = all;
      return found{{}, all.at};
    }
  }
  auto const read = value_of(seen);
  if (!read) return std::nullopt;
  bool const of_header = seen.rank == key_rank::header;
  value const credentials = behind_scheme(seen.text, *read, seen.by.layers, of_header);
  std::string_view const word = text_of(seen.text, credentials.inner);
  if (!belongs(seen, word)) return std::nullopt;
  if (!credentials.quoted && is_prose(seen, word, credentials.after)) return std::nullopt;
  if (is_innocent(seen, word, credentials.quoted)) return found{{}, credentials.after};
  return take_unless_placeholder(seen.text, credentials, seen.by.layers);
}

/// The value behind tags and anchors of YAML. What may be a password itself goes with it, and is
/// read as a value where none, or the next field, follows.
finding take_node(scan& over, field seen) noexcept {
  auto const read = read_properties(seen.text, seen.by.after, seen.by.layers);
  if (!read) return take_value(over, seen);
  field const whole{seen};
  seen.by.after = read->after;
  if (read->known) return take_value(over, seen);
  if (read->alone) {
    bool const anchor = read_symbol(seen.text, read->written.begin, seen.by.layers).value == '&';
    if (!anchor) return take_value(over, whole);
    return found{seen.is_password() ? read->written : span{}, read->written.end};
  }
  if (begins_field(seen.text, read->after, seen.by.layers)) return take_value(over, whole);
  std::size_t const inside = over.inside.at;
  finding const inner = take_value(over, seen);
  if (inner && over.inside.at != inside) return found{read->written, inner->resume};
  if (!inner || inner->taken.begin == inner->taken.end) return take_value(over, whole);
  return found{{read->written.begin, inner->resume}, inner->resume};
}

finding take(scan& over, field seen) noexcept {
  if (seen.rank == key_rank::cookie) return cookie_value(seen.text, seen.by);
  if (seen.rank == key_rank::header) seen.by = in_list(seen);
  if (is_empty(seen)) return std::nullopt;
  return seen.by.kind == sign::colon ? take_node(over, seen) : take_value(over, seen);
}

/// Whether behind nothing but white space something stands that may be a value at all. Most words
/// of a text are ruled out here.
bool may_have_value(std::string_view text, span name, separator const& by) noexcept {
  if (text[name.begin] == '-') return true;
  symbol const next = read_symbol(text, by.after, by.layers);
  if (is_quote(next.value) || next.value == '$' || next.value == '\\') return true;
  auto const word = read_value(text, by.after, {.layers = by.layers, .limit = longest_suspicious});
  return word && (word->quoted || looks_random(text_of(text, word->inner)));
}

finding judge(scan& seen, span name, bool of_vendor) noexcept {
  std::string_view const text = seen.text;
  auto by = read_separator(text, name.end);
  if (!by) return std::nullopt;
  if (by->kind == sign::space) by = behind_verb(text, *by);
  if (by->kind == sign::space) by = behind_attributes({text, name, *by, key_rank::plain});
  bool const apart = by->kind == sign::space;
  bool const directive = (apart && is_directive(text, name)) ||
                         ((apart || by->kind == sign::comma) && sets_password(seen, name));
  if (apart && !directive && !may_have_value(text, name, *by)) return std::nullopt;
  if (equals_folded(text_of(text, name), "key")) name = with_word_before(text, name);
  if (follows_unexpected(text, name) || opens_block(text, name, *by)) return std::nullopt;
  key_rank const rank = directive ? key_rank::secret : rank_of(text_of(text, name), of_vendor);
  if (rank == key_rank::plain) return std::nullopt;
  return take(seen, {text, name, *by, rank, of_vendor, directive});
}

}  // namespace

finding find_field(scan& seen, std::size_t at, std::size_t /*length*/) noexcept {
  if (at < seen.names_judged) return std::nullopt;
  span const name = name_around(seen.text, at);
  seen.names_judged = name.end;
  return judge(seen, name, false);
}

finding find_vendor_field(scan& seen, std::size_t at, std::size_t /*length*/) noexcept {
  if (at < seen.vendors_judged) return std::nullopt;
  span const name = name_around(seen.text, at);
  seen.vendors_judged = name.end;
  return judge(seen, name, true);
}

}  // namespace holdfast::redact_detail
