#include "connect/postgres/commands.hpp"

#include <algorithm>
#include <array>

namespace holdfast::postgres {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

constexpr char lower(char each) noexcept {
  return each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
}

/// Whether a name goes on there: with a letter, of any script, a digit, `_` or `$`.
constexpr bool is_in_name(char each) noexcept {
  char const small = lower(each);
  bool const letter = (small >= 'a' && small <= 'z') || static_cast<unsigned char>(each) >= 0x80;
  return letter || (each >= '0' && each <= '9') || each == '_' || each == '$';
}

/// What follows a comment of C's kind, which may hold others of its kind.
std::string_view without_comment(std::string_view sql) noexcept {
  int depth = 0;
  for (std::size_t at = 0; at + 1 < sql.size(); ++at) {
    std::string_view const two = sql.substr(at, 2);
    if (two != "/*" && two != "*/") continue;
    depth += two == "/*" ? 1 : -1;
    if (depth == 0) return sql.substr(at + 2);
    ++at;
  }
  return {};
}

/// What follows blanks and comments.
std::string_view without_lead(std::string_view sql) noexcept {
  for (;;) {
    sql.remove_prefix(std::min(sql.find_first_not_of(blanks), sql.size()));
    if (sql.starts_with("--")) {
      sql.remove_prefix(std::min(sql.find('\n'), sql.size()));
    } else if (sql.starts_with("/*")) {
      sql = without_comment(sql);
    } else {
      return sql;
    }
  }
}

/// Takes the first word off; false where another one stands there.
bool take_word(std::string_view& sql, std::string_view word) noexcept {
  std::string_view const rest = without_lead(sql);
  if (rest.size() < word.size()) return false;
  bool const same = std::equal(word.begin(), word.end(), rest.begin(),
                               [](char wanted, char seen) { return wanted == lower(seen); });
  if (!same || (rest.size() > word.size() && is_in_name(rest[word.size()]))) return false;
  sql = rest.substr(word.size());
  return true;
}

}  // namespace

bool has_no_command(std::string_view sql) noexcept {
  std::string_view rest = without_lead(sql);
  while (rest.starts_with(';')) rest = without_lead(rest.substr(1));
  return rest.empty();
}

bool begins_copy(std::string_view sql) noexcept { return take_word(sql, "copy"); }

bool ends_transaction(std::string_view sql) noexcept {
  if (take_word(sql, "commit") || take_word(sql, "end")) return true;
  return take_word(sql, "prepare") && take_word(sql, "transaction");
}

bool may_end_transaction(std::string_view script) noexcept {
  for (;;) {
    if (ends_transaction(script)) return true;
    std::size_t const next = script.find(';');
    if (next == std::string_view::npos) return false;
    script.remove_prefix(next + 1);
  }
}

}  // namespace holdfast::postgres
