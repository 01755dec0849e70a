#pragma once

#include "holdfast/core/metric_source.hpp"
#include "telemetry/metric_row.hpp"

#include <cstddef>
#include <span>

namespace holdfast {

/// How many operations have labels of their own, and how many have not.
struct overflow {
  std::size_t named = 0;
  std::size_t overflowed = 0;
};

/// All metrics of operations, metric by metric, as their formats want it.
void write_operation_metrics(metric_writer& to, std::span<row_reading const> all, overflow seen);

}  // namespace holdfast
