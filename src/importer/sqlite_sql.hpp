#pragma once

#include "holdfast/importer/table_schema.hpp"

#include <optional>
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

/// The type of a column by what it is declared as: the other way round for columns of ours, also
/// of earlier versions; nothing where we declare no type so.
[[nodiscard]] std::optional<column_type> our_type(std::string_view declaration) noexcept;

/// The same for a table that somebody else made, by SQLite's rules of affinity.
[[nodiscard]] column_type foreign_type(std::string_view declaration);

/// The definition of a column of ours with this declared type.
[[nodiscard]] std::string column_definition(std::string_view name, std::string_view declaration);
[[nodiscard]] std::string column_definition(table_column const& column);

/// The constraint that makes a key of ours.
[[nodiscard]] std::string key_definition(std::vector<std::string> const& key);

[[nodiscard]] std::string create_table(std::string_view table,
                                       std::vector<table_column> const& columns,
                                       std::vector<std::string> const& key);

[[nodiscard]] std::string add_column(std::string_view table, table_column const& column);

/// A column on its way into a table that is wider.
struct column_change {
  table_column before;
  column_type after = column_type::undecided;
};

/// Copies all rows from one table to another, in their order; values that become text get the text
/// that their source had.
[[nodiscard]] std::string copy_rows(std::string_view from, std::string_view to,
                                    std::vector<column_change> const& columns);

/// How a row is added that the table refuses.
enum class insert_rule {
  abort,        ///< the row alone fails, whatever the table's constraints say
  as_declared,  ///< what a constraint says happens; triggers keep the conflict rules they state
};

/// One row of the columns that are fed; parameter n is for column n-1 of the table. Does nothing
/// where the key is there already.
[[nodiscard]] std::string insert_row(std::string_view table,
                                     std::vector<table_column> const& columns,
                                     std::vector<std::string> const& key, insert_rule rule);

/// Whether the row with this key has all these values, told apart as the source told them: 1 and
/// 1.0 differ. The parameters are those of `insert_row`.
[[nodiscard]] std::string same_row(std::string_view table, std::vector<table_column> const& columns,
                                   std::vector<std::string> const& key);

}  // namespace holdfast::sqlite
