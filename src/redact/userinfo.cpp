#include "redact/reading.hpp"
#include "redact/scan.hpp"
#include "redact/value.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t none = no_place;
constexpr std::size_t longest = 1024;

/// The places that matter in what follows `://`.
struct authority {
  std::size_t colon = none;    ///< behind the first colon
  std::size_t last_at = none;  ///< before the last `@` of the authority
  std::size_t after_at = none;
  std::size_t loose_at = none;  ///< before the last `@` of all, for passwords with `/`, `?`, `#`
  std::size_t after_loose = none;
  std::size_t end = 0;  ///< of the authority
  std::size_t loose_end = 0;
  bool inside = true;       ///< reading ended in the authority
  bool to_the_end = false;  ///< the text ends inside
  bool endless = false;     ///< more than is read
};

bool ends_uri(char c) noexcept {
  return is_space(c) || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`';
}
bool ends_authority(char c) noexcept { return c == '/' || c == '?' || c == '#'; }

bool slashes_follow(std::string_view text, std::size_t at, int layers) noexcept {
  symbol const first = read_symbol(text, at, layers);
  return first.value == '/' && read_symbol(text, at + first.length, layers).value == '/';
}

/// A port, or the beginning of one.
bool is_port(std::string_view text) noexcept {
  return text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

/// Whether `sign` at `at`, a quote or an angle, is part of a password: a word or
/// the host goes on behind it, and what stands before it is no port.
bool is_in_password(std::string_view text, authority const& read, std::size_t at,
                    symbol const& sign, int layers) noexcept {
  if (is_space(sign.value) || read.colon == none || read.loose_at != none) return false;
  std::size_t const end = read.inside ? at : read.end;
  if (is_port(text.substr(read.colon, end - read.colon))) return false;
  symbol const behind = read_symbol(text, at + sign.length, layers);
  return behind && (is_word(behind.value) || behind.value == '@');
}

authority read_authority(std::string_view text, std::size_t begin, int layers) noexcept {
  authority read;
  bool& inside = read.inside;
  std::size_t at = begin;
  for (;;) {
    read.endless = at - begin >= longest;
    if (read.endless) break;
    symbol const next = read_symbol(text, at, layers);
    bool const ends =
        !next || (ends_uri(next.value) && !is_in_password(text, read, at, next, layers));
    if (ends) {
      read.to_the_end = !next;
      break;
    }
    std::size_t const after = at + next.length;
    if (next.value == ':' && slashes_follow(text, after, layers)) break;  // another URI
    if (inside && ends_authority(next.value)) {
      inside = false;
      read.end = at;
    }
    if (next.value == ':' && read.colon == none && inside) read.colon = after;
    if (next.value == '@') {
      read.loose_at = at;
      read.after_loose = after;
      if (inside) {
        read.last_at = at;
        read.after_at = after;
      }
    }
    at = after;
  }
  read.loose_end = at;
  if (inside) read.end = at;
  return read;
}

/// How deeply the colon of `://` was encoded.
int layers_of(std::string_view trigger) noexcept {
  if (!trigger.starts_with('%')) return 0;
  return trigger.starts_with("%25") ? 2 : 1;
}

/// Whether digits end with the authority: then they are a port, not a password with a slash.
bool is_host_and_port(std::string_view text, authority const& read) noexcept {
  return read.colon <= read.end && is_port(text.substr(read.colon, read.end - read.colon));
}

/// Where a URI ends that somebody has cut, as `excerpt` does, before anything but user and password
/// was seen of it; nothing if it was not cut so.
std::size_t cut_by_ellipsis(std::string_view text, authority const& read) noexcept {
  constexpr std::string_view ellipsis = "…";
  std::string_view const seen = text.substr(read.colon, read.loose_end - read.colon);
  bool const cut = read.inside && seen.ends_with(ellipsis);
  if (!cut || is_port(seen.substr(0, seen.size() - ellipsis.size()))) return none;
  return read.loose_end - ellipsis.size();
}

std::size_t end_of_uri(std::string_view text, std::size_t at, int layers) noexcept {
  for (;;) {
    symbol const next = read_symbol(text, at, layers);
    if (!next || ends_uri(next.value)) return at;
    at += next.length;
  }
}

/// What is written in a URI is percent-encoded once more than the URI itself.
finding taken(std::string_view text, span part, std::size_t after, int layers) noexcept {
  return take_unless_placeholder(text, {part, after}, std::min(layers + 1, most_layers));
}

}  // namespace

finding find_userinfo(scan& seen, std::size_t at, std::size_t length) noexcept {
  std::string_view const text = seen.text;
  int const layers = layers_of(text.substr(at, length));
  std::size_t const begin = at + length;
  authority const read = read_authority(text, begin, layers);
  bool const with_user = read.colon != none && (read.last_at == none || read.colon <= read.last_at);
  bool const ipv6 = begin < text.size() && text[begin] == '[';
  bool const secret = with_user && !ipv6 && !is_host_and_port(text, read);
  // Where the host was not seen, an `@` before the end may be one of the password.
  bool const cut = seen.end == text_end::cut && read.to_the_end && read.inside;
  if (secret && cut) return taken(text, {read.colon, text.size()}, text.size(), layers);
  if (secret && read.endless && (read.inside || read.last_at == none)) {
    std::size_t const end = end_of_uri(text, read.loose_end, layers);
    return taken(text, {read.colon, end}, end, layers);
  }
  if (std::size_t const end = secret ? cut_by_ellipsis(text, read) : none; end != none) {
    return taken(text, {read.colon, end}, read.loose_end, layers);
  }
  if (read.last_at != none) {
    if (with_user) return taken(text, {read.colon, read.last_at}, read.after_at, layers);
    std::string_view const alone = text.substr(begin, read.last_at - begin);
    if (looks_random(alone)) return taken(text, {begin, read.last_at}, read.after_at, layers);
    return found{{}, read.after_at};
  }
  if (!secret || read.loose_at == none) return std::nullopt;
  return taken(text, {read.colon, read.loose_at}, read.after_loose, layers);
}

}  // namespace holdfast::redact_detail
