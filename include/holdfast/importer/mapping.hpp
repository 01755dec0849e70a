#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/field.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/importer/column_type.hpp"
#include "holdfast/validate/schema.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace holdfast {

/// What becomes of columns of the source that a mapping does not list.
enum class unknown_columns {
  keep,  ///< stored under their own names, with inferred types
  drop,  ///< not stored; the report says which
};

template <>
struct names_of<unknown_columns> {
  static constexpr std::array<named_value<unknown_columns>, 2> table{
      {{unknown_columns::keep, "keep"}, {unknown_columns::drop, "drop"}}};
};

/// The types that a user may declare.
enum class declared_type { boolean, integer, number, real, text, json };

template <>
struct names_of<declared_type> {
  using enum declared_type;
  static constexpr std::array<named_value<declared_type>, 6> table{{{boolean, "boolean"},
                                                                    {integer, "integer"},
                                                                    {number, "number"},
                                                                    {real, "real"},
                                                                    {text, "text"},
                                                                    {json, "json"}}};
};

[[nodiscard]] column_type column_type_of(declared_type type) noexcept;

/// One column of the target: where it comes from and what it must be.
struct mapped_field {
  std::string name;                   ///< of the column in the table
  std::string from;                   ///< column or path in the source; empty: the same as `name`
  std::optional<declared_type> type;  ///< empty: inferred
  bool required = false;              ///< a record without it is rejected
  std::optional<double> min;          ///< of numbers
  std::optional<double> max;          ///< of numbers
  std::optional<std::uint64_t> min_length;  ///< of texts, in characters
  std::optional<std::uint64_t> max_length;  ///< of texts, in characters

  /// Where the value is read.
  [[nodiscard]] std::string const& source() const noexcept { return from.empty() ? name : from; }
};

/// How records of a source become rows of a table; what a mapping file says.
struct mapping {
  std::string table;                       ///< empty: the importer names it after the source
  std::vector<std::string> key;            ///< fields that identify a record; empty: its position
  std::vector<mapped_field> fields;        ///< in the order of the table; empty: all, inferred
  std::optional<unknown_columns> unknown;  ///< empty: drop if fields are listed, else keep
  std::string records;                     ///< name of the list in each page of a web API

  [[nodiscard]] bool keeps_unknown() const noexcept {
    return unknown ? *unknown == unknown_columns::keep : fields.empty();
  }
};

/// Reads a mapping file. Every problem is told at once, with line and column. Syntax and limits are
/// those of parse_yaml; docs/mapping.md explains the file.
[[nodiscard]] expected<mapping, problems> read_mapping(std::string const& path);

/// The same from a text, `source` being its name in problems.
[[nodiscard]] expected<mapping, problems> parse_mapping(std::string_view text, std::string source);

/// The rules that the mapping lays down, one schema field for each mapped one and in their order;
/// fields of the key are required.
[[nodiscard]] schema schema_of(mapping const& of);

template <>
struct fields_of<mapped_field> {
  static constexpr auto table = std::tuple{
      field("name", &mapped_field::name, "name of the column in the table"),
      field("from", &mapped_field::from,
            "where the value stands in the source: a column, a JSON key, or a path of keys such as "
            "molecule_properties.alogp; by default the name"),
      field("type", &mapped_field::type, "what the column holds; inferred if left out"),
      field("required", &mapped_field::required, "whether a record without it is rejected"),
      field("min", &mapped_field::min, "the least number allowed"),
      field("max", &mapped_field::max, "the greatest number allowed"),
      field("min_length", &mapped_field::min_length, {0, 1'000'000'000},
            "the least number of characters allowed"),
      field("max_length", &mapped_field::max_length, {0, 1'000'000'000},
            "the greatest number of characters allowed")};
  static constexpr std::array<std::string_view, 1> required{"name"};
  static std::vector<field_problem> contradictions(mapped_field const& of);
};

template <>
struct fields_of<mapping> {
  static constexpr auto table = std::tuple{
      field("table", &mapping::table, "name of the table; by default named after the source"),
      field("key", &mapping::key, "names of the fields that identify a record"),
      field("fields", &mapping::fields, "the columns of the table, in order"),
      field("unknown_columns", &mapping::unknown,
            "what becomes of columns that are not listed: keep or drop"),
      field("records", &mapping::records, "name of the list of records in each page of a web API")};
  static std::vector<field_problem> contradictions(mapping const& of);
};

}  // namespace holdfast
