#pragma once

#include "holdfast/base/problem.hpp"

#include <string>

namespace holdfast {

/// One field of an operation: its value, and who set it.
struct field_origin {
  std::string path;     ///< "retry.max_attempts"
  std::string value;    ///< as a file would say it: "4", "250ms", "off"
  std::string section;  ///< "defaults", "policies.steady", "operations.db.*"; empty: nobody
  text_position where;  ///< of the value; line 0 where nobody set it and the default holds

  [[nodiscard]] bool is_default() const noexcept { return section.empty(); }
  friend bool operator==(field_origin const&, field_origin const&) = default;
};

}  // namespace holdfast
