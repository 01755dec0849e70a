#include "redact/token.hpp"

#include "redact/reading.hpp"
#include "redact/value.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

bool is_in(alphabet bytes, char c) noexcept {
  switch (bytes) {
    case alphabet::hex: return is_hex(c);
    case alphabet::alnum: return is_alnum(c);
    case alphabet::word: return is_alnum(c) || c == '_' || c == '-';
    case alphabet::dotted: return is_alnum(c) || c == '_' || c == '-' || c == '.';
    case alphabet::path: return is_in(alphabet::base64, c) || c == '@' || c == '.' || c == ':';
    case alphabet::base64:
      return is_alnum(c) || c == '_' || c == '-' || c == '+' || c == '/' || c == '=';
  }
  return false;
}

/// Where the bytes of an alphabet end that begin at `at`. Base64 is read through percent-encoding.
std::size_t end_of(std::string_view text, std::size_t at, alphabet bytes) noexcept {
  bool const encoded = bytes == alphabet::base64 || bytes == alphabet::path;
  while (at < text.size()) {
    if (is_in(bytes, text[at])) {
      ++at;
      continue;
    }
    symbol const next = read_symbol(text, at, encoded ? most_layers : 0);
    if (!encoded || next.length == 1 || !is_in(bytes, next.value)) break;
    at += next.length;
  }
  return at;
}

/// A dot ends a sentence, not a token.
std::size_t without_dots(std::string_view text, std::size_t begin, std::size_t end) noexcept {
  while (end > begin && text[end - 1] == '.') --end;
  return end;
}

/// Small letters alone are more likely the rest of a word, and one letter again and again fills a
/// place: `sk-learn`, `AKIAXXXXXXXXXXXXXXXX`.
bool has_variety(std::string_view text) noexcept {
  if (text.find_first_not_of("xX0") == std::string_view::npos) return false;
  return std::ranges::any_of(text, [](char c) { return is_digit(c) || is_upper(c); });
}

span run_around(std::string_view text, std::size_t at, std::size_t left, std::size_t right,
                bool (*in)(char)) noexcept {
  std::size_t begin = at;
  while (begin > 0 && at - begin < left && in(text[begin - 1])) {
    if (is_word(text[begin - 1]) && word_may_begin(text, begin)) break;  // the digits of %20
    --begin;
  }
  std::size_t end = at;
  while (end < text.size() && end - at < right && in(text[end])) ++end;
  return {begin, end};
}

constexpr std::size_t sample_distance = 24;

bool in_signed_token(char c) noexcept { return is_in(alphabet::dotted, c); }

/// Whether all of 25 bytes around `at` may belong to one token; most texts are ruled out early.
bool is_in_long_run(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t half = sample_distance / 2;
  if (at < half || at + half >= text.size()) return false;
  for (std::size_t const distance : {4U, 8U, 12U}) {
    if (!in_signed_token(text[at - distance]) || !in_signed_token(text[at + distance]))
      return false;
  }
  return std::ranges::all_of(text.substr(at - half, sample_distance), in_signed_token);
}

}  // namespace

finding find_token(scan& seen, std::size_t at, token_shape const& shape) noexcept {
  std::string_view const text = seen.text;
  if (text.substr(at, shape.prefix.size()) != shape.prefix) return std::nullopt;
  if (!word_may_begin(text, at) && shape.prefix.find('.') == std::string_view::npos) {
    return std::nullopt;
  }
  // `cache-key-` and a hash: the prefix ends a longer name.
  if (shape.prefix == "key-" && at > 0 && (text[at - 1] == '-' || text[at - 1] == '.')) {
    return std::nullopt;
  }
  std::size_t const begin = at + shape.prefix.size();
  std::size_t const end = without_dots(text, begin, end_of(text, begin, shape.bytes));
  std::string_view const rest = text.substr(begin, end - begin);
  // `test_<hash>_migration`: a name goes on.
  if (shape.prefix == "test_" && end < text.size() && text[end] == '_') return std::nullopt;
  bool const cut = seen.end == text_end::cut && end == text.size();
  std::size_t const least = cut && shape.prefix.size() >= 4 ? 1 : shape.least;
  if (rest.size() < least || (!cut && !has_variety(rest))) return std::nullopt;
  return found{{at, end}, end};
}

std::size_t next_long_run(std::string_view text, std::size_t at) noexcept {
  std::size_t place = (at + sample_distance - 1) / sample_distance * sample_distance;
  for (; place < text.size(); place += sample_distance) {
    if (in_signed_token(text[place]) && is_in_long_run(text, place)) return place;
  }
  return text.size();
}

finding find_signed_token(scan& seen, std::size_t at) noexcept {
  std::string_view const text = seen.text;
  span const run = run_around(text, at, 200, 200, in_signed_token);
  std::string_view const token = text.substr(run.begin, run.end - run.begin);
  std::size_t const first = token.find('.');
  std::size_t const second = token.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos || first < 18) return std::nullopt;
  std::size_t const stamp = second - first - 1;
  std::string_view const signature = token.substr(second + 1);
  bool const sized = stamp >= 5 && stamp <= 7 && signature.size() >= 27 && signature.size() <= 43;
  bool const chance = looks_random(signature) && has_variety(token.substr(0, first));
  return sized && chance ? finding{found{run, run.end}} : std::nullopt;
}

finding find_azure_secret(scan& seen, std::size_t at) noexcept {
  std::string_view const text = seen.text;
  auto const in = [](char c) {
    return is_alnum(c) || c == '_' || c == '~' || c == '.' || c == '-';
  };
  if (at < 3 || text[at + 1] != 'Q') return std::nullopt;
  span const run = run_around(text, at, 3, 48, in);
  bool const whole = at - run.begin == 3 && run.end - at >= 34;
  return whole ? finding{found{run, run.end}} : std::nullopt;
}

finding find_mailchimp_key(scan& seen, std::size_t at) noexcept {
  std::string_view const text = seen.text;
  span const run = run_around(text, at, 33, 0, is_hex);
  std::size_t end = at + 3;
  while (end < text.size() && end - at < 5 && is_digit(text[end])) ++end;
  if (at - run.begin != 32 || end == at + 3) return std::nullopt;
  return found{{run.begin, end}, end};
}

finding find_telegram_token(scan& seen, std::size_t at) noexcept {
  std::string_view const text = seen.text;
  span const id = run_around(text, at, 11, 0, is_digit);
  std::size_t const begin = at + 1;
  std::size_t const end = end_of(text, begin, alphabet::word);
  if (at - id.begin < 7 || at - id.begin > 10 || end - begin != 35) return std::nullopt;
  return found{{id.begin, end}, end};
}

}  // namespace holdfast::redact_detail
