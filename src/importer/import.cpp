#include "holdfast/importer/import.hpp"

#include "holdfast/base/excerpt.hpp"
#include "importer/import_driver.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace holdfast {
namespace {

std::string joined(std::vector<std::string> const& names) {
  std::string text;
  for (auto const& name : names) text += (text.empty() ? "" : ",") + excerpt(name);
  return text;
}

/// What an existing table says against this key.
problems check_key(table_shape const& there, mapping const& by, std::string const& table) {
  auto const is_wanted = [&](auto const& key) { return same_names(key, by.key); };
  if (by.key.empty()) {
    if (!there.ours || there.keys.empty()) return {};
    std::string const key = joined(there.keys.front());
    return {{{},
             "table " + excerpt(table) + " was made with the key " + key,
             "say --key " + key + ", or import into another table"}};
  }
  if (std::ranges::any_of(there.keys, is_wanted)) return {};
  return {{{},
           "table " + excerpt(table) + " has no unique key on " + joined(by.key),
           "import into another table, or make the key: CREATE UNIQUE INDEX ... ON ..."}};
}

/// A column that the key names twice.
problems check_key_names(std::vector<std::string> const& key) {
  for (auto each = key.begin(); each != key.end(); ++each) {
    if (std::none_of(key.begin(), each, [&](auto const& name) { return same_name(name, *each); })) {
      continue;
    }
    return {{{}, "the key names column " + excerpt(*each) + " twice", "name it once"}};
  }
  return {};
}

/// What the table can't take, as far as the source names its columns beforehand: more columns than
/// the limit, and values for generated ones.
problems check_columns(std::vector<std::string> const& source, mapping const& by,
                       table_schema const& schema) {
  problems found;
  std::size_t needed = schema.columns().size();
  auto const store = [&](std::string const& name) {
    auto const column = schema.find(name);
    if (!column) ++needed;
    if (!column || !schema.columns()[*column].computed) return;
    found.push_back(generated_column(name, schema.table()));
  };
  for (mapped_field const& field : by.fields) store(field.name);
  for (std::string const& name : source) {
    bool const mapped = std::ranges::any_of(by.fields, [&](mapped_field const& field) {
      return same_name(field.source(), name) || same_name(field.name, name);
    });
    if (!mapped && by.keeps_unknown()) store(name);
  }
  if (needed > schema.column_limit()) {
    found.push_back({{},
                     "table " + schema.table() + " would need " + std::to_string(needed) +
                         " columns, and can have " + std::to_string(schema.column_limit()),
                     "list those that you need in a mapping: --mapping FILE"});
  }
  return found;
}

}  // namespace

std::string table_named_after(std::string const& path) {
  if (path == "-") return "records";
  std::string const name = std::filesystem::path{path}.filename().string();
  std::string const stem = name.substr(0, name.find('.', 1));
  return stem.empty() ? "records" : stem;
}

problems check_table_name(std::string const& table) {
  auto const bad = [&](char const* why) {
    return problems{{{},
                     "the table can't be named '" + excerpt(table) + "': " + why,
                     "give it another name with --table"}};
  };
  auto const begins_with = [&](std::string_view prefix) {
    return table.size() >= prefix.size() && same_name(table.substr(0, prefix.size()), prefix);
  };
  if (table.empty()) return bad("it is empty");
  if (table.find('\0') != std::string::npos) return bad("it holds a NUL character");
  if (begins_with("holdfast_")) return bad("names that begin with holdfast_ are ours");
  if (begins_with("sqlite_")) return bad("names that begin with sqlite_ are SQLite's");
  return {};
}

import_job::import_job(record_source& source, import_target& target, mapping const& by, feed of,
                       table_schema schema)
    : source_{source},
      target_{target},
      feed_{std::move(of)},
      schema_{std::move(schema)},
      intake_{by, schema_} {}

expected<std::unique_ptr<import_job>, problems> import_job::prepare(record_source& source,
                                                                    import_target& target,
                                                                    mapping const& by,
                                                                    std::string const& table) {
  auto there = target.shape_of(table);
  if (!there) return unexpected{problems{there.error().why}};
  return prepare(source, target, by, table, std::move(*there));
}

expected<std::unique_ptr<import_job>, problems> import_job::prepare(
    record_source& source, import_target& target, mapping const& by, std::string const& table,
    std::optional<table_shape> there) {
  problems found = check_table_name(table);
  auto const add = [&](problems const& more) {
    found.insert(found.end(), more.begin(), more.end());
  };
  add(check_key_names(by.key));
  if (there) add(check_key(*there, by, table));
  std::string const name = there ? there->name : table;  // as it is spelled there
  std::unique_ptr<import_job> job{
      new import_job{source,
                     target,
                     by,
                     {source.identity(), name},
                     {name, by.key, std::move(there), target.column_limit()}}};
  add(job->intake_.conflicts());
  add(check_columns(source.columns(), by, job->schema_));
  if (!source.columns().empty()) {
    add(job->intake_.missing_columns(source.columns(), source.identity()));
  }
  if (!found.empty()) return unexpected{std::move(found)};
  return job;
}

source_report import_job::run(run_limits const& limits, std::stop_token const& stop,
                              import_observer& observer, timekeeper& time) {
  return import_driver{*this, limits, stop, observer, time}.run();
}

}  // namespace holdfast
