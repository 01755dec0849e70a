#include "importer/sqlite_table.hpp"

#include "importer/sqlite_definition.hpp"
#include "importer/sqlite_rows.hpp"
#include "importer/sqlite_sql.hpp"
#include "importer/stored_row.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

using sqlite::outcome;
using sqlite::step_result;

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

outcome bind_cell(sqlite::statement& to, int parameter, table_column const& column, cell_kind kind,
                  std::string_view text) {
  number_text room;
  value const stored = stored_value(column, kind, text, room);
  bool const is_here = stored.kind == value_kind::text && stored.text.data() == room.data();
  return is_here ? to.bind(parameter, stored.text) : bind_value(to, parameter, stored);
}

outcome bind_row(sqlite::statement& to, table_schema const& schema, batch const& from,
                 batch_entry const& entry) {
  auto const cells = from.cells(entry);
  auto const& columns = schema.columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].fed) continue;
    int const parameter = static_cast<int>(i) + 1;
    bool const there = i < cells.size() && cells[i].kind != cell_kind::absent;
    auto bound =
        there ? bind_cell(to, parameter, columns[i], cells[i].kind, from.text(entry, cells[i]))
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

/// The table as it is defined, under another name: what changes is written anew, what is new comes
/// behind the columns, and everything else stays as somebody wrote it.
std::string widened_definition(std::string_view made_by, std::string const& name,
                               table_schema const& schema) {
  auto made = sqlite::definition_in(made_by).value_or(sqlite::table_definition{});
  std::size_t const there = schema.applied()->columns.size();
  std::vector<std::string> added;
  for (std::size_t i = 0; i < schema.columns().size(); ++i) {
    table_column const& column = schema.columns()[i];
    auto const before = schema.applied_type(i);
    if (!before) {
      added.push_back(sqlite::column_definition(column));
    } else if (*before != column.type) {
      for (std::size_t place = 0; place < there && place < made.parts.size(); ++place) {
        if (!same_name(schema.applied()->columns[place].name, column.name)) continue;
        made.parts[place] = sqlite::column_definition(column);
      }
    }
  }
  auto const end =
      made.parts.begin() + static_cast<std::ptrdiff_t>(std::min(there, made.parts.size()));
  made.parts.insert(end, added.begin(), added.end());
  std::string sql = "CREATE TABLE " + sqlite::sql_name(name) + "(";
  for (std::size_t i = 0; i < made.parts.size(); ++i) sql += (i > 0 ? ", " : "") + made.parts[i];
  return sql + ")";
}

std::vector<sqlite::column_change> changes_of(table_schema const& schema) {
  std::vector<sqlite::column_change> changes;
  for (table_column const& before : schema.applied()->columns) {
    if (before.computed) continue;
    auto const now = schema.find(before.name);
    changes.push_back({before, now ? schema.columns()[*now].type : before.type});
  }
  return changes;
}

}  // namespace

bool sqlite_table::must_rebuild(table_schema const& schema) {
  for (std::size_t i = 0; i < schema.columns().size(); ++i) {
    auto const before = schema.applied_type(i);
    if (before && *before != schema.columns()[i].type) return true;
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
  for (std::size_t i = 0; i < schema.columns().size(); ++i) {
    if (schema.applied_type(i)) continue;
    auto added = in_->exec(sqlite::add_column(schema.table(), schema.columns()[i]));
    if (!added) return added;
  }
  return {};
}

expected<void, failure> sqlite_table::rebuild(table_schema const& schema) {
  std::string const& table = schema.table();
  std::string const wider = "holdfast_wider_" + table;
  std::vector<std::string> dependents;  // indexes and triggers, which go with the old table
  std::string made_by;
  auto done =
      sqlite::for_each_row(*in_,
                           "SELECT type, sql FROM sqlite_schema WHERE tbl_name = ? COLLATE NOCASE"
                           " AND sql IS NOT NULL",
                           table, [&](sqlite::statement const& row) {
                             if (row.text(0) == "table") {
                               made_by = row.text(1);
                             } else {
                               dependents.emplace_back(row.text(1));
                             }
                           });
  if (done) done = in_->exec(widened_definition(made_by, wider, schema));
  if (done) done = in_->exec(sqlite::copy_rows(table, wider, changes_of(schema)));
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
  forget_statements();
  std::int64_t triggers = 0;
  bool is_view = false;
  auto looked =
      sqlite::for_each_row(*in_,
                           "SELECT sum(type = 'trigger'), sum(type = 'view') FROM sqlite_schema"
                           " WHERE tbl_name = ? COLLATE NOCASE",
                           schema.table(), [&](sqlite::statement const& row) {
                             triggers = row.int64(0);
                             is_view = row.int64(1) > 0;
                           });
  if (!looked) return looked;
  // OR ABORT would overrule what the statements of a trigger say about conflicts.
  auto const rule = triggers > 0 ? sqlite::insert_rule::as_declared : sqlite::insert_rule::abort;
  counts_changes_ = !is_view;  // SQLite counts none of what a trigger does instead
  auto insert =
      in_->prepare(sqlite::insert_row(schema.table(), schema.columns(), schema.key(), rule));
  if (!insert) return unexpected{insert.error()};
  insert_.emplace(std::move(*insert));
  prepared_for_ = columns_fed(schema);
  if (schema.key().empty()) return {};
  auto same = in_->prepare(sqlite::same_row(schema.table(), schema.columns(), schema.key()));
  if (!same) return unexpected{same.error()};
  same_row_.emplace(std::move(*same));
  return {};
}

expected<void, failure> sqlite_table::make_ready(table_schema const& schema) {
  if (insert_ && prepared_for_ == columns_fed(schema)) return {};
  if (!schema.applied() && schema.columns().empty()) return {};
  return prepare(schema);
}

expected<insert_result, failure> sqlite_table::insert(table_schema const& schema, batch const& from,
                                                      batch_entry const& entry) {
  if (!insert_) {
    return insert_result{fate::rejected, rejection::missing, "there is nothing in it to store"};
  }
  if (auto const why = misfit(schema, from, entry)) {
    return insert_result{fate::rejected, rejection::wrong_type, *why};
  }
  if (auto bound = bind_row(*insert_, schema, from, entry); !bound) return judged(bound.error());
  if (auto inserted = insert_->run(); !inserted) {
    // A rule that rolls back takes the whole batch with it.
    if (!in_->in_transaction()) return unexpected{inserted.error()};
    return judged(inserted.error());
  }
  if (in_->changes() > 0 || !counts_changes_) return insert_result{};
  if (schema.key().empty()) return ignored_by_table();
  auto const same = is_same_row(schema, from, entry);
  if (!same) return unexpected{same.error()};
  if (!*same) return ignored_by_table();
  return insert_result{.what = **same ? fate::duplicate : fate::differs};
}

expected<std::optional<bool>, failure> sqlite_table::is_same_row(table_schema const& schema,
                                                                 batch const& from,
                                                                 batch_entry const& entry) {
  if (auto bound = bind_row(*same_row_, schema, from, entry); !bound) {
    return unexpected{bound.error()};
  }
  auto const row = same_row_->step();
  std::optional<bool> same;
  if (row && *row == step_result::row) same = same_row_->int64(0) != 0;
  same_row_->reset();
  if (!row) return unexpected{row.error()};
  return same;
}

void sqlite_table::forget_statements() noexcept {
  insert_.reset();
  same_row_.reset();
}

}  // namespace holdfast
