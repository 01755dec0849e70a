#include "holdfast/core/budget_fields.hpp"

namespace holdfast {

std::vector<field_problem> fields_of<budget>::contradictions(budget const& options) {
  if (options.capacity == 0 || options.capacity >= 1) return {};
  return {
      {"capacity", "less than one token never pays for a retry", "0 (no retries), 1 .. 1000000"}};
}

}  // namespace holdfast
