#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/transaction.hpp"
#include "holdfast/importer/batch.hpp"
#include "holdfast/importer/table_schema.hpp"
#include "importer/insert_result.hpp"
#include "importer/postgres_copy_text.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace holdfast {

/// How rows come into the table. Slowest last.
enum class row_path {
  copy,               ///< COPY writes them: there is no key that one could have already
  copy_while_new,     ///< so it does with a key, until one is met that is there: then as below
  by_temporary_table  ///< COPY into a temporary table, INSERT from there
};

/// The rows of one batch on their way into the table, within one transaction.
///
/// All go together. Where the server refuses them, and one row can be at fault, they are
/// undone to a savepoint and tried in halves, until every row that is at fault stands alone: it is
/// rejected with what the server said of it, and all others are stored.
class postgres_rows {
 public:
  postgres_rows(postgres::transaction& in, table_schema const& schema, batch const& from,
                row_path path);

  /// What became of each entry of the batch. Fails where the transaction can't go on.
  [[nodiscard]] expected<std::vector<insert_result>, failure> store();
  /// Whether COPY met a key that was there: the next batch may do better without it.
  [[nodiscard]] bool met_known_key() const noexcept { return met_known_key_; }

 private:
  using entry_numbers = std::span<std::size_t const>;
  using outcome = expected<void, failure>;

  [[nodiscard]] std::vector<std::size_t> candidates();
  [[nodiscard]] outcome store(entry_numbers which);
  [[nodiscard]] expected<bool, failure> copy_all_new(entry_numbers which);
  [[nodiscard]] outcome store_together(entry_numbers which);
  [[nodiscard]] outcome copy(entry_numbers which);
  [[nodiscard]] outcome insert(entry_numbers which);
  [[nodiscard]] outcome insert_new(entry_numbers which);
  [[nodiscard]] outcome compare(std::vector<std::size_t> const& known);
  void add_row(batch_entry const& entry, std::size_t number);
  void reject(std::size_t entry, failure const& seen);

  postgres::transaction* in_;
  table_schema const* schema_;
  batch const* from_;
  row_path path_;
  bool direct_;  // COPY goes into the table itself
  bool met_known_key_ = false;
  postgres::copy_text text_;
  std::vector<insert_result> seen_;
};

}  // namespace holdfast
