#include "importer/postgres_sql.hpp"

#include "holdfast/connect/postgres/quoted.hpp"
#include "holdfast/importer/column_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::postgres {
namespace {

constexpr std::string_view column_comment_begin = "holdfast import: ";

constexpr std::array<std::pair<std::string_view, column_type>, 8> foreign_types{{
    {"int2", column_type::integer},
    {"int4", column_type::integer},
    {"int8", column_type::integer},
    {"float4", column_type::real},
    {"float8", column_type::real},
    {"bool", column_type::boolean},
    {"json", column_type::json},
    {"jsonb", column_type::json},
}};

/// Pieces of text with something between them.
class list {
 public:
  explicit list(std::string_view between) : between_{between} {}
  list& operator+=(std::string_view piece) {
    if (!text_.empty()) text_ += between_;
    text_ += piece;
    return *this;
  }
  [[nodiscard]] std::string const& text() const noexcept { return text_; }

 private:
  std::string_view between_;
  std::string text_;
};

std::string fed_names(table_schema const& schema) {
  list names{", "};
  for (table_column const& each : schema.columns()) {
    if (each.fed) names += sql_name(each.name);
  }
  return names.text();
}

/// The columns of the key, each written as `pattern`, in which $ stands for its name.
std::string of_key(table_schema const& schema, std::string_view between, std::string_view pattern) {
  list pieces{between};
  for (std::string const& each : schema.key()) {
    std::string piece;
    for (char const c : pattern) {
      if (c == '$') {
        piece += sql_name(each);
      } else {
        piece += c;
      }
    }
    pieces += piece;
  }
  return pieces.text();
}

std::string of_batch() { return "pg_temp." + std::string{batch_table}; }

std::string between(std::string const& column, numbered_rows const& which) {
  return column + " BETWEEN " + std::to_string(which.first) + " AND " + std::to_string(which.last);
}

std::string comment_on(table_schema const& schema, table_column const& column) {
  return "; COMMENT ON COLUMN " + sql_name(schema.table()) + "." + sql_name(column.name) + " IS '" +
         column_comment(column.type) + "'";
}

std::string definition(table_column const& column) {
  return sql_name(column.name) + " " + std::string{declaration_of(column.type)};
}

}  // namespace

std::string number_column(table_schema const& schema) {
  std::string name{"holdfast_number"};
  while (schema.find(name)) name += '_';
  return name;
}

std::string sql_name(std::string_view name) {
  if (auto plain = quoted(name)) return std::move(*plain);
  return quoted(without_nul(name)).value_or("\"\"");
}

std::string_view declaration_of(column_type type) noexcept {
  switch (type) {
    case column_type::boolean: return "boolean";
    case column_type::integer: return "bigint";
    case column_type::number: return "numeric";
    case column_type::real: return "double precision";
    case column_type::json: return "json";
    case column_type::undecided:
    case column_type::text: break;
  }
  return "text";
}

column_type foreign_type(std::string_view type_name) noexcept {
  for (auto const& [name, type] : foreign_types) {
    if (name == type_name) return type;
  }
  return column_type::text;
}

std::string column_comment(column_type type) {
  return std::string{column_comment_begin}.append(name_of(type));
}

std::optional<column_type> commented_type(std::string_view comment) noexcept {
  if (!comment.starts_with(column_comment_begin)) return std::nullopt;
  return enum_value<column_type>(comment.substr(column_comment_begin.size()));
}

std::string create_table(table_schema const& schema) {
  list parts{", "};
  for (table_column const& each : schema.columns()) parts += definition(each);
  if (!schema.key().empty()) parts += "PRIMARY KEY (" + of_key(schema, ", ", "$") + ")";
  std::string const table = sql_name(schema.table());
  std::string sql = "CREATE TABLE " + table + " (" + parts.text() + "); COMMENT ON TABLE " + table +
                    " IS '" + std::string{table_comment} + "'";
  for (table_column const& each : schema.columns()) sql += comment_on(schema, each);
  return sql;
}

std::string alter_table(table_schema const& schema) {
  list changes{", "};
  std::string comments;
  for (std::size_t i = 0; i < schema.columns().size(); ++i) {
    table_column const& column = schema.columns()[i];
    auto const before = schema.applied_type(i);
    if (before == column.type) continue;
    comments += comment_on(schema, column);
    if (!before) {
      changes += "ADD COLUMN " + definition(column);
    } else if (declaration_of(*before) != declaration_of(column.type)) {
      changes += "ALTER COLUMN " + sql_name(column.name) + " TYPE " +
                 std::string{declaration_of(column.type)} + " USING " +
                 widened_value(column.name, *before, column.type);
    }
  }
  if (comments.empty()) return {};
  if (changes.text().empty()) return comments.substr(2);
  return "ALTER TABLE " + sql_name(schema.table()) + " " + changes.text() + comments;
}

std::string widened_value(std::string_view name, column_type from, column_type to) {
  std::string const column = sql_name(name);
  if (from != column_type::number || to != column_type::text) {
    return column + "::" + std::string{declaration_of(to)};
  }
  // A real is spelled with an exponent from 1e16 on and below 0.0001, as double precision is.
  return "CASE WHEN scale(" + column + ") > 0 AND " + column + " <> 0 AND (abs(" + column +
         ") >= 1e16 OR abs(" + column + ") < 0.0001) THEN " + column +
         "::double precision::text ELSE " + column + "::text END";
}

std::string create_batch_table(table_schema const& schema) {
  return "CREATE TEMP TABLE " + std::string{batch_table} + " ON COMMIT DROP AS SELECT 0 AS " +
         number_column(schema) + ", " + fed_names(schema) + " FROM " + sql_name(schema.table()) +
         " WITH NO DATA";
}

std::string copy_into_table(table_schema const& schema) {
  return "COPY " + sql_name(schema.table()) + " (" + fed_names(schema) + ") FROM STDIN";
}

std::string copy_into_batch() { return "COPY " + of_batch() + " FROM STDIN"; }

std::string insert_rows(table_schema const& schema, numbered_rows const& which) {
  std::string const names = fed_names(schema);
  std::string const number = number_column(schema);
  return "INSERT INTO " + sql_name(schema.table()) + " (" + names + ") SELECT " + names + " FROM " +
         of_batch() + " WHERE " + between(number, which) + " ORDER BY " + number;
}

std::string insert_new_rows(table_schema const& schema, numbered_rows const& which) {
  std::string const names = fed_names(schema);
  std::string const number = number_column(schema);
  std::string const key = of_key(schema, ", ", "$");
  std::string const chosen = of_batch() + " WHERE " + between(number, which);
  return "WITH stored AS (INSERT INTO " + sql_name(schema.table()) + " (" + names + ") SELECT " +
         names + " FROM " + chosen + " ORDER BY " + key + ", " + number + " ON CONFLICT (" + key +
         ") DO NOTHING RETURNING " + key + ") SELECT -1, count(*) FROM stored UNION ALL SELECT b." +
         number + ", 0 FROM (SELECT " + number + ", " + key + ", row_number() OVER (PARTITION BY " +
         key + " ORDER BY " + number + ") AS holdfast_place FROM " + chosen +
         ") b LEFT JOIN (SELECT true AS holdfast_there, " + key + " FROM stored) s ON " +
         of_key(schema, " AND ", "s.$ = b.$") +
         " WHERE (s.holdfast_there IS NULL OR b.holdfast_place > 1)" +
         " AND (SELECT count(*) FROM stored) < " + std::to_string(which.count);
}

std::string compare_rows(table_schema const& schema) {
  list same{" AND "};
  for (table_column const& each : schema.columns()) {
    std::string const name = sql_name(each.name);
    if (!each.fed) continue;
    std::string pair = "b." + name;
    pair.append("::text IS NOT DISTINCT FROM t.").append(name).append("::text");
    same += pair;
  }
  std::string const number = number_column(schema);
  return "SELECT b." + number + ", there.same FROM " + of_batch() +
         " b LEFT JOIN LATERAL (SELECT " + same.text() + " AS same FROM " +
         sql_name(schema.table()) + " t WHERE " + of_key(schema, " AND ", "t.$ = b.$") +
         " LIMIT 1) there ON true WHERE b." + number + " IN (SELECT unnest($1::int[]))";
}

}  // namespace holdfast::postgres
