#pragma once

#include "holdfast/importer/table_schema.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::postgres {

/// Columns that a table of PostgreSQL can have, less one: rows on their way carry a number.
inline constexpr std::size_t column_limit = 1599;

/// The table that the rows of a batch wait in, and the column by which they are numbered there.
inline constexpr std::string_view batch_table = "holdfast_batch";
[[nodiscard]] std::string number_column(table_schema const& schema);

/// A name in SQL. A NUL, which SQL can't carry, becomes U+FFFD.
[[nodiscard]] std::string sql_name(std::string_view name);

/// What a column of this type is declared as. `numeric` keeps every number as it is, and tells 1
/// from 1.0; what is undecided stands as text.
[[nodiscard]] std::string_view declaration_of(column_type type) noexcept;

/// What we read values of a type of somebody else's as. What is not listed is text: the server
/// itself says whether it can read it.
/// @param type_name as pg_type has it, of the schema pg_catalog
[[nodiscard]] column_type foreign_type(std::string_view type_name) noexcept;

/// The comment by which a table, or a column with its inferred type, is known as made by us.
inline constexpr std::string_view table_comment = "made by holdfast import";
[[nodiscard]] std::string column_comment(column_type type);
[[nodiscard]] std::optional<column_type> commented_type(std::string_view comment) noexcept;

/// Makes the table, with its comments: one script.
[[nodiscard]] std::string create_table(table_schema const& schema);

/// Brings a table that is there to what the schema says, with one rewrite at most: one script.
[[nodiscard]] std::string alter_table(table_schema const& schema);

/// The value of a column on its way to a wider type. What becomes text gets the text that its
/// source had.
[[nodiscard]] std::string widened_value(std::string_view name, column_type from, column_type to);

/// The table of a batch, typed as the columns of the table are, gone with the transaction.
[[nodiscard]] std::string create_batch_table(table_schema const& schema);

/// COPY of the fed columns, straight into the table or into that of the batch.
[[nodiscard]] std::string copy_into_table(table_schema const& schema);
[[nodiscard]] std::string copy_into_batch();

/// Rows of a batch by their numbers, both included.
struct numbered_rows {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t count = 0;
};

/// Moves rows of the batch into the table, in the order of the source.
[[nodiscard]] std::string insert_rows(table_schema const& schema, numbered_rows const& which);

/// The same with a key: in the order of the key, so that importers side by side can't lock each
/// other out; of rows with the same key the first wins. Answers one row (-1, how many were stored)
/// and one (number, 0) for each that was not.
[[nodiscard]] std::string insert_new_rows(table_schema const& schema, numbered_rows const& which);

/// For the rows of the batch whose numbers are in $1: the number, and whether the row with this key
/// has all its values, told apart as their texts are; NULL where there is no such row.
[[nodiscard]] std::string compare_rows(table_schema const& schema);

}  // namespace holdfast::postgres
