#pragma once

#include <string>
#include <string_view>

namespace holdfast::postgres {

/// SQL text that connections prepare where they meet it for the first time. Make one, once, and use
/// it everywhere; every connection keeps account of its own.
///
///     static postgres::statement const move{"UPDATE account SET sum = sum + $2 WHERE id = $1"};
///     t.execute(move, id, amount);
///
/// A server that has lost it (a pooler, DISCARD ALL, a change of the table) is told it again, once.
/// Its name there is made of the text, so whatever is found under that name is the same statement.
/// Immutable, so thread-safe. Cost of making one: a hash of the text.
class statement {
 public:
  explicit statement(std::string sql);

  [[nodiscard]] std::string const& sql() const noexcept { return sql_; }
  [[nodiscard]] std::string const& name() const noexcept { return name_; }
  /// Whether it commits, or prepares to: COMMIT, END, PREPARE TRANSACTION.
  [[nodiscard]] bool commits() const noexcept { return commits_; }
  /// Whether it holds a NUL, for which it is refused wherever it is run.
  [[nodiscard]] bool has_nul() const noexcept { return has_nul_; }

 private:
  std::string sql_;
  std::string name_;
  bool commits_;
  bool has_nul_;
};

}  // namespace holdfast::postgres
