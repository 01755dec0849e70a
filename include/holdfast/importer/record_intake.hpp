#pragma once

#include "holdfast/base/problem.hpp"
#include "holdfast/importer/mapping.hpp"
#include "holdfast/importer/record.hpp"
#include "holdfast/importer/table_schema.hpp"
#include "holdfast/validate/schema.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What the checks made of a record.
struct intake_verdict {
  rejection why = rejection::none;  ///< none: it is to be stored
  std::string detail;               ///< for people
};

/// That a source or a mapping has values for a generated column.
[[nodiscard]] problem generated_column(std::string const& column, std::string const& table);

/// Turns records of a source into rows of a table: finds each column's cell, checks it, and widens
/// inferred types. No I/O.
class record_intake {
 public:
  /// `by` and `schema` must outlive it. Adds the mapped fields to the schema.
  record_intake(mapping const& by, table_schema& schema);

  /// Where the mapping or the source contradicts the table that is there: declared types that its
  /// columns have not, and since `take` or `follow` saw them, values for generated columns. The
  /// records of a source with conflicts can't be stored.
  [[nodiscard]] problems const& conflicts() const noexcept { return conflicts_; }

  /// What the mapping or the key names and a source with these columns, and no others, does not
  /// have.
  [[nodiscard]] problems missing_columns(std::vector<std::string> const& source,
                                         std::string const& name) const;

  /// Adds the columns of the source that the table is to have and has not yet.
  void follow(std::vector<std::string> const& source);

  /// Judges a record that its source has accepted, and if it is to be stored rewrites its cells
  /// into the order of the table's columns. `source` are the columns of the source now. One without
  /// any cell is `missing`: there is nothing to store, whatever the table has.
  [[nodiscard]] intake_verdict take(record& of, std::vector<std::string> const& source);

  /// Columns of the source that the mapping left out.
  [[nodiscard]] std::vector<std::string> const& dropped() const noexcept { return dropped_; }

 private:
  /// Where a column of the table finds its cell.
  struct origin {
    std::size_t column = 0;         ///< of the table
    std::vector<std::string> path;  ///< keys below the source column; empty: the cell itself
  };
  /// What becomes of a column of the source.
  struct destination {
    std::vector<origin> origins;
    bool beyond_limit = false;  ///< the table can't have another column
  };

  [[nodiscard]] bool is_mapped_name(std::string const& column) const;
  [[nodiscard]] destination destination_of(std::string const& source_column);
  [[nodiscard]] bool check_any(record const& of);
  [[nodiscard]] bool arrange(record& of);
  void place(record& of, cell const& from, origin const& to);
  [[nodiscard]] bool check_types(record const& of);
  [[nodiscard]] bool check_key(record const& of);
  [[nodiscard]] bool check_rules(record const& of);
  void widen(record const& of);
  bool reject(rejection why, std::string detail);

  mapping const& by_;
  table_schema& schema_;
  holdfast::schema rules_;
  bool has_rules_ = false;
  std::vector<std::size_t> field_columns_;  ///< table column of each mapped field
  std::vector<destination> destinations_;   ///< by column of the source
  std::vector<std::size_t> key_columns_;    ///< of the table, as far as they are known
  std::vector<std::string> dropped_;
  problems conflicts_;
  std::vector<cell> arranged_;
  std::vector<value> values_;
  intake_verdict verdict_;
};

}  // namespace holdfast
