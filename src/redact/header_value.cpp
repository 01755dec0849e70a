#include "redact/header_value.hpp"

#include "redact/key_name.hpp"
#include "redact/reading.hpp"

#include <algorithm>
#include <array>

namespace holdfast::redact_detail {
namespace {

constexpr auto one_word_schemes =
    std::to_array<std::string_view>({"bearer",        "basic",
                                     "token",         "apikey",
                                     "api-key",       "negotiate",
                                     "ntlm",          "bot",
                                     "jwt",           "key",
                                     "splunk",        "sso-key",
                                     "genericapikey", "klaviyo-api-key",
                                     "ssws",          "zoho-oauthtoken",
                                     "dpop",          "nltk",
                                     "discogs",       "algolia"});

constexpr auto many_word_schemes = std::to_array<std::string_view>(
    {"digest", "oauth", "hawk", "signature", "aws4-hmac-sha256", "scram-sha-256", "hmac",
     "googlelogin", "mac", "aws", "sharedkey", "custom"});

template <std::size_t Size>
bool is_one_of(std::string_view text, std::array<std::string_view, Size> const& names) noexcept {
  return std::ranges::any_of(names,
                             [text](std::string_view name) { return equals_folded(text, name); });
}

/// Where the line or the text ends; parameters may be in quotes of their own.
std::size_t end_of_line(std::string_view text, std::size_t at) noexcept {
  return std::min(text.find('\n', at), text.size());
}

std::string_view name_at(std::string_view text, std::size_t at) noexcept {
  span const name = name_around(text, at);
  return text.substr(at, name.end - at);
}

/// A scheme that nobody knows takes the word behind it along, if that looks made by chance. The
/// next field is no such word; in a header it may be, unless it is taken for itself.
value with_random_word(std::string_view text, value const& read, std::size_t next, int layers,
                       bool of_header) noexcept {
  if (read.quoted || next < read.after) return read;
  if (begins_field(text, next, layers)) {
    bool const parameter = of_header && rank_of(name_at(text, next), false) != key_rank::secret;
    if (!parameter) return read;
  }
  auto const second = read_value(text, next, {.layers = layers, .limit = 512});
  if (!second || second->quoted) return read;
  span const word = second->inner;
  if (!looks_random(text.substr(word.begin, word.end - word.begin))) return read;
  return {{read.inner.begin, word.end}, second->after, false, true};
}

}  // namespace

value behind_scheme(std::string_view text, value const& read, int layers, bool of_header) noexcept {
  std::size_t at = read.inner.begin;
  std::size_t const limit = std::min(read.inner.end, at + 24);
  while (at < limit && (is_alnum(text[at]) || text[at] == '-')) ++at;
  std::string_view const scheme = text.substr(read.inner.begin, at - read.inner.begin);
  if (text.substr(at, 2) == "\\ ") ++at;  // escaped for a shell
  std::size_t const begin = skip_spaces(text, at, layers);
  if (begin == at || begin >= text.size()) return read;
  if (is_one_of(scheme, many_word_schemes)) {
    if (read.quoted) return {{begin, std::max(begin, read.inner.end)}, read.after, true, true};
    std::size_t const end = end_of_line(text, begin);
    return {{begin, end}, end, true, true};
  }
  if (!is_one_of(scheme, one_word_schemes)) {
    return with_random_word(text, read, begin, layers, of_header);
  }
  if (read.quoted) return {{begin, std::max(begin, read.inner.end)}, read.after, true, true};
  return read_value(text, begin, {.layers = layers}).value_or(read);
}

finding cookie_value(std::string_view text, separator const& by) noexcept {
  if (by.kind == sign::space) return std::nullopt;
  if (auto const quoted = read_quoted(text, by.after, {.layers = by.layers})) {
    return take_unless_placeholder(text, *quoted, by.layers);
  }
  std::size_t end = by.after;
  bool named = false;
  for (bool between = false;;) {
    symbol const next = read_symbol(text, end, by.layers);
    if (!next || next.value == '\n' || next.value == '"' || next.value == '\'') break;
    if (is_space(next.value) && !between) break;
    named = named || next.value == '=';
    between = next.value == ';' || (between && is_space(next.value));
    end += next.length;
  }
  if (!named) return found{{}, end};
  return found{{by.after, end}, end};
}

}  // namespace holdfast::redact_detail
