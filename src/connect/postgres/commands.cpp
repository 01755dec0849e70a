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

/// What follows a text in quotes, single or double; those within are doubled, or in a text of the
/// kind E'…' behind a backslash.
std::string_view without_quoted(std::string_view sql, bool has_escapes) noexcept {
  char const quote = sql.front();
  for (std::size_t at = 1; at < sql.size(); ++at) {
    if (has_escapes && sql[at] == '\\') {
      ++at;
    } else if (sql[at] == quote) {
      return sql.substr(at + 1);  // a doubled one begins the next text
    }
  }
  return {};
}

/// What follows a text between dollars, $$…$$ or $name$…$name$; or the dollar, where it is none.
std::string_view without_dollars(std::string_view sql) noexcept {
  std::size_t end = 1;
  while (end < sql.size() && sql[end] != '$' && is_in_name(sql[end])) ++end;
  if (end == sql.size() || sql[end] != '$') return sql.substr(1);
  std::string_view const mark = sql.substr(0, end + 1);
  std::size_t const close = sql.find(mark, mark.size());
  return close == std::string_view::npos ? std::string_view{} : sql.substr(close + mark.size());
}

/// What follows the semicolon that ends the first statement.
std::string_view after_statement(std::string_view sql) noexcept {
  char before = ' ';
  while (!sql.empty()) {
    char const now = sql.front();
    if (now == ';') return sql.substr(1);
    bool const names = is_in_name(before);
    if (now == '\'' || now == '"') {
      sql = without_quoted(sql, now == '\'' && lower(before) == 'e');
    } else if (now == '$' && !names) {
      sql = without_dollars(sql);
    } else if (sql.starts_with("--") || sql.starts_with("/*")) {
      sql = without_lead(sql);
    } else {
      sql.remove_prefix(1);
    }
    before = now;
  }
  return {};
}

using property = bool (*)(std::string_view) noexcept;

/// Whether one of several statements is of that kind.
bool has_statement(std::string_view script, property is_of_kind) noexcept {
  for (; !script.empty(); script = after_statement(script)) {
    if (is_of_kind(script)) return true;
  }
  return false;
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

/// Whether a statement ends a transaction, one way or the other.
bool leaves_transaction(std::string_view sql) noexcept {
  if (ends_transaction(sql) || take_word(sql, "abort")) return true;
  if (!take_word(sql, "rollback")) return false;
  std::string_view after = sql;
  bool const names_work = take_word(after, "work") || take_word(after, "transaction");
  return !take_word(names_work ? after : sql, "to");  // ROLLBACK TO a savepoint
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

bool controls_transaction(std::string_view sql) noexcept {
  if (leaves_transaction(sql) || take_word(sql, "begin")) return true;
  return (take_word(sql, "start") || take_word(sql, "set")) && take_word(sql, "transaction");
}

bool may_leave_transaction(std::string_view script) noexcept {
  return has_statement(script, leaves_transaction);
}

bool may_control_transaction(std::string_view script) noexcept {
  return has_statement(script, controls_transaction);
}

}  // namespace holdfast::postgres
