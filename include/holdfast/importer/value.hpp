#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/importer/column_type.hpp"
#include "holdfast/importer/record.hpp"
#include "holdfast/validate/value.hpp"

#include <array>
#include <string>
#include <string_view>

namespace holdfast {

/// The value of a cell in a column of an inferred type. The type must be at least as wide as the
/// cell asks for (`widened`); where it is not, the cell's text is the value. Texts point into
/// `text`.
[[nodiscard]] value inferred_value(cell_kind kind, std::string_view text,
                                   column_type column) noexcept;

/// The value of a cell in a column whose type the user declared, or what is wrong with it, for
/// people: "'abc' is no integer". An absent cell is null in every type. Surrounding blanks are not
/// forgiven.
///
/// - boolean: true, false, yes, no, 1, 0 in upper or lower case
/// - integer: decimal digits with or without a minus, within 64 bits; leading zeros are dropped
/// - real: a decimal number with or without an exponent that a double holds, so no inf, no nan
/// - number: an integer where it reads as one, otherwise a real; never a rounded integer
/// - text: everything, as written
/// - json: the cell's text must be one JSON document; it is kept as written
[[nodiscard]] expected<value, std::string> declared_value(cell_kind kind, std::string_view text,
                                                          column_type column);

/// Room for the text of any number.
using number_text = std::array<char, 32>;

/// The text that a value becomes when its column is widened to text: of an inferred value exactly
/// what its cell said (but JSON numbers in the spelling of type_of). Null has an empty text.
/// @param room where the text of a number is put; it must live as long as the answer
[[nodiscard]] std::string_view text_of(value const& of, number_text& room) noexcept;

}  // namespace holdfast
