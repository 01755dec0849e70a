#pragma once

#include "holdfast/core/metric_source.hpp"
#include "telemetry/metric_row.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace holdfast {

/// Visits (category, severity, count) of what has failed.
template <class Visitor>
void for_each_failure(event_counts const& seen, Visitor&& visit) {
  for (auto const& what : names_of<category>::table) {
    for (std::size_t i = 0; i < seen.failures.size(); ++i) {
      std::uint64_t const count = seen.failures[i].of(what.value);
      if (count > 0) visit(what.name, name_of(static_cast<severity>(i)), count);
    }
  }
}

/// The metrics whose names DESIGN.md (D16) gives to operations of kind database.
void write_database_metrics(metric_writer& to, std::span<row_reading const> all);

}  // namespace holdfast
