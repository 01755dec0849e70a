#include "importer/stored_row.hpp"

#include <algorithm>

namespace holdfast {

value stored_value(table_column const& column, cell_kind kind, std::string_view text,
                   number_text& room) {
  if (kind == cell_kind::absent) return {};
  bool const is_text = column.type == column_type::text;
  if (is_text && column.widens && kind == cell_kind::number) {
    return value::of(text_of(inferred_value(kind, text, column_type::number), room));
  }
  if (is_text) return value::of(text);
  if (column.widens) return inferred_value(kind, text, column.type);
  return declared_value(kind, text, column.type).value_or(value::of(text));
}

std::optional<std::string> misfit(table_schema const& schema, batch const& from,
                                  batch_entry const& entry) {
  auto const cells = from.cells(entry);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    table_column const& column = schema.columns()[i];
    if (column.widens || column.type == column_type::text) continue;
    auto const fits = declared_value(cells[i].kind, from.text(entry, cells[i]), column.type);
    if (!fits) return column.name + ": " + fits.error();
  }
  return std::nullopt;
}

std::string key_text(table_schema const& schema, batch const& from, batch_entry const& entry) {
  auto const cells = from.cells(entry);
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!schema.in_key(i)) continue;
    if (!text.empty()) text += ", ";
    text += from.text(entry, cells[i]);
  }
  return text;
}

std::size_t columns_fed(table_schema const& schema) {
  auto const count =
      std::ranges::count_if(schema.columns(), [](table_column const& each) { return each.fed; });
  return static_cast<std::size_t>(count);
}

}  // namespace holdfast
