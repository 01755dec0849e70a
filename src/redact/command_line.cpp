#include "redact/command_line.hpp"

#include "redact/reading.hpp"
#include "redact/scan.hpp"
#include "redact/value.hpp"

#include <algorithm>
#include <array>

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t longest_command = 1024;

struct program {
  std::string_view name;
  unsigned secrets;
  std::string_view command{};  ///< only with this word behind the name: `docker login`
};

// In the order of their names, for a binary search.
constexpr auto programs = std::to_array<program>({
    {"7z", password_p_stuck},
    {"bcp", password_capital_p},
    {"clickhouse-client", password_p},
    {"cqlsh", password_p},
    {"curl", user_u | cookie_b},
    {"docker", password_p, "login"},
    {"helm", password_p, "login"},
    {"influx", password_p},
    {"isql", password_capital_p},
    {"ldapadd", password_w},
    {"ldapmodify", password_w},
    {"ldapsearch", password_w},
    {"mariadb", password_p_stuck},
    {"mariadb-admin", password_p_stuck | new_password},
    {"mariadb-dump", password_p_stuck},
    {"mongo", password_p},
    {"mongodump", password_p},
    {"mongorestore", password_p},
    {"mongosh", password_p},
    {"mosquitto_pub", password_capital_p},
    {"mosquitto_sub", password_capital_p},
    {"mysql", password_p_stuck},
    {"mysqladmin", password_p_stuck | new_password},
    {"mysqldump", password_p_stuck},
    {"mysqlimport", password_p_stuck},
    {"podman", password_p, "login"},
    {"redis-cli", auth_a},
    {"rpcclient", user_capital_u},
    {"smbclient", user_capital_u},
    {"sqlcmd", password_capital_p},
    {"sshpass", password_p | password_p_stuck},
    {"unzip", password_capital_p},
    {"valkey-cli", auth_a},
    {"zip", password_capital_p},
});
static_assert(std::ranges::is_sorted(programs, {}, &program::name));

/// The bit of the option `-X` behind which the secret stands; 0 where that is none.
unsigned option_of(char letter) noexcept {
  switch (letter) {
    case 'p': return password_p | password_p_stuck;
    case 'a': return auth_a;
    case 'b': return cookie_b;
    case 'u': return user_u;
    case 'w': return password_w;
    case 'P': return password_capital_p;
    case 'U': return user_capital_u;
    default: return 0;
  }
}

/// The short option that a long one stands for.
char letter_of(std::string_view option) noexcept { return option == "-cookie" ? 'b' : 'u'; }

/// What stands before the secret in the argument of an option; nothing where all of it is secret.
char separator_behind(char letter) noexcept {
  switch (letter) {
    case 'b': return '=';
    case 'u': return ':';
    case 'U': return '%';
    default: return '\0';
  }
}

/// What stands behind `separator` in an argument: the password of `user:password`.
std::size_t behind(std::string_view text, span argument, char separator, int layers) noexcept {
  for (std::size_t at = argument.begin; at < argument.end;) {
    symbol const next = read_symbol(text, at, layers);
    at += next.length;
    if (next.value == separator) return at;
  }
  return argument.end;
}

/// `user:'word'`, `"user":"word"`: arguments that a shell glues together.
value with_glued(std::string_view text, value read, int layers) noexcept {
  symbol const next = read_symbol(text, read.after, layers);
  if (next.value != ':' || !read.quoted) return read;
  auto const more = read_value(text, read.after + next.length, {.layers = layers});
  return more ? value{{read.inner.begin, more->inner.end}, more->after, true, true} : read;
}

finding take_argument(std::string_view text, gap const& before, char separator) noexcept {
  auto const first = read_value(text, before.after, {.layers = before.layers});
  if (!first || text[before.after] == '-') return std::nullopt;
  value const read = with_glued(text, *first, before.layers);
  std::size_t begin = read.inner.begin;
  if (separator != '\0') begin = behind(text, read.inner, separator, before.layers);
  if (begin < read.inner.end && is_quote(text[begin])) ++begin;  // a:'word'
  if (begin >= read.inner.end) return std::nullopt;
  return take_unless_placeholder(text, {{begin, read.inner.end}, read.after}, before.layers);
}

/// Whether `command` is the next argument behind the name of a program: `docker login`, also
/// `helm registry login`.
bool runs(std::string_view text, std::size_t end, std::string_view command) noexcept {
  if (command.empty()) return true;
  constexpr std::string_view group = "registry";
  std::size_t at = read_gap(text, end).after;
  if (text.substr(at, group.size()) == group) at = read_gap(text, at + group.size()).after;
  if (at < text.size() && is_quote(text[at])) ++at;
  return text.substr(at, command.size()) == command;
}

/// Where a command ends that a shell would run: before `;`, `|` or `&&` outside of quotes, or at
/// the end of its line; at most `longest_command` bytes further.
std::size_t end_of_command(std::string_view text, std::size_t at) noexcept {
  std::size_t const limit = std::min(text.size(), at + longest_command);
  char open = '\0';
  for (; at < limit; ++at) {
    char const c = text[at];
    if (c == '\n' && (at == 0 || text[at - 1] != '\\')) return at;
    if (is_quote(c)) open = open == '\0' ? c : open == c ? '\0' : open;
    if (open != '\0') continue;
    bool const apart = at + 1 >= text.size() || is_space(text[at + 1]) || text[at + 1] == c;
    if (apart && (c == ';' || c == '|')) return at;
    if (c == '&' && text.substr(at, 2) == "&&") return at;
  }
  return limit;
}

}  // namespace

gap read_gap(std::string_view text, std::size_t at) noexcept {
  gap seen{at, 0};
  for (std::size_t steps = 0; steps < 16; ++steps) {
    symbol const next = read_symbol(text, seen.after, most_layers);
    bool const gap_sign = is_space(next.value) || next.value == ',';
    bool const quote = is_quote(next.value) || next.value == '\\';
    // The quote that opens the next argument is left to it.
    if (!next || (!gap_sign && !quote) || (quote && seen.apart)) break;
    seen.apart = seen.apart || gap_sign;
    seen.after += next.length;
    seen.layers = std::max(seen.layers, next.layers);
  }
  return seen;
}

bool sets_password(scan const& seen, span name) noexcept {
  if ((seen.program & new_password) == 0 || name.end >= seen.program_ends) return false;
  std::string_view const word = seen.text.substr(name.begin, name.end - name.begin);
  return word == "password" || word == "old-password";
}

finding note_program(scan& seen, std::size_t at, std::size_t length) noexcept {
  std::size_t end = at + length;
  while (end < seen.text.size() && end - at < 24 &&
         (is_word(seen.text[end]) || seen.text[end] == '-')) {
    ++end;
  }
  if (!word_may_begin(seen.text, at)) return std::nullopt;
  std::string_view const name = seen.text.substr(at, end - at);
  auto const* const known = std::ranges::lower_bound(programs, name, {}, &program::name);
  if (known == programs.end() || known->name != name) return std::nullopt;
  if (!runs(seen.text, end, known->command)) return std::nullopt;
  seen.program = known->secrets;
  // `mysqladmin: ...` is what the program says, not a command.
  if (end < seen.text.size() && seen.text[end] == ':') seen.program &= ~unsigned{new_password};
  seen.program_ends = end_of_command(seen.text, end);
  return std::nullopt;
}

finding find_option(scan& seen, std::size_t at, std::size_t length) noexcept {
  // The trigger ends with the option; it begins one byte before the (last) dash of a short one, and
  // with the last dash of a long one.
  std::string_view const text = seen.text;
  std::size_t const end = at + length;
  if (at >= seen.program_ends || end >= text.size()) return std::nullopt;
  bool const is_long = length > 3;
  std::string_view const before_it = text.substr(0, at);
  if (is_long && !before_it.ends_with("-") && !before_it.ends_with("--proxy")) return std::nullopt;
  if (!is_long && !word_may_begin(text, at + 1)) return std::nullopt;
  char const letter = is_long ? letter_of(text.substr(at, length)) : text[end - 1];
  unsigned const options = option_of(letter) & seen.program;
  if (options == 0) return std::nullopt;
  char const separator = separator_behind(letter);
  if (is_long && text[end] == '=') return take_argument(text, {end + 1}, separator);
  gap const before = read_gap(text, end);
  if (before.apart) {
    bool const apart = (options & ~password_p_stuck) != 0;
    return apart ? take_argument(text, before, separator) : std::nullopt;
  }
  bool const stuck = (options & (password_p_stuck | user_u | cookie_b)) != 0 && !is_long;
  int const layers = symbol_before(text, at + 1).layers;  // of what stands before the dash
  return stuck ? take_argument(text, {end, layers}, separator) : std::nullopt;
}

}  // namespace holdfast::redact_detail
