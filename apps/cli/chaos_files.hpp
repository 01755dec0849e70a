#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"

#include <string>

namespace holdfast::cli {

/// Writes a file that a test waits for: whoever waits never sees half of it.
expected<void, problem> write_atomically(std::string const& path, std::string const& text);

/// Prints what is wrong; the exit code for it.
int refuse(problems const& found);

}  // namespace holdfast::cli
