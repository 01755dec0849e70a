#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace holdfast::cli {

/// JSON as one line without a line break, every text in it without its secrets. Bytes that are no
/// UTF-8 are replaced.
[[nodiscard]] std::string shown_as_line(nlohmann::ordered_json made);

}  // namespace holdfast::cli
