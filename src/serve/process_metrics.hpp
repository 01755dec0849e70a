#pragma once

#include "holdfast/core/metric_source.hpp"

namespace holdfast {

/// What every exporter tells of its process, by the names that Prometheus has for it, and the
/// version of this library. What /proc does not say is left out.
void write_process_metrics(metric_writer& to);

}  // namespace holdfast
