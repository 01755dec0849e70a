#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

struct pg_result;

namespace holdfast::postgres {

/// The answer to one statement, whole and in memory: as large as what the server sent. Read large
/// tables by `copy_out` or with a cursor.
///
/// Rows and columns count from 0; asking beyond the last ends the program. Views live as long as
/// this object. Const functions are thread-safe.
class rows {
 public:
  rows() = default;
  explicit rows(pg_result* owned) noexcept : result_{owned} {}

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] std::size_t columns() const noexcept;
  [[nodiscard]] std::string_view column_name(std::size_t column) const noexcept;
  /// Where a column of this name stands; nothing where there is none.
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const noexcept;

  [[nodiscard]] bool is_null(std::size_t row, std::size_t column) const noexcept;
  /// As the server writes it; empty for NULL.
  [[nodiscard]] std::string_view text(std::size_t row, std::size_t column) const noexcept;
  /// Nothing for NULL, and for a text that is no whole number of 64 bits.
  [[nodiscard]] std::optional<std::int64_t> integer(std::size_t row,
                                                    std::size_t column) const noexcept;
  /// Nothing for NULL, and for a text that is no number; also NaN and infinities.
  [[nodiscard]] std::optional<double> real(std::size_t row, std::size_t column) const noexcept;
  /// Whether it is true; nothing for NULL, and for what is no boolean.
  [[nodiscard]] std::optional<bool> boolean(std::size_t row, std::size_t column) const noexcept;

  /// Rows inserted, updated, deleted, selected or copied.
  [[nodiscard]] std::uint64_t affected() const noexcept;
  /// The command tag: "INSERT 0 1".
  [[nodiscard]] std::string_view tag() const noexcept;

 private:
  struct clearer {
    void operator()(pg_result* result) const noexcept;
  };
  std::unique_ptr<pg_result, clearer> result_;
};

}  // namespace holdfast::postgres
