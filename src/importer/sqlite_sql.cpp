#include "importer/sqlite_sql.hpp"

#include "holdfast/connect/sqlite/quoted.hpp"
#include "holdfast/importer/column_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace holdfast::sqlite {
namespace {

// The affinity of JSON alone would be numeric and turn 1.10 into 1.1: tables of earlier versions.
constexpr std::array<std::pair<column_type, std::string_view>, 8> declarations{{
    {column_type::undecided, "UNDECIDED"},
    {column_type::boolean, "BOOLEAN"},
    {column_type::integer, "INTEGER"},
    {column_type::number, ""},
    {column_type::real, "REAL"},
    {column_type::text, "TEXT"},
    {column_type::json, "JSON TEXT"},
    {column_type::json, "JSON"},
}};

std::string upper(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return result;
}

template <class Items, class Text>
std::string joined(Items const& items, std::string_view between, Text const& text_of) {
  std::string result;
  for (auto const& item : items) {
    if (!result.empty()) result += between;
    result += text_of(item);
  }
  return result;
}

std::string names(std::vector<std::string> const& list) {
  return joined(list, ", ", [](std::string const& name) { return sql_name(name); });
}

std::string widened_value(column_change const& change) {
  std::string name = sql_name(change.before.name);
  bool const becomes_text = change.before.type != change.after && change.after == column_type::text;
  if (!becomes_text) return name;
  std::string as_text = "CAST(" + name + " AS TEXT)";
  switch (change.before.type) {
    case column_type::boolean:
      return "CASE " + name + " WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE " + as_text + " END";
    case column_type::number:
      return "CASE typeof(" + name + ") WHEN 'real' THEN " + real_text_function + "(" + name +
             ") ELSE " + as_text + " END";
    default: return as_text;
  }
}

/// The name by which rows are numbered, where no column of the table has taken it.
std::string_view row_number(std::vector<column_change> const& columns) {
  for (std::string_view const name : {"rowid", "_rowid_", "oid"}) {
    bool const taken = std::ranges::any_of(
        columns, [&](column_change const& each) { return same_name(each.before.name, name); });
    if (!taken) return name;
  }
  return {};
}

std::string parameter(std::size_t column) { return "?" + std::to_string(column + 1); }

}  // namespace

std::string sql_name(std::string_view name) {
  if (auto quoted_name = quoted(name)) return std::move(*quoted_name);
  return quoted(without_nul(name)).value_or("\"\"");
}

std::string_view declaration_of(column_type type) noexcept {
  for (auto const& [each, declaration] : declarations) {
    if (each == type) return declaration;
  }
  return "TEXT";
}

std::optional<column_type> our_type(std::string_view declaration) noexcept {
  for (auto const& [type, each] : declarations) {
    if (each == declaration) return type;
  }
  return std::nullopt;
}

column_type foreign_type(std::string_view declaration) {
  std::string const type = upper(declaration);
  auto const has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
  if (has("INT")) return column_type::integer;
  if (has("JSON")) return column_type::json;
  if (has("CHAR") || has("CLOB") || has("TEXT") || has("BLOB")) return column_type::text;
  if (has("REAL") || has("FLOA") || has("DOUB")) return column_type::real;
  if (has("BOOL")) return column_type::boolean;
  if (has("NUM") || has("DEC")) return column_type::number;
  return column_type::text;
}

std::string column_definition(std::string_view name, std::string_view declaration) {
  std::string definition = sql_name(name);
  if (!declaration.empty()) {
    definition += ' ';
    definition += declaration;
  }
  return definition;
}

std::string column_definition(table_column const& column) {
  return column_definition(column.name, declaration_of(column.type));
}

std::string key_definition(std::vector<std::string> const& key) {
  return "PRIMARY KEY (" + names(key) + ")";
}

std::string create_table(std::string_view table, std::vector<table_column> const& columns,
                         std::vector<std::string> const& key) {
  std::string sql = "CREATE TABLE " + sql_name(table) + "(";
  sql += joined(columns, ", ", [](table_column const& each) { return column_definition(each); });
  if (!key.empty()) sql += ", " + key_definition(key);
  return sql + ")";
}

std::string add_column(std::string_view table, table_column const& column) {
  return "ALTER TABLE " + sql_name(table) + " ADD COLUMN " + column_definition(column);
}

std::string copy_rows(std::string_view from, std::string_view to,
                      std::vector<column_change> const& columns) {
  std::string const into =
      joined(columns, ", ", [](column_change const& each) { return sql_name(each.before.name); });
  std::string sql = "INSERT INTO " + sql_name(to) + "(" + into + ") SELECT " +
                    joined(columns, ", ", widened_value) + " FROM " + sql_name(from);
  auto const order = row_number(columns);
  if (!order.empty()) sql += " ORDER BY " + std::string{order};
  return sql;
}

std::string insert_row(std::string_view table, std::vector<table_column> const& columns,
                       std::vector<std::string> const& key, insert_rule rule) {
  std::string into;
  std::string parameters;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].fed) continue;
    into += (into.empty() ? "" : ", ") + sql_name(columns[i].name);
    parameters += (parameters.empty() ? "" : ", ") + parameter(i);
  }
  std::string sql = rule == insert_rule::abort ? "INSERT OR ABORT INTO " : "INSERT INTO ";
  sql += sql_name(table);
  if (into.empty()) return sql + " DEFAULT VALUES";
  sql += "(" + into + ") VALUES (" + parameters + ")";
  if (!key.empty()) sql += " ON CONFLICT(" + names(key) + ") DO NOTHING";
  return sql;
}

std::string same_row(std::string_view table, std::vector<table_column> const& columns,
                     std::vector<std::string> const& key) {
  // In groups: SQLite limits the depth of an expression to 1000, and a chain of AND is that deep.
  constexpr std::size_t group = 50;
  std::string matches;
  std::string found;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].fed) continue;
    std::string const name = sql_name(columns[i].name);
    if (compared % group == 0) {
      matches += compared == 0 ? "(" : ") AND (";
    } else {
      matches += " AND ";
    }
    ++compared;
    matches += name + " IS " + parameter(i);
    if (columns[i].type == column_type::number && columns[i].widens) {
      matches += " AND typeof(" + name + ") = typeof(" + parameter(i) + ")";
    }
    bool const in_key = std::ranges::any_of(
        key, [&](std::string const& each) { return same_name(each, columns[i].name); });
    if (in_key) found += (found.empty() ? "" : " AND ") + name + " = " + parameter(i);
  }
  // No record has brought its key so far, so none is looked for.
  if (found.empty()) return "SELECT NULL WHERE false";
  return "SELECT " + matches + ") FROM " + sql_name(table) + " WHERE " + found;
}

}  // namespace holdfast::sqlite
