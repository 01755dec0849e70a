#include "importer/sqlite_table.hpp"

#include "holdfast/importer/value.hpp"
#include "importer/sqlite_sql.hpp"
#include "importer/sqlite_steps.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

using sqlite::outcome;
using sqlite::step_result;

/// The rows of a query with one text parameter, handed to `visit` one by one.
template <class Visitor>
outcome for_each_row(sqlite::database& in, std::string_view sql, std::string_view parameter,
                     Visitor visit) {
  auto query = in.prepare(sql);
  if (!query) return unexpected{query.error()};
  if (auto bound = query->bind(1, parameter); !bound) return bound;
  for (;;) {
    auto const row = query->step();
    if (!row) return unexpected{row.error()};
    if (*row == step_result::done) return {};
    visit(*query);
  }
}

outcome read_columns(sqlite::database& in, std::string const& table, table_shape& shape) {
  std::vector<std::pair<std::int64_t, std::string>> primary;
  auto read =
      for_each_row(in, "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid", table,
                   [&](sqlite::statement const& row) {
                     std::string const name{row.text(0)};
                     shape.columns.push_back({.name = name, .type = sqlite::our_type(row.text(1))});
                     if (row.int64(2) > 0) primary.emplace_back(row.int64(2), name);
                   });
  std::ranges::sort(primary);
  if (!primary.empty()) shape.keys.emplace_back();
  for (auto const& [place, name] : primary) shape.keys.front().push_back(name);
  return read;
}

/// Keys that unique indexes make, beside the primary one.
outcome read_unique_keys(sqlite::database& in, std::string const& table, table_shape& shape) {
  std::vector<std::string> indexes;
  auto read =
      for_each_row(in, "SELECT name FROM pragma_index_list(?) WHERE \"unique\" AND NOT partial",
                   table, [&](sqlite::statement const& row) { indexes.emplace_back(row.text(0)); });
  for (std::string const& index : indexes) {
    if (!read) return read;
    std::vector<std::string> key;
    read = for_each_row(in, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", index,
                        [&](sqlite::statement const& row) { key.emplace_back(row.text(0)); });
    if (std::ranges::none_of(shape.keys,
                             [&](auto const& known) { return same_names(known, key); })) {
      shape.keys.push_back(std::move(key));
    }
  }
  return read;
}

/// A table that is not as we would have made it keeps its shape: its types count as declared.
void judge_origin(table_shape& shape, std::string const& table, std::string const& made_by) {
  auto const key = shape.keys.empty() ? std::vector<std::string>{} : shape.keys.front();
  shape.ours = made_by == sqlite::create_table(table, shape.columns, key);
}

outcome read_foreign_types(sqlite::database& in, std::string const& table, table_shape& shape) {
  std::size_t column = 0;
  return for_each_row(in, "SELECT type FROM pragma_table_info(?) ORDER BY cid", table,
                      [&](sqlite::statement const& row) {
                        shape.columns[column++].type = sqlite::foreign_type(row.text(0));
                      });
}

bool can_widen(column_type type) { return type != column_type::real && type != column_type::json; }

value value_of(table_column const& column, cell_kind kind, std::string_view text) {
  if (column.type == column_type::text) return value::of(text);
  if (column.widens) return inferred_value(kind, text, column.type);
  return declared_value(kind, text, column.type).value_or(value::of(text));
}

outcome bind_value(sqlite::statement& to, int parameter, value const& of) {
  switch (of.kind) {
    case value_kind::null: return to.bind_null(parameter);
    case value_kind::boolean: return to.bind(parameter, of.boolean);
    case value_kind::integer: return to.bind(parameter, of.integer);
    case value_kind::real: return to.bind(parameter, of.real);
    case value_kind::text: return to.bind_in_place(parameter, of.text);
  }
  return {};
}

outcome bind_row(sqlite::statement& to, table_schema const& schema, batch const& from,
                 batch_entry const& entry) {
  auto const cells = from.cells(entry);
  auto const& columns = schema.columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    int const parameter = static_cast<int>(i) + 1;
    bool const there = i < cells.size() && cells[i].kind != cell_kind::absent;
    auto bound = there ? bind_value(to, parameter,
                                    value_of(columns[i], cells[i].kind, from.text(entry, cells[i])))
                       : to.bind_null(parameter);
    if (!bound) return bound;
  }
  return {};
}

/// A row that the table's own constraints refuse is the record's fault, not the run's.
expected<insert_result, failure> judged(failure const& seen) {
  bool const refused_row = seen.category == category::integrity || seen.category == category::data;
  if (!refused_row) return unexpected{seen};
  std::string_view const code = seen.code.value;
  insert_result result{fate::rejected, rejection::out_of_range, std::string{seen.text.view()}};
  if (code == "SQLITE_CONSTRAINT_NOTNULL") result.why = rejection::missing;
  if (code == "SQLITE_CONSTRAINT_DATATYPE" || code == "SQLITE_MISMATCH") {
    result.why = rejection::wrong_type;
  }
  if (code == "SQLITE_TOOBIG") result.why = rejection::too_large;
  return result;
}

}  // namespace

expected<std::optional<table_shape>, failure> sqlite_table::shape_of(sqlite::database& in,
                                                                     std::string const& table) {
  std::string made_by;
  bool there = false;
  auto read = for_each_row(in,
                           "SELECT sql FROM sqlite_schema WHERE name = ? COLLATE NOCASE"
                           " AND type IN ('table', 'view')",
                           table, [&](sqlite::statement const& row) {
                             there = true;
                             made_by = row.text(0);
                           });
  table_shape shape;
  if (read) read = read_columns(in, table, shape);
  if (read) judge_origin(shape, table, made_by);
  if (read) read = read_unique_keys(in, table, shape);
  if (read && !shape.ours) read = read_foreign_types(in, table, shape);
  if (!read) return unexpected{read.error()};
  if (!there) return std::optional<table_shape>{};
  for (table_column& column : shape.columns) {
    column.widens = shape.ours && can_widen(column.type);
  }
  return std::optional{std::move(shape)};
}

bool sqlite_table::must_rebuild(table_schema const& schema) {
  if (!schema.applied()) return false;
  auto const& before = schema.applied()->columns;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].type != schema.columns()[i].type) return true;
  }
  return false;
}

expected<void, failure> sqlite_table::apply(table_schema const& schema) {
  if (schema.is_applied() || schema.columns().empty()) return {};
  forget_statements();
  if (!schema.applied()) {
    return in_->exec(sqlite::create_table(schema.table(), schema.columns(), schema.key()));
  }
  if (must_rebuild(schema)) return rebuild(schema);
  for (std::size_t i = schema.applied()->columns.size(); i < schema.columns().size(); ++i) {
    auto added = in_->exec(sqlite::add_column(schema.table(), schema.columns()[i]));
    if (!added) return added;
  }
  return {};
}

expected<void, failure> sqlite_table::rebuild(table_schema const& schema) {
  std::string const& table = schema.table();
  std::string const wider = "holdfast_wider_" + table;
  std::vector<std::string> dependents;  // indexes and triggers, which go with the old table
  auto done = for_each_row(
      *in_,
      "SELECT sql FROM sqlite_schema WHERE tbl_name = ? COLLATE NOCASE"
      " AND type IN ('index', 'trigger') AND sql IS NOT NULL",
      table, [&](sqlite::statement const& row) { dependents.emplace_back(row.text(0)); });
  if (done) done = in_->exec(sqlite::create_table(wider, schema.columns(), schema.key()));
  if (done) {
    done = in_->exec(sqlite::copy_rows(table, wider, schema.applied()->columns, schema.columns()));
  }
  if (done) done = in_->exec("DROP TABLE " + sqlite::sql_name(table));
  if (done) {
    done = in_->exec("ALTER TABLE " + sqlite::sql_name(wider) + " RENAME TO " +
                     sqlite::sql_name(table));
  }
  for (std::string const& sql : dependents) {
    if (done) done = in_->exec(sql);
  }
  return done;
}

expected<void, failure> sqlite_table::prepare(table_schema const& schema) {
  auto insert = in_->prepare(sqlite::insert_row(schema.table(), schema.columns(), schema.key()));
  if (!insert) return unexpected{insert.error()};
  insert_.emplace(std::move(*insert));
  if (schema.key().empty()) return {};
  auto same = in_->prepare(sqlite::same_row(schema.table(), schema.columns(), schema.key()));
  if (!same) return unexpected{same.error()};
  same_row_.emplace(std::move(*same));
  return {};
}

expected<insert_result, failure> sqlite_table::insert(table_schema const& schema, batch const& from,
                                                      batch_entry const& entry) {
  if (!insert_) {
    if (auto prepared = prepare(schema); !prepared) return unexpected{prepared.error()};
  }
  if (auto bound = bind_row(*insert_, schema, from, entry); !bound) return judged(bound.error());
  if (auto inserted = insert_->run(); !inserted) return judged(inserted.error());
  if (schema.key().empty() || in_->changes() > 0) return insert_result{};
  auto const same = is_same_row(schema, from, entry);
  if (!same) return unexpected{same.error()};
  return insert_result{.what = *same ? fate::duplicate : fate::differs};
}

expected<bool, failure> sqlite_table::is_same_row(table_schema const& schema, batch const& from,
                                                  batch_entry const& entry) {
  if (auto bound = bind_row(*same_row_, schema, from, entry); !bound) {
    return unexpected{bound.error()};
  }
  auto const row = same_row_->step();
  bool const same = row && *row == step_result::row && same_row_->int64(0) != 0;
  same_row_->reset();
  if (!row) return unexpected{row.error()};
  return same;
}

void sqlite_table::forget_statements() noexcept {
  insert_.reset();
  same_row_.reset();
}

}  // namespace holdfast
