#pragma once

#include "holdfast/importer/record.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace holdfast {

/// One value inside a JSON document.
struct json_part {
  cell_kind kind = cell_kind::absent;
  std::string text;  ///< a string without its escapes; anything else as written
};

/// The value that stands in `document`, an object, under the keys of `path`; absent where there is
/// none, or where the document is no JSON.
[[nodiscard]] json_part part_at(std::string_view document, std::span<std::string const> path);

}  // namespace holdfast
