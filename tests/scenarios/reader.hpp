#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "scenarios/scenario.hpp"

#include <string>
#include <string_view>

namespace holdfast::scenarios {

/// What a scenario may be at most; more is a problem, not a crash.
struct scenario_limits {
  std::size_t bytes = std::size_t{1} << 20U;
  int happenings = 100'000;  ///< lines, each as often as its `times` says
  std::size_t problems = 20;
};

/// Reads a scenario from the text of a file. Options are read through their field tables, so each
/// field of a policy can be written, and its range and contradictions are checked.
/// @param source the name of the file in problems
/// @return the scenario, or every problem found up to the limit, in order
[[nodiscard]] expected<scenario, problems> read_scenario(std::string_view text, std::string source,
                                                         scenario_limits const& limits = {});

/// The same from a file.
[[nodiscard]] expected<scenario, problems> read_scenario_file(std::string const& path,
                                                              scenario_limits const& limits = {});

}  // namespace holdfast::scenarios
