#include "redact/reading.hpp"
#include "redact/scan.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t longest = 256;

bool ends_login(char c) noexcept { return is_space(c) || is_quote(c) || c == '<' || c == '>'; }

}  // namespace

finding find_slash_login(scan& seen, std::size_t at, std::size_t length) noexcept {
  std::string_view const text = seen.text;
  std::size_t password = no_place;
  std::size_t place = skip_spaces(text, at + length, 0);
  for (std::size_t const begin = place; place - begin < longest;) {
    symbol const next = read_symbol(text, place, most_layers);
    if (!next || ends_login(next.value)) break;
    if (next.value == '@' && password != no_place) {
      return take_unless_placeholder(text, {{password, place}, place + next.length}, most_layers);
    }
    place += next.length;
    if (next.value == '/' && password == no_place) password = place;
  }
  bool const cut = seen.end == text_end::cut && place == text.size() && password != no_place;
  if (!cut) return std::nullopt;
  return take_unless_placeholder(text, {{password, place}, place}, most_layers);
}

finding find_protocol_login(scan& seen, std::size_t at, std::size_t length) noexcept {
  std::string_view const text = seen.text;
  std::size_t begin = at;
  std::size_t colon = no_place;
  while (begin > seen.done && at - begin < longest && !ends_login(text[begin - 1])) {
    --begin;
    if (text[begin] == ':') colon = begin + 1;
    if (text.substr(begin, 3) == "%3A") colon = begin + 3;
    if (text[begin] == '=' || text[begin] == '/') break;
  }
  if (colon == no_place || colon > at) return std::nullopt;
  return take_unless_placeholder(text, {{colon, at}, at + length}, most_layers);
}

}  // namespace holdfast::redact_detail
