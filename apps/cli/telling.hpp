#pragma once

#include "holdfast/base/problem.hpp"

#include <string>
#include <string_view>

namespace holdfast::cli {

// The one place through which texts about failures leave the program, so that none does with a
// secret in it: what a server, a driver or the command line itself put there goes through `redact`.

/// Writes to standard error. No line break is added.
void put_error(std::string_view text);

/// The same, as a line.
void tell(std::string_view text);

/// Tells what must be mended, and returns the exit code for that.
[[nodiscard]] int refuse(problems const& found);

/// Writes to standard output. False, with errno, where it can't be written.
[[nodiscard]] bool put_result(std::string_view text);

/// The same for JSON that `shown_as_line` made. Its texts are redacted already, one by one: taken
/// as one text, a value could seem to go on beyond its quote.
[[nodiscard]] bool put_json(std::string_view lines);

}  // namespace holdfast::cli
