#pragma once

#include "holdfast/importer/ledger_mark.hpp"
#include "holdfast/importer/record.hpp"

#include <string>

namespace holdfast {

/// What became of one insert. With `fate::rejected` the table itself refused the row.
struct insert_result {
  fate what = fate::stored;
  rejection why = rejection::none;
  std::string detail{};
};

/// A trigger or a rule of the table has dropped the row without an error.
[[nodiscard]] inline insert_result ignored_by_table() {
  return {fate::rejected, rejection::out_of_range, "the table ignored it"};
}

}  // namespace holdfast
