#pragma once

#include "import_request.hpp"

namespace holdfast::cli {

/// Checks everything, imports every source, and tells what came of it: progress and problems on
/// standard error, the result on standard output. Returns the exit code (commands.hpp).
[[nodiscard]] int run_import(import_request request, problems found);

}  // namespace holdfast::cli
