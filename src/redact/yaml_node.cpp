#include "redact/yaml_node.hpp"

#include "redact/reading.hpp"

#include <algorithm>
#include <array>

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t longest_word = 64;

/// Of YAML itself, and of the tools whose files hold secrets.
constexpr auto known_tags = std::to_array<std::string_view>(
    {"str", "int", "float", "bool", "null", "binary", "map", "seq", "set", "timestamp", "vault",
     "vault-encrypted", "secret", "env", "reference", "Ref", "Sub", "GetAtt", "ImportValue"});

struct property {
  std::size_t end = 0;
  bool known = false;
};

/// `!!str`, `!vault`, `&a`; nothing where no word stands behind the sign.
std::optional<property> read_property(std::string_view text, std::size_t at, int layers) noexcept {
  symbol next = read_symbol(text, at, layers);
  bool const tag = next.value == '!';
  if (!tag && next.value != '&') return std::nullopt;
  at += next.length;
  next = read_symbol(text, at, layers);
  if (tag && next.value == '!') at += next.length;
  std::size_t const begin = at;
  for (;;) {
    next = read_symbol(text, at, layers);
    if (is_space(next.value)) break;
    if (is_quote(next.value) || at - begin >= longest_word) return std::nullopt;
    at += next.length;
  }
  if (at == begin) return std::nullopt;
  std::string_view const word = text.substr(begin, at - begin);
  return property{at, tag && std::ranges::find(known_tags, word) != known_tags.end()};
}

/// Whether the line ends before `end`, where other than white space stands.
bool line_ends(std::string_view text, std::size_t at, std::size_t end, int layers) noexcept {
  while (at < end) {
    symbol const next = read_symbol(text, at, layers);
    if (next.value == '\n') return true;
    at += next.length;
  }
  return at >= text.size();
}

}  // namespace

std::optional<node_properties> read_properties(std::string_view text, std::size_t at,
                                               int layers) noexcept {
  node_properties read{.written = {at, at}, .after = at};
  for (int count = 0; count < 3 && !read.alone; ++count) {
    auto const next = read_property(text, read.after, layers);
    if (!next) break;
    read.known = read.known && next->known;
    read.written.end = next->end;
    read.after = skip_spaces(text, next->end, layers);
    read.alone = line_ends(text, next->end, read.after, layers);
  }
  if (read.after == at) return std::nullopt;
  return read;
}

}  // namespace holdfast::redact_detail
