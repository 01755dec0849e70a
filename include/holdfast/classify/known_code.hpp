#pragma once

#include <string_view>

namespace holdfast {

/// One row of a table of codes, for those who list them: `holdfast explain --all`, the docs.
struct known_code {
  int code;
  std::string_view name;  ///< in the product's own documentation
};

}  // namespace holdfast
