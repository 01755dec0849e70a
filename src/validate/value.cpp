#include "holdfast/validate/value.hpp"

namespace holdfast {

std::string_view name_of(value_kind value) noexcept {
  switch (value) {
    case value_kind::null: return "null";
    case value_kind::boolean: return "boolean";
    case value_kind::integer: return "integer";
    case value_kind::real: return "real";
    case value_kind::text: return "text";
  }
  return "?";
}

}  // namespace holdfast
