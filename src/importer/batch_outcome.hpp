#pragma once

#include "holdfast/importer/batch.hpp"
#include "holdfast/importer/ledger_mark.hpp"
#include "holdfast/importer/totals.hpp"
#include "importer/insert_result.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace holdfast {

/// What became of all records of a batch: what the ledger is told of it.
struct batch_outcome {
  std::vector<ledger_mark> marks;
  import_totals totals;

  /// That of the known records; the new ones are still to be noted.
  [[nodiscard]] static batch_outcome of(batch const& records) {
    return {records.marks(), records.known()};
  }
  void note(batch const& records, batch_entry const& entry, insert_result const& seen);

  /// The marks as bytes, or none where the ledger has nothing to learn from them: each new record
  /// came to what an earlier run had made of it.
  [[nodiscard]] std::string fingerprints(batch const& records) const;
};

/// Least significant byte first, so that a database can be carried to any machine.
[[nodiscard]] std::string packed(std::span<ledger_mark const> marks);
[[nodiscard]] std::vector<ledger_mark> unpacked(std::span<std::byte const> bytes);

}  // namespace holdfast
