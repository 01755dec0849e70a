#pragma once

#include "holdfast/importer/column_type.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// One column of a table.
struct table_column {
  std::string name;
  column_type type = column_type::undecided;
  bool widens = true;  ///< the type was inferred, and later cells may widen it

  friend bool operator==(table_column const&, table_column const&) = default;
};

/// A table as the target has it.
struct table_shape {
  std::vector<table_column> columns{};
  std::vector<std::vector<std::string>> keys{};  ///< sets of columns that identify a row
  bool ours = false;  ///< made by us and not changed since; no promise is lost by rebuilding it

  friend bool operator==(table_shape const&, table_shape const&) = default;
};

/// The table that the records read so far need, beside the one that the target has. Columns are
/// only ever added behind the others, and types only widened, so every change can be made in place.
class table_schema {
 public:
  /// Columns that a table may have. SQLite's own limit is 2000.
  static constexpr std::size_t column_limit = 1900;

  /// @param existing the table that is there, whose columns come first; nothing where there is none
  table_schema(std::string table, std::vector<std::string> key,
               std::optional<table_shape> existing);

  [[nodiscard]] std::string const& table() const noexcept { return table_; }
  [[nodiscard]] std::vector<table_column> const& columns() const noexcept { return columns_; }
  [[nodiscard]] std::vector<std::string> const& key() const noexcept { return key_; }
  [[nodiscard]] bool in_key(std::size_t column) const noexcept;

  /// The number of the column of this name, in whatever case.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept;

  /// The column of this name, added if it is not there; nothing where the limit is reached. One
  /// that is there keeps its type.
  std::optional<std::size_t> add(table_column wanted);

  void widen(std::size_t column, column_type to) { columns_[column].type = to; }

  /// Takes a type as declared: cells that it can't hold are rejected instead of widening it. False
  /// where the table has another type already.
  [[nodiscard]] bool declare(std::size_t column, column_type type);

  /// What the target has; nothing where the table is not there yet.
  [[nodiscard]] std::optional<table_shape> const& applied() const noexcept { return applied_; }
  [[nodiscard]] bool is_applied() const noexcept;
  /// The target has been brought to what `columns` says.
  void set_applied();

 private:
  std::string table_;
  std::vector<std::string> key_;
  std::vector<table_column> columns_;
  std::optional<table_shape> applied_;
};

/// "name text, mass number, id integer": for people.
[[nodiscard]] std::string describe_columns(std::vector<table_column> const& columns);

/// Whether two names are one to an SQL database: equal but for the case of ASCII letters.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

/// Whether the lists name the same columns, in any order.
[[nodiscard]] bool same_names(std::vector<std::string> const& a,
                              std::vector<std::string> const& b) noexcept;

}  // namespace holdfast
