#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/transaction.hpp"
#include "holdfast/importer/batch.hpp"
#include "holdfast/importer/target.hpp"
#include "importer/insert_result.hpp"

#include <cstdint>
#include <span>

namespace holdfast {

/// Where a batch is kept aside: the feed and the run that it belongs to.
struct aside_place {
  std::int64_t run;
  feed const& of;
  table_schema const& schema;
};

/// Keeps the records of a batch aside that were not stored, in holdfast_rejected and
/// holdfast_duplicates: renews the rows of those that an earlier run has rejected too, and drops
/// the rows of those that are rejected no more.
/// @param seen what became of each entry of the batch
[[nodiscard]] expected<void, failure> keep_aside(postgres::transaction& in,
                                                 aside_place const& place, batch const& records,
                                                 std::span<insert_result const> seen);

}  // namespace holdfast
