#include "importer/sqlite_shape.hpp"

#include "importer/sqlite_definition.hpp"
#include "importer/sqlite_rows.hpp"
#include "importer/sqlite_sql.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace holdfast::sqlite {
namespace {

/// What each column is declared as, in the order of the columns.
using declared_types = std::vector<std::string>;

outcome read_columns(database& in, table_shape& shape, declared_types& types) {
  std::vector<std::pair<std::int64_t, std::string>> primary;
  auto read =
      for_each_row(in, "SELECT name, type, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid",
                   shape.name, [&](statement const& row) {
                     std::string const name{row.text(0)};
                     types.emplace_back(row.text(1));
                     shape.columns.push_back({.name = name, .computed = row.int64(3) >= 2});
                     if (row.int64(2) > 0) primary.emplace_back(row.int64(2), name);
                   });
  std::ranges::sort(primary);
  if (!primary.empty()) shape.keys.emplace_back();
  for (auto const& [place, name] : primary) shape.keys.front().push_back(name);
  return read;
}

/// Keys that unique indexes make, beside the primary one.
outcome read_unique_keys(database& in, table_shape& shape) {
  std::vector<std::string> indexes;
  auto read =
      for_each_row(in, "SELECT name FROM pragma_index_list(?) WHERE \"unique\" AND NOT partial",
                   shape.name, [&](statement const& row) { indexes.emplace_back(row.text(0)); });
  for (std::string const& index : indexes) {
    if (!read) return read;
    std::vector<std::string> key;
    read = for_each_row(in, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", index,
                        [&](statement const& row) { key.emplace_back(row.text(0)); });
    if (std::ranges::none_of(shape.keys,
                             [&](auto const& known) { return same_names(known, key); })) {
      shape.keys.push_back(std::move(key));
    }
  }
  return read;
}

/// Whether column `i` is defined as we define columns.
bool is_our_column(table_shape const& shape, declared_types const& types,
                   table_definition const& made, std::size_t i) {
  return i < made.parts.size() && our_type(types[i]) &&
         made.parts[i] == column_definition(shape.columns[i].name, types[i]);
}

bool is_ours(table_shape const& shape, declared_types const& types, table_definition const& made) {
  std::vector<std::string> constraints;
  if (!shape.keys.empty()) constraints.push_back(key_definition(shape.keys.front()));
  std::size_t const columns = shape.columns.size();
  bool const begins = made.head == "CREATE TABLE " + sql_name(shape.name) + "(" &&
                      made.tail.empty() && made.parts.size() == columns + constraints.size();
  // The spelling of a key may be another one, as the user gave it to an earlier version.
  return begins && columns > 0 && is_our_column(shape, types, made, 0) &&
         (constraints.empty() || same_name(constraints.front(), made.parts.back()));
}

void judge_columns(table_shape& shape, declared_types const& types, std::string const& made_by) {
  auto const made = definition_in(made_by);
  shape.ours = made && is_ours(shape, types, *made);
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    table_column& column = shape.columns[i];
    bool const ours = shape.ours && is_our_column(shape, types, *made, i);
    column.type = ours ? *our_type(types[i]) : foreign_type(types[i]);
    column.widens = ours && column.type != column_type::real && column.type != column_type::json;
  }
}

}  // namespace

expected<std::optional<named_object>, failure> object_named(database& in, std::string const& name) {
  std::optional<named_object> found;
  auto const read = for_each_row(
      in,
      "SELECT type, name, sql, type <> 'view' OR EXISTS (SELECT 1 FROM sqlite_schema AS t"
      " WHERE t.type = 'trigger' AND t.tbl_name = o.name COLLATE NOCASE"
      " AND upper(t.sql) LIKE '%INSTEAD%OF%INSERT%')"
      " FROM sqlite_schema AS o WHERE name = ? COLLATE NOCASE AND type <> 'trigger'",
      name, [&](statement const& row) {
        found = {std::string{row.text(0)}, std::string{row.text(1)}, std::string{row.text(2)},
                 row.int64(3) != 0};
      });
  if (!read) return unexpected{read.error()};
  return found;
}

expected<std::optional<table_shape>, failure> shape_of(database& in, std::string const& table) {
  auto const there = object_named(in, table);
  if (!there) return unexpected{there.error()};
  if (!*there || (*there)->type == "index") return std::optional<table_shape>{};
  table_shape shape{.name = (*there)->name};
  declared_types types;
  auto read = read_columns(in, shape, types);
  if (read) judge_columns(shape, types, (*there)->made_by);
  if (read) read = read_unique_keys(in, shape);
  if (!read) return unexpected{read.error()};
  return std::optional{std::move(shape)};
}

}  // namespace holdfast::sqlite
