#pragma once

#include "holdfast/connect/sqlite/database.hpp"
#include "holdfast/importer/batch.hpp"
#include "holdfast/importer/table_schema.hpp"
#include "importer/insert_result.hpp"

#include <optional>

namespace holdfast {

/// One user's table in an SQLite database: changes it and adds rows. Members that write
/// run inside a transaction of the caller.
class sqlite_table {
 public:
  /// Whether bringing the table to what the schema says rewrites its rows.
  [[nodiscard]] static bool must_rebuild(table_schema const& schema);

  explicit sqlite_table(sqlite::database& in) noexcept : in_{&in} {}

  /// Brings the table to what the schema says: makes it, adds columns, or rebuilds it with wider
  /// types. Cost: a rebuild copies the table once, however many columns are widened.
  [[nodiscard]] expected<void, failure> apply(table_schema const& schema);

  /// To be called before the rows of a batch, once the table is what the schema says.
  [[nodiscard]] expected<void, failure> make_ready(table_schema const& schema);

  /// Adds one row, whose cells stand in the order of the columns; says duplicate or differs where
  /// its key is there already. After a failure the transaction may be gone: a rule of the table
  /// may roll it back.
  [[nodiscard]] expected<insert_result, failure> insert(table_schema const& schema,
                                                        batch const& from,
                                                        batch_entry const& entry);

  /// To be called after a rollback or a change of the schema.
  void forget_statements() noexcept;

 private:
  [[nodiscard]] expected<void, failure> rebuild(table_schema const& schema);
  [[nodiscard]] expected<void, failure> prepare(table_schema const& schema);
  [[nodiscard]] expected<std::optional<bool>, failure> is_same_row(table_schema const& schema,
                                                                   batch const& from,
                                                                   batch_entry const& entry);

  sqlite::database* in_;
  std::optional<sqlite::statement> insert_;
  std::optional<sqlite::statement> same_row_;
  std::size_t prepared_for_ = 0;  ///< how many columns are fed
  bool counts_changes_ = true;
};

}  // namespace holdfast
