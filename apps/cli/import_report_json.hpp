#pragma once

#include "holdfast/importer/report.hpp"

#include <string>
#include <vector>

namespace holdfast::cli {

/// The result of a command as one JSON object on one line; with several sources their sums, and
/// each of them in "sources".
[[nodiscard]] std::string to_json(std::vector<source_report> const& reports);

}  // namespace holdfast::cli
