#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

struct sqlite3_stmt;

namespace holdfast::sqlite {

/// The storage class of a value.
enum class value_type { integer, real, text, blob, null };

/// What a step of a statement came to.
enum class step_result {
  row,   ///< a row is there: read its columns before the next step
  done,  ///< no (further) row
};

/// One prepared SQL statement: bind, step, reset, and again. Made by `database::prepare`; may
/// outlive its database object, which then closes with it. Not thread-safe.
///
/// Parameters count from 1, columns from 0, as in SQLite. A bound value stays bound through `reset`
/// until it is bound anew.
class statement {
 public:
  using done_or_failure = expected<void, failure>;

  [[nodiscard]] done_or_failure bind_null(int parameter);
  [[nodiscard]] done_or_failure bind(int parameter, bool value);
  [[nodiscard]] done_or_failure bind(int parameter, int value);
  [[nodiscard]] done_or_failure bind(int parameter, std::int64_t value);
  /// Not a number is stored as NULL: SQLite has no NaN.
  [[nodiscard]] done_or_failure bind(int parameter, double value);
  /// Copies the text, which is taken as UTF-8 and may hold NUL characters.
  [[nodiscard]] done_or_failure bind(int parameter, std::string_view text);
  [[nodiscard]] done_or_failure bind(int parameter, char const* text) {
    return bind(parameter, std::string_view{text});
  }
  [[nodiscard]] done_or_failure bind(int parameter, std::span<std::byte const> blob);

  /// As `bind`, without a copy: the text must stay where it is until the parameter is bound anew,
  /// `clear_bindings` was called or the statement is gone.
  [[nodiscard]] done_or_failure bind_in_place(int parameter, std::string_view text);
  [[nodiscard]] done_or_failure bind_in_place(int parameter, std::span<std::byte const> blob);
  void clear_bindings() noexcept;

  /// Runs to the next row or to the end. After a failure or `done` call `reset` before the next
  /// run.
  [[nodiscard]] expected<step_result, failure> step();
  /// Makes the statement ready to run again, and lets go of its locks.
  void reset() noexcept;
  /// Runs to the end, skipping rows, and resets, whatever came of it.
  [[nodiscard]] done_or_failure run();

  [[nodiscard]] int parameter_count() const noexcept;
  [[nodiscard]] int column_count() const noexcept;
  /// Valid until the statement is gone or prepared anew by SQLite after a schema change.
  [[nodiscard]] std::string_view column_name(int column) const noexcept;

  /// Values of the current row. SQLite converts where the type asked for is another one: a text
  /// that is no number reads as 0. Views are valid until the next step, reset or read as another
  /// type.
  [[nodiscard]] value_type type(int column) const noexcept;
  [[nodiscard]] bool is_null(int column) const noexcept;
  [[nodiscard]] std::int64_t int64(int column) const noexcept;
  [[nodiscard]] double real(int column) const noexcept;
  [[nodiscard]] std::string_view text(int column) const noexcept;
  [[nodiscard]] std::span<std::byte const> blob(int column) const noexcept;

 private:
  friend class database;
  struct finalizer {
    void operator()(sqlite3_stmt* prepared) const noexcept;
  };
  explicit statement(sqlite3_stmt* prepared) noexcept : prepared_{prepared} {}
  [[nodiscard]] done_or_failure checked(int code) const;

  std::unique_ptr<sqlite3_stmt, finalizer> prepared_;
};

}  // namespace holdfast::sqlite
