#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"

#include <string>

namespace holdfast::cli {

/// Writes a file that a test waits for: whoever waits never sees half of it.
expected<void, problem> write_atomically(std::string const& path, std::string const& text);

}  // namespace holdfast::cli
