#pragma once

#include "holdfast/importer/batch.hpp"
#include "holdfast/importer/table_schema.hpp"
#include "holdfast/importer/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

// What every target stores of a record, whatever its database: the same cells, and the same words
// about them.

/// The value of a cell in its column. Where the column is text because others needed it, a JSON
/// number gets the text that it would have got by widening: what the table holds must not depend on
/// where batches end.
/// @param room where the text of such a number is put; it must live as long as the answer
[[nodiscard]] value stored_value(table_column const& column, cell_kind kind, std::string_view text,
                                 number_text& room);

/// What is wrong with a cell whose column got a fixed type after the record was checked.
[[nodiscard]] std::optional<std::string> misfit(table_schema const& schema, batch const& from,
                                                batch_entry const& entry);

/// The cells of the key, for people.
[[nodiscard]] std::string key_text(table_schema const& schema, batch const& from,
                                   batch_entry const& entry);

[[nodiscard]] std::size_t columns_fed(table_schema const& schema);

}  // namespace holdfast
