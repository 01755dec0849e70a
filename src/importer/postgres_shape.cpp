#include "importer/postgres_shape.hpp"

#include "importer/postgres_sql.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace holdfast::postgres {
namespace {

// Bit 3 of pg_relation_is_updatable: rows can be inserted, also by a trigger INSTEAD OF. A table is
// not asked: that would wait for whoever has locked it.
constexpr std::string_view relation_sql =
    "SELECT relname, relkind, coalesce(obj_description(oid, 'pg_class'), ''),"
    " CASE WHEN relkind IN ('r', 'p') THEN true ELSE pg_relation_is_updatable(oid, true) & 8 <> 0 "
    "END,"
    " relkind IN ('r', 'p') AND NOT relhasrules AND NOT relrowsecurity"
    " FROM pg_class WHERE oid = to_regclass($1)";

constexpr std::string_view columns_sql =
    "SELECT a.attname, CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN t.typname END,"
    " a.attgenerated <> '' OR a.attidentity = 'a',"
    " coalesce(col_description(a.attrelid, a.attnum), ''),"
    " format_type(a.atttypid, a.atttypmod)"
    " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
    " WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped"
    " ORDER BY a.attnum";

// What ON CONFLICT can name: whole, valid, checked at once.
constexpr std::string_view keys_sql =
    "SELECT i.indexrelid, a.attname FROM pg_index i"
    " CROSS JOIN LATERAL unnest((i.indkey::int2[])[0:i.indnkeyatts - 1])"
    " WITH ORDINALITY k(attnum, place)"
    " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum"
    " WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indisvalid AND i.indimmediate"
    " AND i.indpred IS NULL AND i.indexprs IS NULL"
    " ORDER BY i.indisprimary DESC, i.indexrelid, k.place";

// The collation "C" lowers ASCII letters alone, as same_name does.
constexpr std::string_view spelling_sql =
    "SELECT relname FROM pg_class WHERE pg_table_is_visible(oid) AND relkind <> 't'"
    " AND lower(relname::text COLLATE \"C\") = lower($1::text COLLATE \"C\")"
    " ORDER BY relname <> $1::name, relkind NOT IN ('r', 'p', 'v', 'f'), relname LIMIT 1";

table_column column_in(rows const& columns, std::size_t row, bool ours) {
  table_column column{.name = std::string{columns.text(row, 0)}};
  column.type = foreign_type(columns.text(row, 1));
  column.computed = columns.boolean(row, 2).value_or(false);
  column.widens = false;
  auto const ours_as = commented_type(columns.text(row, 3));
  if (!ours || !ours_as || declaration_of(*ours_as) != columns.text(row, 4)) return column;
  column.type = *ours_as;
  column.widens = column.type != column_type::real && column.type != column_type::json;
  return column;
}

void read_keys(rows const& keys, table_shape& into) {
  for (std::size_t row = 0; row < keys.size(); ++row) {
    bool const begins = row == 0 || keys.text(row, 0) != keys.text(row - 1, 0);
    if (begins) into.keys.emplace_back();
    into.keys.back().emplace_back(keys.text(row, 1));
  }
}

}  // namespace

relation_query::relation_query(std::string const& name)
    : quoted_name_{sql_name(name)}, parameters_{parameter{quoted_name_}} {}

std::array<bound_statement, relation_query::statements> relation_query::bound() const noexcept {
  return {bound_statement{relation_sql, parameters_}, bound_statement{columns_sql, parameters_},
          bound_statement{keys_sql, parameters_}};
}

std::optional<seen_relation> relation_query::read(std::span<rows const> answers) {
  rows const& relation = answers[0];
  if (relation.empty()) return std::nullopt;
  seen_relation seen;
  seen.of = {.name = std::string{relation.text(0, 0)},
             .kind = std::string{relation.text(0, 1)},
             .takes_rows = relation.boolean(0, 3).value_or(false),
             .takes_copy = relation.boolean(0, 4).value_or(false)};
  seen.shape = {.name = seen.of.name, .ours = relation.text(0, 2) == table_comment};
  for (std::size_t row = 0; row < answers[1].size(); ++row) {
    seen.shape.columns.push_back(column_in(answers[1], row, seen.shape.ours));
  }
  read_keys(answers[2], seen.shape);
  return seen;
}

expected<std::optional<seen_relation>, failure> find_relation(connection& on,
                                                              std::string const& name) {
  auto const spelled = on.read(spelling_sql, name);
  if (!spelled) return unexpected{spelled.error()};
  if (spelled->empty()) return std::optional<seen_relation>{};
  std::string const there{spelled->text(0, 0)};
  relation_query const query{there};
  auto const statements = query.bound();
  auto const answers = on.run_all(statements, effect::reads);
  if (!answers) return unexpected{answers.error()};
  return relation_query::read(*answers);
}

}  // namespace holdfast::postgres
