#include "holdfast/importer/record_intake.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/importer/value.hpp"
#include "holdfast/validate/check.hpp"
#include "importer/json_path.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> keys;
  for (;;) {
    auto const dot = path.find('.');
    keys.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return keys;
    path.remove_prefix(dot + 1);
  }
}

rejection reason_of(rule const& broken) {
  if (std::holds_alternative<required_rule>(broken)) return rejection::missing;
  if (std::holds_alternative<kind_rule>(broken)) return rejection::wrong_type;
  return rejection::out_of_range;
}

bool gives(std::string const& column, std::string const& wanted) {
  return same_name(column, wanted) ||
         (wanted.starts_with(column) && wanted.size() > column.size() &&
          wanted[column.size()] == '.');
}

}  // namespace

problem generated_column(std::string const& column, std::string const& table) {
  return {{},
          "column " + excerpt(column) + " of table " + excerpt(table) + " is a generated one",
          "map the column of the source to another name, or leave it out: --mapping FILE"};
}

record_intake::record_intake(mapping const& by, table_schema& schema)
    : by_{by}, schema_{schema}, rules_{schema_of(by)} {
  for (mapped_field const& field : by.fields) {
    auto const column = schema.add({.name = field.name});
    if (!column) {
      conflicts_.push_back({{},
                            "the mapping lists more columns than a table can have",
                            "list at most " + std::to_string(schema.column_limit())});
      return;
    }
    field_columns_.push_back(*column);
    if (!field.type || schema.declare(*column, column_type_of(*field.type))) continue;
    conflicts_.push_back({{},
                          "column " + excerpt(field.name) + " is " +
                              std::string{name_of(schema.columns()[*column].type)} + " in table " +
                              excerpt(schema.table()) + ", and " +
                              std::string{enum_name(*field.type)} + " in the mapping",
                          "change the mapping, or import into another table"});
  }
  has_rules_ = std::ranges::any_of(rules_.fields,
                                   [](schema_field const& field) { return !field.rules.empty(); });
}

problems record_intake::missing_columns(std::vector<std::string> const& source,
                                        std::string const& name) const {
  problems found;
  auto const demand = [&](std::string const& wanted, char const* who) {
    if (std::ranges::any_of(source, [&](auto const& column) { return gives(column, wanted); })) {
      return;
    }
    std::string columns;
    for (auto const& column : source) columns += (columns.empty() ? "" : ", ") + column;
    found.push_back(
        {{name, 0, 0},
         std::string{"there is no column "} + excerpt(wanted) + ", which the " + who + " names",
         "columns are: " + excerpt(columns, 400)});
  };
  for (mapped_field const& field : by_.fields) demand(field.source(), "mapping");
  for (std::string const& key : by_.key) {
    if (!is_mapped_name(key)) demand(key, "key");
  }
  return found;
}

intake_verdict record_intake::take(record& of, std::vector<std::string> const& source) {
  verdict_ = {};
  if (source.size() > destinations_.size()) follow(source);
  if (check_any(of) && arrange(of) && check_types(of) && check_key(of) && check_rules(of))
    widen(of);
  return std::move(verdict_);
}

void record_intake::follow(std::vector<std::string> const& source) {
  while (destinations_.size() < source.size()) {
    destinations_.push_back(destination_of(source[destinations_.size()]));
  }
  key_columns_.clear();
  for (std::size_t column = 0; column < schema_.columns().size(); ++column) {
    if (schema_.in_key(column)) key_columns_.push_back(column);
  }
}

bool record_intake::is_mapped_name(std::string const& column) const {
  return std::ranges::any_of(
      by_.fields, [&](mapped_field const& field) { return same_name(field.name, column); });
}

record_intake::destination record_intake::destination_of(std::string const& source_column) {
  destination to;
  for (std::size_t i = 0; i < by_.fields.size(); ++i) {
    std::string const& wanted = by_.fields[i].source();
    if (same_name(wanted, source_column)) {
      to.origins.push_back({field_columns_[i], {}});
    } else if (gives(source_column, wanted)) {
      auto const below = std::string_view{wanted}.substr(source_column.size() + 1);
      to.origins.push_back({field_columns_[i], split_path(below)});
    }
  }
  if (!to.origins.empty()) return to;
  if (!by_.keeps_unknown() || is_mapped_name(source_column)) {
    dropped_.push_back(source_column);
  } else if (auto const there = schema_.find(source_column);
             there && schema_.columns()[*there].computed) {
    conflicts_.push_back(generated_column(source_column, schema_.table()));
  } else if (auto const column = schema_.add({.name = source_column})) {
    to.origins.push_back({*column, {}});
  } else {
    to.beyond_limit = true;
  }
  return to;
}

bool record_intake::check_any(record const& of) {
  return !of.cells.empty() || reject(rejection::missing, "there is nothing in it to store");
}

bool record_intake::arrange(record& of) {
  arranged_.assign(schema_.columns().size(), {});
  for (std::size_t i = 0; i < of.cells.size(); ++i) {
    cell const from = of.cells[i];
    if (from.kind == cell_kind::absent || i >= destinations_.size()) continue;
    if (destinations_[i].beyond_limit) {
      return reject(rejection::too_many_columns,
                    "a table has at most " + std::to_string(schema_.column_limit()) + " columns");
    }
    for (origin const& to : destinations_[i].origins) place(of, from, to);
  }
  of.cells.swap(arranged_);
  return true;
}

void record_intake::place(record& of, cell const& from, origin const& to) {
  if (to.path.empty()) {
    arranged_[to.column] = from;
    return;
  }
  bool const holds_paths = from.kind == cell_kind::nested;
  if (!holds_paths || arranged_[to.column].kind != cell_kind::absent) return;
  json_part const part = part_at(of.text(from), to.path);
  arranged_[to.column] = {part.kind, static_cast<std::uint32_t>(of.bytes.size()),
                          static_cast<std::uint32_t>(part.text.size())};
  of.bytes += part.text;
}

bool record_intake::check_types(record const& of) {
  for (std::size_t i = 0; i < of.cells.size(); ++i) {
    table_column const& column = schema_.columns()[i];
    cell const& each = of.cells[i];
    if (column.widens || column.type == column_type::text || each.kind == cell_kind::absent) {
      continue;
    }
    auto const value = declared_value(each.kind, of.text(each), column.type);
    if (!value) return reject(rejection::wrong_type, excerpt(column.name) + ": " + value.error());
  }
  return true;
}

bool record_intake::check_key(record const& of) {
  bool there = key_columns_.size() == schema_.key().size();
  for (std::size_t const column : key_columns_) {
    there = there && of.cells[column].kind != cell_kind::absent;
  }
  if (there) return true;
  std::string key;
  for (std::string const& name : schema_.key()) key += (key.empty() ? "" : ", ") + excerpt(name);
  return reject(rejection::missing, key + ": the key, or a part of it, is absent");
}

bool record_intake::check_rules(record const& of) {
  if (!has_rules_) return true;
  values_.clear();
  for (std::size_t const column : field_columns_) {
    cell const& each = of.cells[column];
    std::string_view const text = of.text(each);
    column_type const type = schema_.columns()[column].type;
    values_.push_back(schema_.columns()[column].widens
                          ? inferred_value(each.kind, text, type_of(each.kind, text))
                          : declared_value(each.kind, text, type).value_or(value{}));
  }
  auto const findings = check(rules_, values_);
  if (findings.empty()) return true;
  return reject(reason_of(findings.front().broken), findings.front().what);
}

void record_intake::widen(record const& of) {
  for (std::size_t i = 0; i < of.cells.size(); ++i) {
    table_column const& column = schema_.columns()[i];
    cell const& each = of.cells[i];
    if (!column.widens || column.type == column_type::text || each.kind == cell_kind::absent) {
      continue;
    }
    column_type const type = widened(column.type, each.kind, of.text(each));
    if (type != column.type) schema_.widen(i, type);
  }
}

bool record_intake::reject(rejection why, std::string detail) {
  verdict_ = {why, std::move(detail)};
  return false;
}

}  // namespace holdfast
