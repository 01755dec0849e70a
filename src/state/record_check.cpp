#include "holdfast/state/record_check.hpp"

#include "holdfast/state/encoding.hpp"
#include "holdfast/state/state_limits.hpp"

#include <string>

namespace holdfast {

expected<void, failure> check_number_of_operations(std::size_t operations) {
  if (operations <= most_operations) return {};
  failure seen = plain_failure(category::resource);
  seen.advice = advice::never;
  seen.text = "a store keeps 100000 operations; forget old ones, or use a store for each program";
  return unexpected{seen};
}

failure other_version(std::int64_t found) {
  bool const newer = found > state_version;
  failure seen = plain_failure(newer ? category::configuration : category::corruption);
  seen.text = std::string_view{"written as version " + std::to_string(found) + "; this one reads " +
                               std::to_string(state_version)};
  return seen;
}

}  // namespace holdfast
