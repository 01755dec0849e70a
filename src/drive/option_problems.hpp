#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/drive/rejected.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast {

/// Adds a line for every value of a policy that is out of range or contradicts another one.
template <has_fields Policy>
void add_problems(std::string_view name, Policy const& policy, std::vector<std::string>& problems) {
  for (field_problem const& each : check_fields(policy)) {
    problems.push_back(std::string{name} + "." + each.field + ": " + each.found +
                       "; allowed: " + each.allowed);
  }
}

/// Throws invalid_options with every problem of `what`, if there is one.
inline void throw_if_any(std::string const& what, std::vector<std::string> const& problems) {
  if (problems.empty()) return;
  std::string text = what + " can't be built:";
  for (std::string const& each : problems) text += "\n  " + each;
  throw invalid_options{std::move(text)};
}

}  // namespace holdfast
