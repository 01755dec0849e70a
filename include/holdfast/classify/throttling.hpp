#pragma once

#include "holdfast/base/failure.hpp"

#include <optional>
#include <string_view>

namespace holdfast {

/// How near a client is to its limits, in the colours of PubChem.
enum class throttle_level {
  green,   ///< below a half
  yellow,  ///< a half to three quarters: no faster than now
  red,     ///< above: slow down, or be blocked
  black,   ///< blocked for a time
};

/// What an X-Throttling-Control header tells: the worst of its parts.
struct throttling {
  throttle_level level = throttle_level::green;
  int percent = 0;  ///< the highest share of a limit that is used up; 0..1000

  friend bool operator==(throttling const&, throttling const&) = default;
};

/// Reads "Request Count status: Green (0%), Request Time status: Yellow (60%), Service status:
/// Green (20%)". Nothing where no part of it can be read.
///
/// The trap: many servers stand behind one name and each counts for itself, so the figures jump,
/// and the header may be missing.
/// Cost: linear in the text, no allocation.
/// Source: PubChem, "PUG REST: dynamic request throttling".
[[nodiscard]] std::optional<throttling> parse_throttling_control(std::string_view value) noexcept;

/// A refusal in the light of that header: a 503 to a client in the red is throttling, which no
/// breaker holds against the service, and no outage. Other failures stay as they are.
[[nodiscard]] failure with_throttling(failure seen, throttling const& told) noexcept;

}  // namespace holdfast
