#pragma once

#include "holdfast/validate/finding.hpp"
#include "holdfast/validate/schema.hpp"
#include "holdfast/validate/value.hpp"

#include <span>
#include <vector>

namespace holdfast {

/// Judges the values of one record, in the order of the schema's fields; values that are missing at
/// the end count as null, further ones are not judged. A field's rules are asked in order until one
/// is broken. Cost: O(1) a rule; nothing is allocated unless a rule is broken.
[[nodiscard]] std::vector<finding> check(schema const& by, std::span<value const> record);

}  // namespace holdfast
