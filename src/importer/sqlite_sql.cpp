#include "importer/sqlite_sql.hpp"

#include "holdfast/connect/sqlite/quoted.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace holdfast::sqlite {
namespace {

constexpr std::array<std::pair<column_type, std::string_view>, 7> declarations{{
    {column_type::undecided, "UNDECIDED"},
    {column_type::boolean, "BOOLEAN"},
    {column_type::integer, "INTEGER"},
    {column_type::number, ""},
    {column_type::real, "REAL"},
    {column_type::text, "TEXT"},
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

std::string names_of_columns(std::vector<table_column> const& columns) {
  return joined(columns, ", ", [](table_column const& column) { return sql_name(column.name); });
}

std::string names(std::vector<std::string> const& list) {
  return joined(list, ", ", [](std::string const& name) { return sql_name(name); });
}

std::string column_definition(table_column const& column) {
  std::string definition = sql_name(column.name);
  if (auto const type = declaration_of(column.type); !type.empty()) {
    definition += ' ';
    definition += type;
  }
  return definition;
}

std::string widened_value(table_column const& before, table_column const& after) {
  std::string name = sql_name(before.name);
  bool const becomes_text = before.type != after.type && after.type == column_type::text;
  if (!becomes_text) return name;
  std::string as_text = "CAST(" + name + " AS TEXT)";
  switch (before.type) {
    case column_type::boolean:
      return "CASE " + name + " WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE " + as_text + " END";
    case column_type::number:
      return "CASE typeof(" + name + ") WHEN 'real' THEN " + real_text_function + "(" + name +
             ") ELSE " + as_text + " END";
    default: return as_text;
  }
}

std::string parameter(std::size_t column) { return "?" + std::to_string(column + 1); }

}  // namespace

std::string sql_name(std::string_view name) {
  if (auto quoted_name = quoted(name)) return std::move(*quoted_name);
  std::string visible;
  for (char const c : name) {
    if (c == '\0') {
      visible += "\xEF\xBF\xBD";
    } else {
      visible += c;
    }
  }
  return quoted(visible).value_or("\"\"");
}

std::string_view declaration_of(column_type type) noexcept {
  for (auto const& [each, declaration] : declarations) {
    if (each == type) return declaration;
  }
  return "TEXT";
}

column_type our_type(std::string_view declaration) noexcept {
  for (auto const& [type, each] : declarations) {
    if (each == declaration) return type;
  }
  return column_type::text;
}

column_type foreign_type(std::string_view declaration) {
  std::string const type = upper(declaration);
  auto const has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
  if (has("INT")) return column_type::integer;
  if (has("CHAR") || has("CLOB") || has("TEXT") || has("BLOB")) return column_type::text;
  if (has("REAL") || has("FLOA") || has("DOUB")) return column_type::real;
  if (has("BOOL")) return column_type::boolean;
  if (has("JSON")) return column_type::json;
  if (has("NUM") || has("DEC")) return column_type::number;
  return column_type::text;
}

std::string create_table(std::string_view table, std::vector<table_column> const& columns,
                         std::vector<std::string> const& key) {
  std::string sql = "CREATE TABLE " + sql_name(table) + "(";
  sql += joined(columns, ", ", column_definition);
  if (!key.empty()) sql += ", PRIMARY KEY (" + names(key) + ")";
  return sql + ")";
}

std::string add_column(std::string_view table, table_column const& column) {
  return "ALTER TABLE " + sql_name(table) + " ADD COLUMN " + column_definition(column);
}

std::string copy_rows(std::string_view from, std::string_view to,
                      std::vector<table_column> const& before,
                      std::vector<table_column> const& after) {
  std::string values;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (i > 0) values += ", ";
    values += widened_value(before[i], after[i]);
  }
  return "INSERT INTO " + sql_name(to) + "(" + names_of_columns(before) + ") SELECT " + values +
         " FROM " + sql_name(from) + " ORDER BY rowid";
}

std::string insert_row(std::string_view table, std::vector<table_column> const& columns,
                       std::vector<std::string> const& key) {
  std::string parameters;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    parameters += (i > 0 ? ", " : "") + parameter(i);
  }
  std::string sql = "INSERT INTO " + sql_name(table) + "(" + names_of_columns(columns) +
                    ") VALUES (" + parameters + ")";
  if (!key.empty()) sql += " ON CONFLICT(" + names(key) + ") DO NOTHING";
  return sql;
}

std::string same_row(std::string_view table, std::vector<table_column> const& columns,
                     std::vector<std::string> const& key) {
  // In groups: SQLite limits the depth of an expression to 1000, and a chain of AND is that deep.
  constexpr std::size_t group = 50;
  std::string matches;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i % group == 0) matches += i == 0 ? "(" : ") AND (";
    if (i % group != 0) matches += " AND ";
    matches += sql_name(columns[i].name) + " IS " + parameter(i);
  }
  std::string found;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    bool const in_key = std::ranges::any_of(
        key, [&](std::string const& name) { return same_name(name, columns[i].name); });
    if (!in_key) continue;
    found += (found.empty() ? "" : " AND ") + sql_name(columns[i].name) + " = " + parameter(i);
  }
  return "SELECT " + matches + ") FROM " + sql_name(table) + " WHERE " + found;
}

}  // namespace holdfast::sqlite
