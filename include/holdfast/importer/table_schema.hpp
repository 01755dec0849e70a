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
  bool widens = true;     ///< the type was inferred, and later cells may widen it
  bool fed = false;       ///< the source or the mapping has it; the others keep their defaults
  bool computed = false;  ///< a generated column: nothing can be stored in it

  friend bool operator==(table_column const&, table_column const&) = default;
};

/// A table as the target has it.
struct table_shape {
  std::string name{};  ///< as the target spells it
  std::vector<table_column> columns{};
  std::vector<std::vector<std::string>> keys{};  ///< sets of columns that identify a row
  bool ours = false;  ///< made by us: columns that widen are rebuilt, all others kept as they are

  friend bool operator==(table_shape const&, table_shape const&) = default;
};

/// The table that the records read so far need, beside the one that the target has. Columns are
/// only ever added behind the others, so a number stays that of its column, and types only widened.
/// The target may have its columns in another order: the two are matched by name.
class table_schema {
 public:
  /// @param existing     the table that is there, whose columns come first; nothing where there is
  ///                     none
  /// @param column_limit columns that the target can have in one table
  table_schema(std::string table, std::vector<std::string> key, std::optional<table_shape> existing,
               std::size_t column_limit = 1900);

  [[nodiscard]] std::string const& table() const noexcept { return table_; }
  [[nodiscard]] std::vector<table_column> const& columns() const noexcept { return columns_; }
  /// The columns of the key, spelled as the columns are where these are known.
  [[nodiscard]] std::vector<std::string> const& key() const noexcept { return key_; }
  [[nodiscard]] std::size_t column_limit() const noexcept { return column_limit_; }
  [[nodiscard]] bool in_key(std::size_t column) const noexcept;

  /// The number of the column of this name, in whatever case.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept;

  /// The column of this name, added if it is not there, and `fed` from now on; nothing where the
  /// limit is reached. One that is there keeps its type.
  std::optional<std::size_t> add(table_column wanted);

  /// Widens an inferred type. A column of the key goes from integer straight to text: 1 and 1.0
  /// are one key to SQL and two to the source.
  void widen(std::size_t column, column_type to);

  /// Takes a type as declared: cells that it can't hold are rejected instead of widening it. False
  /// where the table has another type already.
  [[nodiscard]] bool declare(std::size_t column, column_type type);

  /// What the target has, in its order; nothing where the table is not there yet.
  [[nodiscard]] std::optional<table_shape> const& applied() const noexcept { return applied_; }
  /// The type that a column has in the target; nothing where it is not there yet.
  [[nodiscard]] std::optional<column_type> applied_type(std::size_t column) const noexcept;
  [[nodiscard]] bool is_applied() const noexcept;
  /// The target has been brought to what `columns` says; nothing was made of no columns at all.
  void set_applied();

  /// Takes in what others have made of the table meanwhile: columns that appeared are added behind
  /// the known ones, types that became wider are taken over, and fixed types stay fixed.
  void merge(table_shape now);

 private:
  void spell_key();

  std::string table_;
  std::vector<std::string> key_;
  std::vector<table_column> columns_;
  std::optional<table_shape> applied_;
  std::size_t column_limit_;
};

/// "name text, mass number, id integer": for people.
[[nodiscard]] std::string describe_columns(std::vector<table_column> const& columns);

/// Whether two names are one to an SQL database: equal but for the case of ASCII letters.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

/// Whether the lists name the same columns, in any order.
[[nodiscard]] bool same_names(std::vector<std::string> const& a,
                              std::vector<std::string> const& b) noexcept;

}  // namespace holdfast
