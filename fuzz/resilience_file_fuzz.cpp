// Any bytes as a resilience file: a bad one is refused with its problems, and what a good one says
// of any operation makes a guard.

#include "holdfast/base/contract.hpp"
#include "holdfast/manage/lint.hpp"
#include "holdfast/manage/resilience_file.hpp"
#include "holdfast/manage/worst_case.hpp"
#include "target.hpp"

#include <string_view>

namespace {

using namespace holdfast;

void check_problems(problems const& found) {
  expects(!found.empty(), "a refused file is told why");
  expects(found.size() <= resilience_file::most_problems + 1, "nobody reads more than a hundred");
  for (problem const& each : found) expects(!each.what.empty(), "each of them says what is wrong");
}

void check_operation(resilience_file const& file, std::string const& name) {
  operation_settings const settings = file.settings_for(name);
  operation_options options = settings.policies;
  options.name = name;
  expects(check(options).empty(), "what was read from a file makes a guard");
  expects(settings.budget.empty() || file.budgets().contains(settings.budget),
          "a shared budget is one of the file");
  worst_case const at_worst = worst_case_of(settings);
  expects(at_worst.attempts > 0 && at_worst.time > duration::zero(), "a call takes its time");
  expects(at_worst.time <= at_worst.time_if_told_to_wait, "and more where it is told to wait");
  for (field_origin const& each : file.origins(name)) {
    expects(!each.value.empty() && each.is_default() == (each.where.line == 0),
            "each field has a value, and a place where somebody set it");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  constexpr std::size_t most_bytes = 8192;  // what is looked for are fields, not the size of files
  if (size > most_bytes) return 0;
  auto const file =
      resilience_file::parse({reinterpret_cast<char const*>(data), size}, "fuzz.yaml");
  if (!file) {
    check_problems(file.error());
    return 0;
  }
  for (std::string const& each : file->operations()) check_operation(*file, each);
  check_operation(*file, "db.molecules.not_named");
  for (lint_finding const& each : lint(*file)) {
    expects(!describe(each).empty() && !each.remedy.empty(), "a finding says what to do");
  }
  return 0;
}
