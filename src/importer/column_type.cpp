#include "holdfast/importer/column_type.hpp"

#include "number_spelling.hpp"

namespace holdfast {
namespace {

bool is_numeric(column_type type) {
  return type == column_type::integer || type == column_type::number || type == column_type::real;
}

column_type type_of_json_number(std::string_view text) noexcept {
  if (canonical_integer(text)) return column_type::integer;
  if (is_long_integer(text)) return column_type::text;
  return finite_real(text) ? column_type::number : column_type::text;
}

column_type type_of_untyped(std::string_view text) noexcept {
  if (canonical_integer(text)) return column_type::integer;
  return is_canonical_real(text) ? column_type::number : column_type::text;
}

}  // namespace

std::string_view name_of(column_type value) noexcept { return enum_name(value); }

column_type join(column_type a, column_type b) noexcept {
  if (a == b || b == column_type::undecided) return a;
  if (a == column_type::undecided) return b;
  return is_numeric(a) && is_numeric(b) ? column_type::number : column_type::text;
}

column_type type_of(cell_kind kind, std::string_view text) noexcept {
  switch (kind) {
    case cell_kind::absent: return column_type::undecided;
    case cell_kind::text: return type_of_untyped(text);
    case cell_kind::number: return type_of_json_number(text);
    case cell_kind::boolean: return column_type::boolean;
    case cell_kind::string:
    case cell_kind::nested: return column_type::text;
  }
  return column_type::text;
}

}  // namespace holdfast
