#include "holdfast/importer/record.hpp"

namespace holdfast {

std::string_view name_of(rejection reason) noexcept {
  switch (reason) {
    case rejection::none: return "none";
    case rejection::broken_quote: return "broken_quote";
    case rejection::ragged: return "ragged";
    case rejection::invalid_utf8: return "invalid_utf8";
    case rejection::embedded_nul: return "embedded_nul";
    case rejection::malformed_json: return "malformed_json";
    case rejection::too_large: return "too_large";
    case rejection::too_many_columns: return "too_many_columns";
    case rejection::missing: return "missing";
    case rejection::wrong_type: return "wrong_type";
    case rejection::out_of_range: return "out_of_range";
    case rejection::unreadable_remote: return "unreadable_remote";
  }
  return "?";
}

}  // namespace holdfast
