#pragma once

#include "holdfast/core/event.hpp"
#include "telemetry/log_record.hpp"
#include "telemetry/log_repeats.hpp"

namespace holdfast {

[[nodiscard]] log_level level_of(event const& what) noexcept;

[[nodiscard]] trouble trouble_of(event const& what) noexcept;

/// What a log tells of an event; all texts without their secrets.
[[nodiscard]] log_record record_of(event const& what, std::chrono::system_clock::time_point at);

/// The same of events that were counted.
[[nodiscard]] log_record record_of(repeated_trouble const& what,
                                   std::chrono::system_clock::time_point at);

}  // namespace holdfast
