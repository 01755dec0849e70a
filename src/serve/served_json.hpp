#pragma once

#include "holdfast/serve/served.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What is shown, as JSON. Bytes that are no UTF-8 are replaced.

[[nodiscard]] std::string circuits_json(std::vector<circuit_view> const& all);
[[nodiscard]] std::string circuit_json(circuit_view const& one);
[[nodiscard]] std::string events_json(std::string_view operation,
                                      std::vector<noted_event> const& events);
/// As application/health+json has it. Source: draft-inadarei-api-health-check-06, which has lapsed.
[[nodiscard]] std::string health_json(health_report const& seen);
/// As application/problem+json has it: RFC 9457.
[[nodiscard]] std::string problem_json(unsigned status, std::string_view title,
                                       std::string_view detail);

}  // namespace holdfast
