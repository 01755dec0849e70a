#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/importer/record.hpp"

#include <cstdint>
#include <string_view>

namespace holdfast {

/// What a column of the target holds. A type that Holdfast infers never changes a value: what comes
/// back from the database prints as the cell was written.
enum class column_type : std::uint8_t {
  undecided,  ///< inferred only: every cell so far was absent; store it like text
  boolean,    ///< true or false; inferred from JSON alone
  integer,    ///< whole numbers of 64 bits
  number,     ///< whole numbers and reals, cell by cell as they are written
  real,       ///< declared only: every number as a double
  text,       ///< anything, as written
  json,       ///< declared only: text that is a JSON document
};

template <>
struct names_of<column_type> {
  using enum column_type;
  static constexpr std::array<named_value<column_type>, 7> table{{{undecided, "undecided"},
                                                                  {boolean, "boolean"},
                                                                  {integer, "integer"},
                                                                  {number, "number"},
                                                                  {real, "real"},
                                                                  {text, "text"},
                                                                  {json, "json"}}};
};

[[nodiscard]] std::string_view name_of(column_type value) noexcept;

/// The narrowest type that holds everything which either holds without changing it: integer and
/// number make number; two other types that differ make text.
[[nodiscard]] column_type join(column_type a, column_type b) noexcept;

/// The type that one cell asks for.
///
/// Untyped text (CSV) is a number only in the one spelling that printing the number gives again:
/// an integer as "7" or "-3" (not "007", "+5", "-0"), a real in the shortest form that reads back
/// as the same double, as Python's repr writes it ("-0.77", "1.0", "1e-05"; not "1.10", ".5",
/// "1E5", "nan"). JSON numbers are numbers in any spelling; integers beyond 64 bits, and reals too
/// large or too small for a double, are text. JSON strings, arrays and objects are text.
///
/// Cost: some nanoseconds; about a hundred for reals of more than 15 digits or with an exponent.
[[nodiscard]] column_type type_of(cell_kind kind, std::string_view text) noexcept;

/// The type of a column after one more cell. Cost: that of type_of; nothing once it is text.
[[nodiscard]] inline column_type widened(column_type column, cell_kind kind,
                                         std::string_view text) noexcept {
  return column == column_type::text ? column : join(column, type_of(kind, text));
}

}  // namespace holdfast
