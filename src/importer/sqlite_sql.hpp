#pragma once

#include "holdfast/importer/table_schema.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::sqlite {

/// The name of the SQL function that writes a real as the source wrote it.
inline constexpr char const* real_text_function = "holdfast_real_text";

/// A name in SQL. A NUL, which SQL can't carry, becomes U+FFFD.
[[nodiscard]] std::string sql_name(std::string_view name);

/// What a column of this type is declared as. Empty for `number`: without a declared type SQLite
/// keeps integers and reals cell by cell as they are.
[[nodiscard]] std::string_view declaration_of(column_type type) noexcept;

/// The type of a column by what it is declared as: the other way round for tables of ours.
[[nodiscard]] column_type our_type(std::string_view declaration) noexcept;

/// The same for a table that somebody else made, by SQLite's rules of affinity.
[[nodiscard]] column_type foreign_type(std::string_view declaration);

[[nodiscard]] std::string create_table(std::string_view table,
                                       std::vector<table_column> const& columns,
                                       std::vector<std::string> const& key);

[[nodiscard]] std::string add_column(std::string_view table, table_column const& column);

/// Copies all rows from one table to another, whose columns are wider; values that become text get
/// the text that their source had.
[[nodiscard]] std::string copy_rows(std::string_view from, std::string_view to,
                                    std::vector<table_column> const& before,
                                    std::vector<table_column> const& after);

/// One row, a parameter a column; does nothing where the key is there already.
[[nodiscard]] std::string insert_row(std::string_view table,
                                     std::vector<table_column> const& columns,
                                     std::vector<std::string> const& key);

/// Whether the row with this key has all these values; the parameters are those of `insert_row`.
[[nodiscard]] std::string same_row(std::string_view table, std::vector<table_column> const& columns,
                                   std::vector<std::string> const& key);

}  // namespace holdfast::sqlite
