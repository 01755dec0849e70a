#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/state/operation_record.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace holdfast {

/// Operations by name, bytewise.
using kept_operations = std::map<std::string, operation_record, std::less<>>;

/// Puts records in place of those with their names; all of them or, with the reason, none.
[[nodiscard]] expected<void, failure> put(kept_operations& into,
                                          std::span<operation_record const> records);

[[nodiscard]] std::vector<operation_record> in_order(kept_operations const& kept);

}  // namespace holdfast
