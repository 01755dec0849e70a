#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/state/operation_record.hpp"

#include <cstddef>

namespace holdfast {

// What every store says to what it does not take.

/// Fails with category programming where an operation has no name.
template <class Records>
[[nodiscard]] expected<void, failure> check_named(Records const& records) {
  for (auto const& each : records) {
    if (!each.operation.empty()) continue;
    failure seen = plain_failure(category::programming);
    seen.text = "an operation without a name can't be kept; nothing was";
    return unexpected{seen};
  }
  return {};
}

/// Fails with category resource for more operations than a store holds.
[[nodiscard]] expected<void, failure> check_number_of_operations(std::size_t operations);

/// Why a record of another version is not read: configuration where it is newer, else corruption.
[[nodiscard]] failure other_version(std::int64_t found);

}  // namespace holdfast
