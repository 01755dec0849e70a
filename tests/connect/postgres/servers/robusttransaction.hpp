#pragma once

#include <string>

namespace postgres_tests {

/// Runs one statement in a robusttransaction of Debian's libpqxx, for comparison.
/// @return what it came to: "committed", "in_doubt_error", "broken_connection"; "not installed"
std::string run_robusttransaction(std::string const& conninfo, std::string const& sql);

}  // namespace postgres_tests
